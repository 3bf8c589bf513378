//! `cargo xtask bench login`: builds the release profile and lets the load driver measure it.

use std::fs;

use crate::step::{Steps, say};

/// Measures logins, memory, start-up and size.
pub(crate) fn login(steps: &mut Steps) {
    if !steps.run("release build", "cargo build --release --package menshen") {
        return;
    }
    steps.work("size of the binary", |root| {
        let bytes = fs::metadata(root.join("target/release/menshen"))?.len();
        say(&format!("{} KiB", bytes / 1024));
        Ok(())
    });
    steps.run("logins", "cargo bench --quiet --package e2e --bench login");
}
