//! `cargo xtask check`: everything that can be judged without running the product.

use crate::machine::{self, DENY};
use crate::step::Steps;

/// Each crate alone: a build of the whole workspace merges features and hides a forbidden arrow.
const ALONE: [&str; 8] = [
    "-p wecom-sdk",
    "-p wecom-sdk --no-default-features",
    "-p menshen-store",
    "-p menshen-store --features contract",
    "-p menshen-gateway",
    "-p wecom-sandbox",
    "-p menshen",
    "-p xtask",
];

/// Runs every check.
pub(crate) fn check(steps: &mut Steps) {
    steps.run("format", "cargo fmt --all --check");
    steps.run(
        "lints",
        "cargo clippy --workspace --all-targets -- -D warnings",
    );
    for crate_alone in ALONE {
        steps.run(
            &format!("alone: {}", &crate_alone[3..]),
            &format!("cargo check --quiet {crate_alone}"),
        );
    }
    let env = [("RUSTDOCFLAGS", "-D warnings")];
    steps.run_with("documents", "cargo doc --quiet --workspace --no-deps", &env);
    if machine::cargo_command(steps, DENY) {
        let line = "cargo deny --log-level error --offline check bans licenses sources";
        steps.run("licences, bans, sources", line);
    }
}
