//! `menshen keys list` and `rotate`: the keys that assertions are signed with, by an operator on the host.
//!
//! Works while the gateway runs, which reads its keys anew every minute, and while it does not. Never shows
//! a private key, and never takes one away before everything it signed has ended.

mod list;
mod rotate;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::ending::Ending;
use super::runtime;

/// List or rotate the keys that assertions are signed with.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  menshen keys list\n  menshen keys rotate")]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(list::Arguments),
    Rotate(rotate::Arguments),
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Ending> {
    match &arguments.action {
        Action::List(arguments) => {
            let config = arguments.configuration.load()?.config;
            runtime::run(list::run(arguments, &config))
        }
        Action::Rotate(arguments) => {
            let config = arguments.configuration.load()?.config;
            runtime::run(rotate::run(&config))
        }
    }
}
