//! The files that a configuration names.

use std::time::Duration;

use wecom_sdk::SecretSource as _;

use super::{load, only_finding};
use crate::harness::{CONFIG, Folder, TOKEN, set_mode};
use crate::log::Log;

#[test]
fn secrets_lie_in_files_that_hold_nothing_else() {
    for text in ["", " \n", "two words", "two\nlines", "a\u{0}b", "秘密"] {
        let folder = Folder::new(CONFIG);
        folder.write("hq.secret", text);
        let findings = load(&folder, &[]).err().unwrap();
        assert_eq!(
            findings.as_slice()[0].key,
            "connector[hq].secret_file",
            "{text:?}"
        );
    }
    let folder = Folder::new(CONFIG);
    folder.write("hq.secret", "\n  s3cret-of-hq \r\n");
    let config = folder.load();
    assert!(
        config.connectors[0]
            .secret
            .read()
            .unwrap()
            .is_same_as("s3cret-of-hq")
    );
}

#[test]
fn s_188_the_configuration_prints_no_secret() {
    let folder = Folder::new(CONFIG);
    folder.write("hq.secret", "canary-secret");
    let config = folder.load();
    config.connectors[0].secret.read().unwrap();
    let printed = format!("{config:?} {:?}", config.connectors[0].secret);
    assert!(!printed.contains("canary"), "{printed}");
}

#[test]
fn s_191_a_secret_that_was_replaced_is_used_without_a_restart() {
    let folder = Folder::new(CONFIG);
    let (log, _guard) = Log::start();
    let secret = folder.load().connectors[0].secret.clone();
    let path = folder.path("hq.secret");
    let set = |text: &str, second: u64| {
        std::fs::write(&path, text).unwrap();
        let time = std::time::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + second);
        std::fs::File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(time)
            .unwrap();
    };
    set("first", 1);
    assert!(secret.secret().unwrap().is_same_as("first"));
    set("secnd", 2);
    assert!(
        secret.secret().unwrap().is_same_as("secnd"),
        "same length, other time"
    );
    let told = || log.lines_with("its last good secret still is").len();
    assert_eq!(told(), 0);
    set("", 3);
    for _ in 0..3 {
        assert!(
            secret.secret().unwrap().is_same_as("secnd"),
            "half written: the last good one"
        );
        assert_eq!(told(), 1, "once, and not for each call to WeCom");
    }
    std::fs::remove_file(&path).unwrap();
    for _ in 0..3 {
        assert!(
            secret.secret().unwrap().is_same_as("secnd"),
            "gone for a moment"
        );
        assert_eq!(told(), 2, "{}", log.text());
    }
    set("third-secret", 4);
    assert!(secret.secret().unwrap().is_same_as("third-secret"));
    set("", 5);
    assert!(secret.secret().unwrap().is_same_as("third-secret"));
    assert_eq!(told(), 3, "what was well again is told again");
    for text in ["first", "secnd", "third-secret"] {
        assert_eq!(log.lines_with(text), [""; 0]);
    }
}

#[test]
fn s_193_files_that_everybody_may_read_are_pointed_at() {
    let folder = Folder::new(CONFIG);
    assert!(load(&folder, &[]).unwrap().warnings.is_empty());
    set_mode(&folder.path("hq.secret"), 0o644);
    let warnings = load(&folder, &[]).unwrap().warnings;
    assert_eq!(warnings[0].key, "connector[hq].secret_file");
    assert!(warnings[0].wrong.remedy.contains("chmod 600"));

    set_mode(&folder.path("data.key"), 0o644);
    let findings = load(&folder, &[]).err().unwrap();
    assert_eq!(findings.as_slice()[0].key, "data_key_file");
}

#[test]
fn a_line_break_at_the_end_of_a_verification_file_is_not_served() {
    let folder = Folder::new(CONFIG);
    for end in ["\n", "\r\n"] {
        folder.write(&format!("WW_verify_{TOKEN}.txt"), &format!("{TOKEN}{end}"));
        let loaded = load(&folder, &[]).unwrap();
        assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
        let file = &loaded.config.connectors[0].verification_files[0];
        assert_eq!(file.content, TOKEN.as_bytes());
    }
}

#[test]
fn a_verification_file_that_holds_something_else_is_pointed_at_and_served_as_it_is() {
    let folder = Folder::new(CONFIG);
    folder.write(&format!("WW_verify_{TOKEN}.txt"), "something-else");
    let loaded = load(&folder, &[]).unwrap();
    assert_eq!(loaded.warnings[0].key, "connector[hq].verification_files");
    let file = &loaded.config.connectors[0].verification_files[0];
    assert_eq!(file.content, b"something-else");
}

#[test]
fn verification_files_are_named_as_wecom_names_them() {
    for name in [
        "WW_verify_Kq3vTz81mWcYp0L.txt",
        "WW_verify_Kq3vTz81mWcYp0Ls.html",
        "../data.key",
        "WW_verify_Kq3vTz81mWcYp0L/.txt",
        "ww_verify_Kq3vTz81mWcYp0Ls.txt",
    ] {
        only_finding(&format!("verification_files = [\"{name}\"]"));
    }
    only_finding("verification_files = [\"WW_verify_AAAAAAAAAAAAAAAA.txt\"]");
    only_finding("verification_files = \"WW_verify_Kq3vTz81mWcYp0Ls.txt\"");
}

/// A pipe that nobody writes into stands for a file system that does not answer.
#[tokio::test]
async fn s_191_a_secret_file_that_hangs_holds_up_nobody() {
    let folder = Folder::new(CONFIG);
    folder.write("hq.secret", "s3cret-of-hq");
    let (log, _guard) = Log::start();
    let secret = folder.load().connectors[0].secret.clone();
    assert!(secret.secret().unwrap().is_same_as("s3cret-of-hq"));
    let path = folder.path("hq.secret");
    std::fs::remove_file(&path).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    for _ in 0..100 {
        assert!(secret.secret().unwrap().is_same_as("s3cret-of-hq"));
    }
    let told = log.lines_with("its file system does not answer");
    assert_eq!(told.len(), 1, "{}", log.text());
    // It answers at last.
    std::fs::write(&path, "another-secret").unwrap();
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, "third-secret").unwrap();
    while !secret.secret().unwrap().is_same_as("third-secret") {
        tokio::task::yield_now().await;
    }
}
