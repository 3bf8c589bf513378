//! The walks with a real browser, and the pictures of the pages. Both drive the debug program that the tests
//! were built with; neither builds one of its own.

use std::process::Command;

use crate::shell;
use crate::step::{self, Steps};
use crate::tools::{self, BROWSER};

/// Runs the browser tests.
pub(crate) fn tests(steps: &mut Steps) {
    // One file after the other: each starts its own program and its own browser. By name, because what
    // Node makes of a folder changed between its versions.
    let mut node = node("node --test --test-concurrency=1 --test-reporter=spec");
    let folder = shell::root().join(BROWSER).join("tests");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = files.map(|file| file.path()).collect();
    files.sort();
    node.args(files);
    steps.run_counted("browser tests", node, step::node_count);
}

/// `cargo xtask pages`: takes the pictures.
pub(crate) fn pages(steps: &mut Steps) {
    if let Err(why) = tools::browser(steps) {
        steps.skip("pictures", &why);
    } else if steps.run(
        "build",
        // As the tests build it, so that nothing is built twice.
        shell::command("cargo build --workspace --bins --tests --locked"),
    ) {
        let mut pages = node("node pages.mjs");
        pages.arg(shell::built().join("../screenshots"));
        steps.run("pictures", pages);
    }
}

fn node(line: &str) -> Command {
    let mut node = shell::command(line);
    node.current_dir(shell::root().join(BROWSER));
    node.env("MENSHEN", shell::built().join("menshen"));
    node.env("PYTHON", tools::python());
    node
}
