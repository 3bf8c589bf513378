//! `menshen serve`: ready, stopped, and what keeps it from starting.

use std::net::TcpListener;

use crate::installation::{Installation, exists, get};

#[test]
fn it_logs_one_line_with_both_addresses_when_it_is_ready() {
    let installation = Installation::new();
    let serving = installation.serve();
    let health = get(&serving.address("management"), "/healthz", "localhost");
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    let public = get(&serving.address("address"), "/nowhere", "127.0.0.1:8080");
    assert!(public.starts_with("HTTP/1.1 404"), "{public}");
}

#[test]
fn sigterm_and_ctrl_c_stop_it_cleanly() {
    let installation = Installation::new();
    for signal in ["TERM", "INT"] {
        let (code, lines) = installation.serve().stop(signal);
        assert_eq!(code, 0, "{lines:?}");
        assert!(
            lines.iter().any(|line| line.contains("has stopped")),
            "{lines:?}"
        );
    }
    assert!(
        !exists(&installation.path("menshen.db-wal")),
        "the store was not closed"
    );
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let installation = Installation::new();
    installation.edit(
        "listen = \"127.0.0.1:0\"",
        &format!("listen = \"{address}\""),
    );
    let ran = installation.run(&["serve"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains(&address), "{}", ran.stderr);
}

#[test]
fn every_mistake_in_the_configuration_is_named_at_once() {
    let installation = Installation::new();
    installation.edit("ww5f1e2d3c4b5a6978", "not a corp");
    installation.edit("kind = \"agent\"", "kind = \"agnet\"");
    installation.edit("# lifetime = \"7d\"", "lifetime = \"soon\"\nbogus = 1");
    for command in ["serve", "check"] {
        let ran = installation.run(&[command]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        for key in ["corp_id", "kind", "lifetime", "bogus"] {
            assert!(ran.stderr.contains(key), "{key} in {}", ran.stderr);
        }
    }
    assert!(
        !exists(&installation.path("menshen.db")),
        "a store was made"
    );
}

#[test]
fn a_missing_configuration_says_how_to_make_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("menshen.toml");
    let ran = crate::program::run(&["serve", "--config", path.to_str().unwrap()]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("menshen init"), "{}", ran.stderr);
}

#[test]
fn s_190_a_foreign_data_key_keeps_it_from_starting() {
    let installation = Installation::new();
    assert_eq!(installation.serve().stop("TERM").0, 0);
    let before = std::fs::read(installation.path("menshen.db")).unwrap();
    let other = Installation::new();
    std::fs::copy(other.path("data.key"), installation.path("data.key")).unwrap();
    let ran = installation.run(&["serve"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("data key"), "{}", ran.stderr);
    assert!(std::fs::read(installation.path("menshen.db")).unwrap() == before);
}

#[test]
fn s_217_a_lost_store_is_not_made_anew() {
    let installation = Installation::new();
    assert_eq!(installation.serve().stop("TERM").0, 0);
    std::fs::remove_file(installation.path("menshen.db")).unwrap();
    let ran = installation.run(&["serve"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("menshen.db is missing"),
        "{}",
        ran.stderr
    );
    assert!(!exists(&installation.path("menshen.db")));
}
