//! The command line: what can be said, and which command answers. One file per command.
//!
//! In: the arguments. Out: an exit code: 0 went well, 1 failed, 2 wrong input. Results go to stdout,
//! logs and errors to stderr. Nothing here reads the environment or holds a rule of the product.

mod check;
mod configuration;
mod demo;
mod ending;
mod init;
mod keys;
mod log;
mod open_files;
mod parse;
mod print;
mod runtime;
mod sandbox;
mod serve;
mod sessions;
mod signals;
mod value;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use ending::Ending;
use log::LogFormat;

/// Sign-in with WeCom (企业微信) for any web application.
#[derive(Debug, Parser)]
#[command(
    name = "menshen",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Examples:\n  menshen demo                                 see it work, offline, in two minutes\n  menshen init /etc/menshen                    begin a real installation\n  menshen serve --config /etc/menshen/menshen.toml"
)]
struct Arguments {
    /// How log lines are written to stderr.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text, value_name = "FORMAT", help_heading = "Logs")]
    log: LogFormat,
    /// Which log lines are written: error, warn, info, debug or trace. Without it, `MENSHEN_LOG` decides.
    #[arg(long, global = true, value_name = "LEVEL", value_parser = value::log_level, help_heading = "Logs")]
    log_level: Option<tracing::level_filters::LevelFilter>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Arguments),
    Serve(serve::Arguments),
    Check(check::Arguments),
    Sessions(sessions::Arguments),
    Keys(keys::Arguments),
    Sandbox(sandbox::Arguments),
    Demo(demo::Arguments),
}

/// Runs the program with these arguments, the first of which is its name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let ending = match parse::parse::<Arguments>(arguments.into_iter().collect()) {
        Ok(arguments) => {
            log::start(arguments.log, arguments.log_level).and_then(|()| answer(arguments.command))
        }
        Err(ending) => Err(ending),
    };
    match ending {
        Ok(code) => code,
        Err(ending) => ending.report(),
    }
}

fn answer(command: Command) -> Result<ExitCode, Ending> {
    match command {
        Command::Init(arguments) => init::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Sessions(arguments) => sessions::run(&arguments),
        Command::Keys(arguments) => keys::run(&arguments),
        Command::Sandbox(arguments) => sandbox::run(arguments),
        Command::Demo(arguments) => demo::run(&arguments),
    }
}
