//! `menshen sessions end`.
//!
//! In: which. Out: how many were ended. It ends nothing that was not named.

use std::process::ExitCode;

use clap::Args;
use menshen_gateway::config::Config;
use menshen_gateway::store::{Sessions as _, Store as _};

use super::super::configuration::ConfigurationFile;
use super::super::ending::Ending;
use super::super::print;
use super::choose::{Which, failed};

/// How many end in one step, so that the gateway never waits long for its store.
const STEP: u32 = 1000;

/// End sessions; those people have to sign in again.
#[derive(Args, Debug)]
#[command(
    group = clap::ArgGroup::new("meant").args(["prefix", "user", "subject", "all"]).required(true),
    after_help = "Examples:\n  menshen sessions end 3f9a01c2b4d5\n  menshen sessions end --user zhangsan\n  menshen sessions end --all"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) configuration: ConfigurationFile,
    #[command(flatten)]
    which: Which,
}

pub(super) async fn run(arguments: &Arguments, config: &Config) -> Result<ExitCode, Ending> {
    let store = super::open(config).await?;
    let mut ended = 0;
    for mut filter in arguments.which.filters(&store).await? {
        filter.limit = STEP;
        loop {
            let step = store.end_sessions(&filter).await.map_err(failed)?;
            ended += step;
            if step < u64::from(STEP) {
                break;
            }
        }
    }
    store.close().await;
    print::line(match ended {
        1 => "1 session ended".to_owned(),
        ended => format!("{ended} sessions ended"),
    })?;
    Ok(ExitCode::SUCCESS)
}
