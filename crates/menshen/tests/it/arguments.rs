//! Wrong arguments: every mistake at once, exit code 2, nothing done.

use crate::program::run;

#[test]
fn every_wrong_argument_is_named_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("new");
    let ran = run(&[
        "init",
        target.to_str().unwrap(),
        "--public-url",
        "http://login.example.com",
        "--corp-id=not a corp",
        "--agent-id",
        "many",
        "--bogus",
        "--also-bogus",
    ]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    for mistake in [
        "http://login.example.com",
        "not a corp",
        "'many'",
        "'--bogus'",
        "'--also-bogus'",
    ] {
        assert!(ran.stderr.contains(mistake), "{mistake} in {}", ran.stderr);
    }
    assert_eq!(ran.stderr.matches("error: ").count(), 5, "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
    assert!(!target.exists());
}

#[test]
fn an_unknown_command_is_refused() {
    let ran = run(&["keep"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("'keep'"), "{}", ran.stderr);
}

#[test]
fn a_wrong_log_level_is_refused_with_the_right_ones() {
    let ran = run(&["init", "--log-level", "loud"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("loud"), "{}", ran.stderr);
    assert!(ran.stderr.contains("write error, warn"), "{}", ran.stderr);
}

#[test]
fn a_wrong_value_is_refused_with_what_to_write_instead() {
    for (arguments, remedy) in [
        (["sandbox", "--listen", "localhost"], "127.0.0.1:8080"),
        (["demo", "--listen", "8080"], "127.0.0.1:8080"),
        (["init", "--agent-id", "0"], "1000002"),
    ] {
        let ran = run(&arguments);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(remedy), "{}", ran.stderr);
    }
}
