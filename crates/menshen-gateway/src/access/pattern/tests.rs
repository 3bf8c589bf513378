use proptest::prelude::*;

use super::Pattern;

fn parse(text: &str) -> Pattern {
    Pattern::parse(text).unwrap_or_else(|error| panic!("{text} {error}"))
}

fn check(pattern: &str, yes: &[&str], no: &[&str]) {
    let pattern = parse(pattern);
    for path in yes {
        assert!(pattern.matches(path), "{pattern} is for {path}");
    }
    for path in no {
        assert!(!pattern.matches(path), "{pattern} is not for {path}");
    }
}

#[test]
fn a_path_is_itself_and_a_folder_is_all_below_it() {
    check(
        "/healthz",
        &["/healthz"],
        &["/healthz/", "/healthz/x", "/healthzz", "/Healthz", "/"],
    );
    check("/", &["/"], &["/a", "//"]);
    check(
        "/assets/*",
        &["/assets", "/assets/", "/assets/a", "/assets/a/b"],
        &["/assetsx", "/Assets/a", "/a"],
    );
    check("/*", &["/", "/a", "/a/b"], &[]);
    check("/文档/*", &["/文档/a"], &["/%E6%96%87%E6%A1%A3/a"]);
}

#[test]
fn s_020_rules_have_the_canonical_form_of_requests() {
    assert_eq!(parse("/%E6%96%87"), parse("/文"));
    assert_eq!(parse("/%e6%96%87"), parse("/文"));
    assert_eq!(parse("/a%20b/*"), parse("/a b/*"));
    assert_eq!(parse("/a%2Db").to_string(), "/a-b");
}

#[test]
fn s_020_a_rule_that_can_never_match_is_refused() {
    for text in [
        "/a/../b",
        "/a/./b",
        "/%2e%2e/a",
        "/api%2Fx",
        "/api%2fx",
        "//a",
        "/a//b",
        "/a;b",
        "/a%3Bb",
        "/%2561",
        "/a\\b",
        "/a%5Cb",
        "/%zz",
        "/%00",
        "/a?b",
        "/a#b",
        "/_menshen",
        "/_menshen/*",
        "/_menshen/me",
        "a",
        "",
        "healthz",
        "/a./b",
        "//*",
    ] {
        assert!(Pattern::parse(text).is_err(), "{text:?}");
    }
    parse("/_menshenx");
}

#[test]
fn s_022_no_wildcard_but_the_last_segment() {
    for text in [
        "/*/a", "/a*", "/a/*b", "/a/**", "/*/*", "*", "/a/*/b/*", "/a/*/",
    ] {
        assert!(Pattern::parse(text).is_err(), "{text:?}");
    }
    // What would be a regular expression elsewhere is plain text here.
    check("/a.b", &["/a.b"], &["/axb"]);
    check("/(a|b)+$", &["/(a|b)+$"], &["/a"]);
}

#[test]
fn a_rule_touches_what_careless_servers_take_for_it() {
    let touches = |pattern: &str, path: &str| parse(pattern).touches(path);
    for path in ["/admin", "/ADMIN", "/admin/", "/Admin/x", "/admin/X"] {
        assert!(touches("/admin/*", path), "{path}");
    }
    assert!(touches("/admin", "/Admin/") && touches("/admin/", "/admin"));
    assert!(touches("/", "/") && touches("/*", "/"));
    for path in ["/", "/admi", "/adminx", "/x/admin"] {
        assert!(
            !touches("/admin/*", path) && !touches("/admin", path),
            "{path}"
        );
    }
    assert!(!touches("/admin", "/admin/x") && !touches("/", "/a"));
}

#[test]
fn what_covers_what() {
    let covers = |one: &str, other: &str| parse(one).covers(&parse(other));
    for (one, other) in [
        ("/*", "/a"),
        ("/*", "/*"),
        ("/a/*", "/a/b"),
        ("/a/*", "/a"),
        ("/a/*", "/a/b/*"),
        ("/a", "/a"),
    ] {
        assert!(covers(one, other), "{one} {other}");
    }
    for (one, other) in [
        ("/a", "/*"),
        ("/a/*", "/*"),
        ("/a/b/*", "/a/*"),
        ("/a", "/a/*"),
        ("/a/*", "/ab"),
        ("/a", "/A"),
    ] {
        assert!(!covers(one, other), "{one} {other}");
    }
    assert!(parse("/A/*").covers_loosely(&parse("/a/b")));
}

proptest! {
    /// To cover means to match everything the other matches; to match means to touch.
    #[test]
    fn covering_is_matching_all(
        one in "(/[abA]){0,2}(/\\*)?", other in "(/[abA]){0,2}(/\\*)?", path in "(/[abA]){1,3}/?"
    ) {
        if let (Ok(one), Ok(other)) = (Pattern::parse(&one), Pattern::parse(&other)) {
            if one.covers(&other) && other.matches(&path) {
                prop_assert!(one.matches(&path), "{one} {other} {path}");
            }
            prop_assert!(!one.matches(&path) || one.touches(&path), "{one} {path}");
        }
    }

    #[test]
    fn s_064_no_text_panics(text in "\\PC{0,32}", path in "\\PC{0,32}") {
        if let Ok(pattern) = Pattern::parse(&text) {
            let _ = (pattern.matches(&path), pattern.touches(&path));
        }
    }
}
