//! `cargo xtask api`: the public API of `wecom-sdk`, against the list that is checked in.
//!
//! In: the crate, as rustdoc describes it to programs, which takes seconds. Out: each line that is gone or new. A
//! line that is gone breaks somebody: it belongs into CHANGELOG.md, and `cargo xtask api write` writes the list
//! anew. It judges no version number and knows no other crate.

mod listing;
mod text;

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::shell;
use crate::step::Steps;

const LIST: &str = "crates/wecom-sdk/public-api.txt";

/// Compares the API with its list.
pub(crate) fn check(steps: &mut Steps) {
    steps.call("public API of wecom-sdk", || {
        let written = std::fs::read_to_string(shell::root().join(LIST))?;
        let (format, lines) = describe()?;
        let written: Vec<&str> = written.lines().collect();
        let heading = heading(&format);
        ensure!(
            written.first() == Some(&heading.as_str()),
            "{LIST} was not written by this toolchain ({heading}): write it anew at the last commit first"
        );
        let before: BTreeSet<&str> = written.into_iter().skip(1).collect();
        let now: BTreeSet<&str> = lines.iter().map(String::as_str).collect();
        for line in before.difference(&now) {
            println!("gone  {line}");
        }
        for line in now.difference(&before) {
            println!("new   {line}");
        }
        ensure!(
            before == now,
            "the public API differs from {LIST}: what is gone breaks somebody and belongs into CHANGELOG.md; \
             `cargo xtask api write` writes the list anew"
        );
        Ok(())
    });
}

/// Writes the list anew.
pub(crate) fn write(steps: &mut Steps) {
    steps.call("public API of wecom-sdk", || {
        let (format, lines) = describe()?;
        let text = format!("{}\n{}\n", heading(&format), lines.join("\n"));
        Ok(std::fs::write(shell::root().join(LIST), text)?)
    });
}

/// Which toolchain wrote it: another one may describe the same API in other words.
fn heading(format: &Value) -> String {
    format!("# rustdoc format {format}")
}

/// Rustdoc's format and the lines of the API, sorted.
fn describe() -> anyhow::Result<(Value, Vec<String>)> {
    let folder = shell::built().join("../api");
    let mut cargo = shell::command(
        "cargo rustdoc --package wecom-sdk --lib --locked --quiet -- -Z unstable-options --output-format json",
    );
    cargo.env("RUSTDOC", wrapper(&folder)?);
    ensure!(cargo.status()?.success(), "rustdoc failed");
    let file = shell::built().join("../doc/wecom_sdk.json");
    let text = std::fs::read(&file).with_context(|| format!("no {}", file.display()))?;
    let described: Value = serde_json::from_slice(&text)?;
    let lines = listing::lines(&described);
    ensure!(lines.len() > 100, "rustdoc's format is not understood");
    Ok((described["format_version"].clone(), lines))
}

/// A rustdoc that writes JSON, which the stable one does when it is told that it may. Only rustdoc is told:
/// every crate whose build looks at that variable would be built again.
fn wrapper(folder: &std::path::Path) -> anyhow::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let script = folder.join("rustdoc");
    std::fs::write(
        &script,
        "#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec rustdoc \"$@\"\n",
    )?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
    }
    Ok(script)
}
