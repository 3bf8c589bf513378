//! `menshen keys list`.
//!
//! In: the store. Out: one line for each key that verifiers may still meet, in the order in which they sign.
//! It changes nothing and needs no data key.

use std::cmp::Ordering;
use std::process::ExitCode;

use clap::Args;
use menshen_gateway::config::Config;
use menshen_gateway::sdk::{Clock as _, SystemClock, Timestamp};
use menshen_gateway::store::{KeyUse, SigningKey, SigningKeys as _, Store as _};
use serde::Serialize;

use super::super::configuration::ConfigurationFile;
use super::super::ending::Ending;
use super::super::{print, sessions};

/// List the keys whose public halves are published.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  menshen keys list\n  menshen keys list --json")]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) configuration: ConfigurationFile,
    /// One JSON object per line.
    #[arg(long)]
    json: bool,
}

/// One key, as far as it is shown.
#[derive(Debug, Serialize)]
struct Row<'k> {
    key: &'k str,
    r#use: &'static str,
    state: &'static str,
    created_at: String,
    signs_from: String,
    published_until: Option<String>,
}

const HEADING: &str = "KEY                                          USE        STATE      SIGNS FROM            PUBLISHED UNTIL";

pub(super) async fn run(arguments: &Arguments, config: &Config) -> Result<ExitCode, Ending> {
    let store = sessions::open(config).await?;
    let now = SystemClock.now();
    let listed = store.list_signing_keys(KeyUse::Assertion, now).await;
    store.close().await;
    let keys = listed.map_err(Ending::failed)?;
    if !arguments.json {
        print::line(HEADING)?;
    }
    for row in rows(&keys, now) {
        if arguments.json {
            print::line(serde_json::to_string(&row).map_err(Ending::failed)?)?;
        } else {
            print::line(told(&row))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The youngest key whose time has come signs; those before it are only published, those after it wait.
fn rows(keys: &[SigningKey], now: Timestamp) -> Vec<Row<'_>> {
    let signing = keys.iter().rposition(|key| key.signs_from <= now);
    let state = |at: usize| match signing.map(|signing| at.cmp(&signing)) {
        Some(Ordering::Less) => "published",
        Some(Ordering::Equal) => "signs",
        Some(Ordering::Greater) | None => "waits",
    };
    keys.iter()
        .enumerate()
        .map(|(at, key)| Row {
            key: &key.id,
            r#use: key.key_use.as_str(),
            state: state(at),
            created_at: print::time(key.created_at),
            signs_from: print::time(key.signs_from),
            published_until: key.withdrawn_at.map(print::time),
        })
        .collect()
}

fn told(row: &Row<'_>) -> String {
    format!(
        "{:43}  {:9}  {:9}  {:20}  {}",
        row.key,
        row.r#use,
        row.state,
        row.signs_from,
        row.published_until.as_deref().unwrap_or("-"),
    )
}
