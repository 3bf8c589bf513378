//! Which security cases have a test: counts `s_NNN` in the names of tests.
//!
//! `docs/security-cases.txt` lists the ids that this version answers for, one a line; an id in it
//! without a test is a failure, so that coverage cannot be lost unseen.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::step::say;

const PROMISED: &str = "docs/security-cases.txt";

/// Compares what is promised with what is tested.
pub(crate) fn report(root: &Path) -> Result<()> {
    let text = fs::read_to_string(root.join(PROMISED)).with_context(|| PROMISED)?;
    let promised: BTreeSet<String> = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    let mut tested = BTreeSet::new();
    collect(&root.join("crates"), &mut tested)?;
    let missing: Vec<_> = promised.difference(&tested).cloned().collect();
    let more: Vec<_> = tested.difference(&promised).cloned().collect();
    say(&format!(
        "{} cases promised, {} of them tested",
        promised.len(),
        promised.len() - missing.len()
    ));
    if !more.is_empty() {
        say(&format!("tested beyond the promise: {}", more.join(" ")));
    }
    ensure!(
        missing.is_empty(),
        "no test carries the id of: {}",
        missing.join(" ")
    );
    Ok(())
}

/// Finds `fn s_042_…` in Rust tests and `s_042 …` in the titles of browser tests.
fn collect(folder: &Path, found: &mut BTreeSet<String>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if path.is_dir() && name != "node_modules" && name != "target" {
            collect(&path, found)?;
        } else if matches!(
            path.extension().and_then(|end| end.to_str()),
            Some("rs" | "mjs")
        ) {
            let text = fs::read_to_string(&path)?;
            let marks = text
                .match_indices("fn s_")
                .chain(text.match_indices("'s_"))
                .chain(text.match_indices("\"s_"));
            found.extend(marks.flat_map(|(at, mark)| ids(&text[at + mark.len() - 2..])));
        }
    }
    Ok(())
}

/// `s_001_s_005_what` names two cases.
fn ids(name: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut rest = name;
    while let Some(digits) = rest.strip_prefix("s_").and_then(|rest| rest.get(..3)) {
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        ids.push(format!("S-{digits}"));
        rest = rest.get(6..).unwrap_or_default();
    }
    ids
}
