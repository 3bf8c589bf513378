//! `cargo xtask <chore>`: everything a contributor or continuous integration runs, in one place.
//!
//! In: the name of a chore. Out: what its steps print, a table of their times, and an exit code that is
//! zero only when every step passed. Never asks a question, never reads standard input.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line program talks to its terminal"
)]

mod api;
mod bench;
mod browser;
mod check;
mod house;
mod shell;
mod step;
mod test;
mod tools;

use std::process::ExitCode;

use crate::step::Steps;

const HELP: &str = "\
cargo xtask <chore>

  test          install what the tests need (said beforehand), then run every test
  check         formatting, house rules, lints, docs, each crate alone, the public API, licences and bans
  ci            check, then test: what continuous integration runs
  house         the house rules alone: sizes, first paragraphs, unused dependencies, security cases
  api           the public API of wecom-sdk against its list; `api write` writes the list anew
  bench login   a thousand logins at once, memory, start, size; builds the release program
  bench gate    the check and the proxy against a bare server and nginx, memory; builds the release program;
                one part of it with `bench gate check`, `proxying` or `memory`
  bench sandbox the sandbox alone: calls a second, start, memory with 100,000 members
  pages         take pictures of every page, for docs/screenshots

Example: cargo xtask check";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut steps = Steps::default();
    match words.as_slice() {
        ["test"] => test::run(&mut steps),
        ["check"] => check::run(&mut steps),
        ["ci"] => {
            check::run(&mut steps);
            test::run(&mut steps);
        }
        ["house"] => {
            steps.call("house rules", house::check);
        }
        ["api"] => api::check(&mut steps),
        ["api", "write"] => api::write(&mut steps),
        ["bench", "login"] => bench::login(&mut steps, false),
        ["bench", "login", "debug"] => bench::login(&mut steps, true),
        ["bench", "gate"] => bench::gate(&mut steps, false, None),
        ["bench", "gate", "debug"] => bench::gate(&mut steps, true, None),
        ["bench", "gate", part @ ("check" | "proxying" | "memory")] => {
            bench::gate(&mut steps, false, Some(part));
        }
        ["bench", "sandbox"] => bench::sandbox_alone(&mut steps, false),
        ["bench", "sandbox", "debug"] => bench::sandbox_alone(&mut steps, true),
        ["pages"] => browser::pages(&mut steps),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        other => {
            eprintln!("unknown chore: {}\n\n{HELP}", other.join(" "));
            return ExitCode::from(2);
        }
    }
    steps.conclude()
}
