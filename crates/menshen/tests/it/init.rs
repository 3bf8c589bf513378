//! `menshen init`.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::program::run;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn s_193_the_data_key_is_for_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("new/deeper");
    let ran = run(&["init", target.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(mode(&target.join("data.key")), 0o600);
    let key = std::fs::read_to_string(target.join("data.key")).unwrap();
    assert_eq!(key.trim().len(), 43);
    assert!(!ran.stdout.contains(key.trim()));
}

#[test]
fn two_installations_have_two_keys() {
    let folder = tempfile::tempdir().unwrap();
    let keys = ["a", "b"].map(|name| {
        let target = folder.path().join(name);
        assert_eq!(run(&["init", target.to_str().unwrap()]).code, 0);
        std::fs::read(target.join("data.key")).unwrap()
    });
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn nothing_is_overwritten_and_both_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().to_str().unwrap();
    assert_eq!(run(&["init", target]).code, 0);
    let key = std::fs::read(folder.path().join("data.key")).unwrap();
    std::fs::write(folder.path().join("menshen.toml"), "mine").unwrap();

    let ran = run(&["init", target]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(
        ran.stderr.contains("menshen.toml exists already"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("data.key exists already"),
        "{}",
        ran.stderr
    );
    let kept = std::fs::read_to_string(folder.path().join("menshen.toml")).unwrap();
    assert_eq!(kept, "mine");
    assert_eq!(std::fs::read(folder.path().join("data.key")).unwrap(), key);
}

#[test]
fn one_existing_file_keeps_the_other_from_being_written() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("menshen.toml"), "mine").unwrap();
    let ran = run(&["init", folder.path().to_str().unwrap()]);
    assert_eq!(ran.code, 2);
    assert!(!folder.path().join("data.key").exists());
}

#[test]
fn what_is_known_is_filled_in_and_the_next_steps_have_the_exact_values() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(&[
        "init",
        folder.path().to_str().unwrap(),
        "--public-url",
        "https://login.example.com:8443",
        "--corp-id",
        "ww5f1e2d3c4b5a6978",
        "--agent-id",
        "1000002",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let written = std::fs::read_to_string(folder.path().join("menshen.toml")).unwrap();
    for line in [
        "public_url = \"https://login.example.com:8443\"",
        "corp_id    = \"ww5f1e2d3c4b5a6978\"",
        "agent_id   = 1000002",
    ] {
        assert!(written.lines().any(|written| written == line), "{line}");
    }
    let steps = ran
        .stdout
        .replace(folder.path().to_str().unwrap(), "[folder]");
    insta::assert_snapshot!(steps);
}
