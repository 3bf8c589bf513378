//! `menshen sessions list` and `end`: an operator on the host, straight at the store.
//!
//! Works while the gateway runs and while it does not. Never shows a whole digest, nor anything from
//! which a cookie could be made.

mod choose;
mod end;
mod list;
mod table;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use menshen_gateway::config::{Config, StoreConfig};
use menshen_gateway::store::{OpenMode, Sqlite};

use super::ending::Ending;
use super::runtime;

/// List or end sessions, on the host.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  menshen sessions list\n  menshen sessions end --user zhangsan"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(list::Arguments),
    End(end::Arguments),
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Ending> {
    match &arguments.action {
        Action::List(arguments) => {
            let config = arguments.configuration.load()?.config;
            runtime::run(list::run(arguments, &config))
        }
        Action::End(arguments) => {
            let config = arguments.configuration.load()?.config;
            runtime::run(end::run(arguments, &config))
        }
    }
}

/// The store as it is. Without one there is nothing to see, and none is made to look into.
pub(super) async fn open(config: &Config) -> Result<Sqlite, Ending> {
    let StoreConfig::Sqlite { path } = &config.store;
    Sqlite::open(path, OpenMode::MustExist)
        .await
        .map_err(Ending::failed)
}
