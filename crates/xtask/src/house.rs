//! The rules of the house that no compiler knows: small files, a first paragraph in each, no dependency that
//! nothing uses, no arrow between crates that must not be, no async and no C code in the sdk without its client,
//! no snapshot whose test file is gone, and a test for every security case this version owes. In: the files as they
//! lie there. Out: everything that is wrong, all together.

mod arrows;
mod cases;
mod manifest;
mod slim;

use std::path::{Path, PathBuf};

use crate::shell;

/// At this length a file can no longer be held in the head.
const MOST_LINES: usize = 400;

/// One of our files with its text.
pub(crate) struct File {
    /// From the top of the repository.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

pub(crate) fn check() -> anyhow::Result<()> {
    let files = read_tracked()?;
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| is_rust(file)) {
        findings.extend(judge_rust(file));
    }
    findings.extend(manifest::unused_dependencies(&files));
    findings.extend(arrows::judge(&files));
    findings.extend(orphan_snapshots(&files));
    findings.extend(cases::judge(&files));
    findings.extend(slim::judge());
    for finding in &findings {
        println!("{finding}");
    }
    anyhow::ensure!(findings.is_empty(), "{} findings", findings.len());
    Ok(())
}

/// The names of our crates: the folders of `crates/`.
pub(crate) fn crates() -> Vec<String> {
    let folders = std::fs::read_dir(shell::root().join("crates"))
        .into_iter()
        .flatten()
        .flatten();
    let is_crate = |folder: &std::fs::DirEntry| folder.path().join("Cargo.toml").is_file();
    let mut names: Vec<String> = folders
        .filter(is_crate)
        .filter_map(|folder| folder.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

fn read_tracked() -> anyhow::Result<Vec<File>> {
    let list = shell::output("git ls-files --cached --others --exclude-standard");
    let list =
        list.ok_or_else(|| anyhow::anyhow!("git does not list the files of the repository"))?;
    let read = |line: &str| {
        // What is not text (an image), or was deleted and not yet committed, has no lines to judge.
        let text = std::fs::read_to_string(shell::root().join(line)).ok()?;
        Some(File {
            path: PathBuf::from(line),
            text,
        })
    };
    Ok(list.lines().filter_map(read).collect())
}

fn is_rust(file: &File) -> bool {
    file.path
        .extension()
        .is_some_and(|extension| extension == "rs")
}

fn judge_rust(file: &File) -> Vec<String> {
    let lines = file.text.lines().count();
    let shown = file.path.display();
    let mut findings = Vec::new();
    if lines > MOST_LINES {
        findings.push(format!(
            "{shown}: {lines} lines, at most {MOST_LINES}: look for the seam"
        ));
    }
    let includes_readme = file.text.starts_with("#![doc = include_str!");
    // The tests beside a module have its own first paragraph above them.
    let is_beside = file.path.ends_with("tests.rs");
    if !file.text.starts_with("//!") && !includes_readme && !is_beside {
        findings.push(format!(
            "{shown}: does not open with `//!`: what is it for?"
        ));
    }
    findings
}

/// A snapshot names the file whose test wrote it; when that is gone, the snapshot is a leftover. A test that is
/// gone from a file that stays is not noticed: many snapshots have names that are put together as the test runs.
fn orphan_snapshots(files: &[File]) -> Vec<String> {
    let is_snapshot = |file: &&File| file.path.extension().is_some_and(|end| end == "snap");
    let is_orphan = |file: &&File| {
        let source = file
            .text
            .lines()
            .find_map(|line| line.strip_prefix("source: "));
        !source.is_some_and(|source| shell::root().join(Path::new(source)).is_file())
    };
    let say = |file: &File| {
        format!(
            "{}: the file that wrote this snapshot is gone",
            file.path.display()
        )
    };
    files
        .iter()
        .filter(is_snapshot)
        .filter(is_orphan)
        .map(say)
        .collect()
}
