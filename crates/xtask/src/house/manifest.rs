//! Dependencies that no line of a crate mentions. A name that is mentioned only in a comment passes: this is a
//! broom, not a judge.

use std::path::Path;

use super::{File, is_rust};

/// One finding for each dependency that stands in a manifest and in no file of its crate.
pub(super) fn unused_dependencies(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    for manifest in files {
        let path = manifest.path.as_path();
        if !path.ends_with("Cargo.toml") || !path.starts_with("crates") {
            continue;
        }
        let Some(folder) = path.parent() else {
            continue;
        };
        for name in dependencies(&manifest.text) {
            if !is_mentioned(files, folder, name) {
                findings.push(format!("{}: nothing uses {name}", path.display()));
            }
        }
    }
    findings
}

fn is_mentioned(files: &[File], folder: &Path, name: &str) -> bool {
    let word = name.replace('-', "_");
    let uses =
        |file: &&File| is_rust(file) && file.path.starts_with(folder) && file.text.contains(&word);
    files.iter().any(|file| uses(&file))
}

/// The keys of every table that ends in `dependencies`.
pub(super) fn dependencies(manifest: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.trim_end().ends_with("dependencies]");
        } else if inside
            && !line.starts_with([' ', '#', '\t', ']'])
            && let Some((name, _)) = line.split_once(['.', ' ', '='])
        {
            names.push(name);
        }
    }
    names
}
