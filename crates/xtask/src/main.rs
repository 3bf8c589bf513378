//! Chores: everything that CI and a contributor run, by one name.
//!
//! In: a subcommand. Out: each step with its command, its time and its result; exit code 1 when any
//! step failed, whatever came after it. Never: knows what the product does.

mod bench;
mod browser;
mod cases;
mod check;
mod machine;
mod step;
mod suite;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use step::Steps;

/// Chores of the Menshen workspace.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Installs what the tests need, says what, and runs all tests.
    Test,
    /// Formatting, lints, documents, each crate alone, licences and bans, room rules. Installs nothing
    /// but cargo-deny.
    Check,
    /// What CI runs: check, then test, with the time of each step.
    Ci,
    /// Lists which of the security cases have a test.
    Cases,
    /// Takes pictures of every page into docs/screenshots.
    Pages,
    /// Measures.
    #[command(subcommand)]
    Bench(Bench),
}

#[derive(Subcommand)]
enum Bench {
    /// A thousand logins at once, memory, start-up, size. Builds the release profile.
    Login,
}

fn main() -> Result<ExitCode> {
    let mut steps = Steps::new()?;
    match Cli::parse().chore {
        Chore::Test => suite::test(&mut steps),
        Chore::Check => check::check(&mut steps),
        Chore::Ci => {
            check::check(&mut steps);
            suite::test(&mut steps);
        }
        Chore::Cases => steps.work("security cases", cases::report),
        Chore::Pages => browser::pages(&mut steps),
        Chore::Bench(Bench::Login) => bench::login(&mut steps),
    }
    Ok(steps.finish())
}
