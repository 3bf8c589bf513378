//! `cargo xtask test`: installs, then every test there is.

use crate::machine::{self, NEXTEST};
use crate::step::Steps;
use crate::{browser, cases};

/// Runs everything.
pub(crate) fn test(steps: &mut Steps) {
    machine::debian(steps);
    machine::cargo_command(steps, NEXTEST);
    steps.run("build", "cargo build --workspace --all-targets");
    steps.run_with(
        "tests",
        "cargo nextest run --workspace --no-fail-fast",
        &[("INSTA_UPDATE", "no")],
    );
    steps.run(
        "documented examples",
        "cargo test --quiet --workspace --doc",
    );
    browser::tests(steps);
    steps.work("security cases", cases::report);
}
