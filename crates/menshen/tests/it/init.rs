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
fn a_missing_key_alone_is_written_beside_a_configuration_that_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("menshen.toml"), "mine").unwrap();
    let ran = run(&["init", folder.path().to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("Kept:"), "{}", ran.stdout);
    assert_eq!(mode(&folder.path().join("data.key")), 0o600);
    let kept = std::fs::read_to_string(folder.path().join("menshen.toml")).unwrap();
    assert_eq!(kept, "mine");
}

#[test]
fn a_key_under_which_a_store_was_made_is_not_replaced() {
    for trace in ["data.key.store", "menshen.db"] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("menshen.toml"), "mine").unwrap();
        std::fs::write(folder.path().join(trace), "").unwrap();
        let ran = run(&["init", folder.path().to_str().unwrap()]);
        assert_eq!(ran.code, 2, "{trace}: {}", ran.stdout);
        assert!(!folder.path().join("data.key").exists(), "{trace}");
    }
}

#[test]
fn a_gateway_on_this_machine_listens_at_the_port_of_its_address() {
    let rows = [
        ("http://127.0.0.1:28080", "listen = \"127.0.0.1:28080\""),
        ("http://[::1]:28080", "listen = \"[::1]:28080\""),
        (
            "https://login.example.com:8443",
            "listen = \"127.0.0.1:8080\"",
        ),
    ];
    for (public_url, expected) in rows {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().to_str().unwrap();
        let ran = run(&["init", target, "--public-url", public_url]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let written = std::fs::read_to_string(folder.path().join("menshen.toml")).unwrap();
        let listen = written.lines().find(|line| line.starts_with("listen"));
        assert_eq!(listen, Some(expected));
    }
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

/// Every key that the template shows as a comment exists, with a value of the right shape.
#[test]
fn every_commented_key_can_be_uncommented() {
    let installation = crate::installation::Installation::new();
    let path = installation.path("menshen.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut shown = 0;
    let uncommented = text.lines().map(|line| {
        let key = line
            .strip_prefix("# ")
            .and_then(|rest| rest.split_once('='));
        let is_key = key.is_some_and(|(key, _)| {
            let key = key.trim_end();
            !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        });
        shown += usize::from(is_key);
        if is_key || line.starts_with("# [") || line.starts_with("# X-Forwarded-User =") {
            line.replacen("# ", "", 1)
        } else {
            line.to_owned()
        }
    });
    let uncommented: Vec<_> = uncommented.collect();
    // A certificate is for an address with https.
    let text = uncommented
        .join("\n")
        .replace("\"http://127.0.0.1:8080\"", "\"https://127.0.0.1:8080\"");
    std::fs::write(&path, text).unwrap();
    let pair = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(installation.path("fullchain.pem"), pair.cert.pem()).unwrap();
    std::fs::write(
        installation.path("privkey.pem"),
        pair.signing_key.serialize_pem(),
    )
    .unwrap();
    let file = "WW_verify_Kq3vTz81mWcYp0Ls";
    std::fs::write(
        installation.path(&format!("{file}.txt")),
        "Kq3vTz81mWcYp0Ls",
    )
    .unwrap();
    assert_eq!(shown, 27, "{}", uncommented.join("\n"));
    let ran = installation.run(&["check"]);
    assert_ne!(ran.code, 2, "{}", ran.stderr);
}
