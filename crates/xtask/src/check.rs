//! `cargo xtask check`: everything a change must pass before it is committed, besides the tests.
//!
//! In: the working tree. Out: one line for each step, and a failure when one of them failed. It repairs
//! nothing, and goes on after a failure, so that all are seen at once.

use crate::api;
use crate::house;
use crate::shell;
use crate::step::Steps;
use crate::tools::DENY;

pub(crate) fn run(steps: &mut Steps) {
    steps.run("format", shell::command("cargo fmt --all --check"));
    steps.call("house rules", house::check);
    let line = "cargo clippy --workspace --all-targets --locked --quiet -- -D warnings";
    steps.run("lints", shell::command(line));
    let mut docs = shell::command("cargo doc --workspace --no-deps --locked --quiet");
    docs.env("RUSTDOCFLAGS", "-D warnings");
    steps.run("documentation", docs);
    each_crate_alone(steps);
    api::check(steps);
    if DENY.ready(steps) {
        let line = "cargo deny --log-level error --all-features check bans licenses sources";
        steps.run("licences, bans, sources", shell::command(line));
    } else {
        steps.skip(
            "licences, bans, sources",
            "cargo-deny could not be installed",
        );
    }
}

/// A build of the whole workspace merges features, and so hides that a crate does not compile on its own.
fn each_crate_alone(steps: &mut Steps) {
    for name in house::crates() {
        let line = format!("cargo check --package {name} --locked --quiet");
        steps.run(&format!("{name} alone"), shell::command(&line));
        let (what, choice) = match name.as_str() {
            "wecom-sdk" => ("without its client", "--no-default-features"),
            "menshen-store" => ("with its contract", "--features contract"),
            _ => continue,
        };
        steps.run(
            &format!("{name} {what}"),
            shell::command(&format!("{line} {choice}")),
        );
    }
}
