//! Tests in a real browser, and pictures of the pages. They drive the program as built for tests.

use std::path::PathBuf;

use crate::machine;
use crate::step::Steps;

const FOLDER: &str = "crates/e2e/browser";

/// Runs the browser tests.
pub(crate) fn tests(steps: &mut Steps) {
    if ready(steps) {
        let program = program(steps);
        let line = "node --test --test-concurrency=1 crates/e2e/browser/tests/";
        steps.run_with("browser tests", line, &[("MENSHEN", &program)]);
    }
}

/// Takes the pictures.
pub(crate) fn pages(steps: &mut Steps) {
    machine::debian(steps);
    if ready(steps) {
        let program = program(steps);
        steps.run_with(
            "pictures",
            "node crates/e2e/browser/pages.mjs",
            &[("MENSHEN", &program)],
        );
    }
}

/// The driver from npm, and a fresh program.
fn ready(steps: &mut Steps) -> bool {
    let npm = format!("npm ci --prefix {FOLDER} --no-audit --no-fund --loglevel=error");
    steps.run("browser driver", &npm)
        && steps.run("program", "cargo build --quiet --package menshen")
}

/// Where cargo put the program.
fn program(steps: &Steps) -> String {
    let target = crate::step::output_of("cargo", &["metadata", "--format-version=1", "--no-deps"])
        .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok())
        .and_then(|metadata| metadata["target_directory"].as_str().map(PathBuf::from))
        .unwrap_or_else(|| steps.root().join("target"));
    target.join("debug").join("menshen").display().to_string()
}
