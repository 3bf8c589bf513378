//! What the program says of itself.

use crate::program::run;

fn help(arguments: &[&str]) -> String {
    let ran = run(arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stderr, "");
    assert!(ran.stdout.contains("Example"), "{}", ran.stdout);
    ran.stdout
}

#[test]
fn help_of_the_program() {
    insta::assert_snapshot!(help(&["--help"]));
}

#[test]
fn help_of_init() {
    insta::assert_snapshot!(help(&["init", "--help"]));
}

#[test]
fn help_of_serve() {
    insta::assert_snapshot!(help(&["serve", "--help"]));
}

#[test]
fn help_of_check() {
    insta::assert_snapshot!(help(&["check", "--help"]));
}

#[test]
fn help_of_sessions() {
    let pages = [
        help(&["sessions", "--help"]),
        help(&["sessions", "list", "--help"]),
        help(&["sessions", "end", "--help"]),
    ];
    insta::assert_snapshot!(pages.join("\n"));
}

#[test]
fn help_of_keys() {
    let pages = [
        help(&["keys", "--help"]),
        help(&["keys", "list", "--help"]),
        help(&["keys", "rotate", "--help"]),
    ];
    insta::assert_snapshot!(pages.join("\n"));
}

#[test]
fn help_of_sandbox() {
    insta::assert_snapshot!(help(&["sandbox", "--help"]));
}

#[test]
fn help_of_demo() {
    insta::assert_snapshot!(help(&["demo", "--help"]));
}

#[test]
fn the_version_is_one_line() {
    let ran = run(&["--version"]);
    assert_eq!(ran.code, 0);
    assert_eq!(
        ran.stdout,
        concat!("menshen ", env!("CARGO_PKG_VERSION"), "\n")
    );
}
