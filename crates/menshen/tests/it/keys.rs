//! `menshen keys`.

use jiff::Timestamp;
use serde_json::Value;

use crate::installation::{Installation, exists, get};

/// An installation with a store.
fn served_once() -> Installation {
    let installation = Installation::new();
    assert_eq!(installation.serve().stop("TERM").0, 0);
    installation
}

fn list(installation: &Installation) -> Vec<Value> {
    let ran = installation.run(&["keys", "list", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let lines = ran.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn time(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

/// The names of the keys that a running gateway publishes.
fn published(installation: &Installation) -> Vec<String> {
    let serving = installation.serve();
    let answer = get(
        &serving.address("address"),
        "/_menshen/jwks.json",
        "127.0.0.1:8080",
    );
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let set: Value = serde_json::from_str(body).unwrap();
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(serving.stop("TERM").0, 0);
    keys.iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_first_key_signs_and_is_shown_without_its_private_half() {
    let installation = served_once();
    let keys = list(&installation);
    assert_eq!(keys.len(), 1, "{keys:?}");
    assert_eq!(keys[0]["state"], "signs");
    assert_eq!(keys[0]["use"], "assertion");
    assert_eq!(keys[0]["published_until"], Value::Null);
    assert_eq!(published(&installation), [keys[0]["key"].as_str().unwrap()]);
    let ran = installation.run(&["keys", "list"]);
    assert!(
        ran.stdout.contains(keys[0]["key"].as_str().unwrap()),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("sealed") && !keys[0].to_string().contains("sealed"));
}

#[test]
fn a_rotation_publishes_the_next_key_and_keeps_the_one_before() {
    let installation = served_once();
    let first = list(&installation)[0]["key"].clone();
    let ran = installation.run(&["keys", "rotate"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let keys = list(&installation);
    assert_eq!(keys.len(), 2, "{keys:?}");
    assert_eq!(
        (&keys[0]["key"], &keys[0]["state"]),
        (&first, &"signs".into())
    );
    assert_eq!(keys[1]["state"], "waits");
    assert!(
        ran.stdout.contains(keys[1]["key"].as_str().unwrap()),
        "{}",
        ran.stdout
    );
    // Everybody has the new key before it signs: longer than a key set may be kept.
    let ahead = time(&keys[1]["signs_from"]).duration_since(time(&keys[1]["created_at"]));
    assert!(ahead.as_secs() > 300, "{ahead:?}");
    // The old one stays longer than an assertion lives and a key set may be kept, five minutes each.
    let after = time(&keys[0]["published_until"]).duration_since(time(&keys[1]["signs_from"]));
    assert!(after.as_secs() >= 600, "{after:?}");
    let names = [&keys[0], &keys[1]].map(|key| key["key"].as_str().unwrap().to_owned());
    assert_eq!(published(&installation), names);
}

#[test]
fn without_a_store_there_are_no_keys_and_none_are_made() {
    let installation = Installation::new();
    for command in ["list", "rotate"] {
        let ran = installation.run(&["keys", command]);
        assert_eq!(ran.code, 1, "{}", ran.stdout);
        assert!(!exists(&installation.path("menshen.db")));
    }
}

#[test]
fn s_190_a_foreign_data_key_rotates_nothing() {
    let installation = served_once();
    let other = Installation::new();
    std::fs::copy(other.path("data.key"), installation.path("data.key")).unwrap();
    let ran = installation.run(&["keys", "rotate"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("data key"), "{}", ran.stderr);
    assert_eq!(list(&installation).len(), 1);
}
