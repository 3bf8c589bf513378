//! What lives in one place only, read from the source itself: SQL in the store, the environment in
//! `config`, work that outlives its caller in `jobs` and the listeners.

use std::fs;
use std::path::{Path, PathBuf};

/// One source file: its room and its text without comments.
struct Source {
    path: PathBuf,
    room: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&root).unwrap().to_owned();
                let first = inside
                    .components()
                    .next()
                    .unwrap()
                    .as_os_str()
                    .to_str()
                    .unwrap();
                let text = fs::read_to_string(&path).unwrap();
                let is_code = |line: &&str| !line.trim_start().starts_with("//");
                found.push(Source {
                    room: first.trim_end_matches(".rs").to_owned(),
                    path: inside,
                    text: text.lines().filter(is_code).collect::<Vec<_>>().join("\n"),
                });
            }
        }
    }
    found
}

#[test]
fn sql_and_its_driver_live_in_the_store_alone() {
    for Source { path, text, .. } in sources() {
        if path.ends_with("tests.rs") {
            continue;
        }
        for word in [
            "sqlx",
            "SELECT ",
            "INSERT INTO",
            "UPDATE ",
            "DELETE FROM",
            "CREATE TABLE",
            "PRAGMA",
        ] {
            assert!(!text.contains(word), "{path:?} holds `{word}`");
        }
    }
}

#[test]
fn only_config_reads_the_environment() {
    for Source { path, room, text } in sources() {
        let reads = text.contains("std::env::")
            || text.contains("use std::env")
            || text.contains("env::var");
        assert!(
            !reads || room == "config" || path.ends_with("tests.rs"),
            "{path:?} reads the environment"
        );
    }
}

#[test]
fn work_is_started_by_jobs_and_listeners_alone() {
    for Source { path, room, text } in sources() {
        let starts = text.contains("tokio::spawn") || text.contains("TaskTracker");
        assert!(
            !starts || ["jobs", "listen"].contains(&room.as_str()),
            "{path:?} starts work by itself"
        );
    }
}
