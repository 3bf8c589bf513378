//! `menshen keys rotate`.
//!
//! In: the store and the data key, which seals the new private key. Out: when it begins to sign, and how long the
//! one before stays published. It makes no store.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use menshen_gateway::assertion;
use menshen_gateway::config::Config;
use menshen_gateway::installation;
use menshen_gateway::sdk::{Clock as _, Entropy, SystemClock};
use menshen_gateway::store::OpenMode;

use super::super::configuration::ConfigurationFile;
use super::super::ending::Ending;
use super::super::print;

/// Make the key that follows; it signs after an hour, when every application has it.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  menshen keys rotate\n\nNothing has to be restarted: gateways read the keys every minute, applications fetch them from\n/_menshen/jwks.json. The key before stays published until nothing that it signed is good any more."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) configuration: ConfigurationFile,
}

pub(super) async fn run(config: &Config) -> Result<ExitCode, Ending> {
    let entropy = Arc::new(Entropy::system());
    let opened = installation::open(config, &SystemClock, entropy, OpenMode::MustExist)
        .await
        .map_err(Ending::failed)?;
    let now = SystemClock.now();
    let rotated = assertion::rotate(&*opened.store, &opened.vault, now).await;
    opened.store.close().await;
    let rotated = rotated.map_err(Ending::failed)?;
    print::line(format!("{} is published now", rotated.id))?;
    print::line(format!("it signs from {}", print::time(rotated.signs_from)))?;
    print::line(format!(
        "the key before it stays published until {}",
        print::time(rotated.others_end_at)
    ))?;
    Ok(ExitCode::SUCCESS)
}
