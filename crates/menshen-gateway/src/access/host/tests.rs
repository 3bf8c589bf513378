use proptest::prelude::*;

use super::normalize;

fn check(text: &str, expected: Option<&str>) {
    assert_eq!(normalize(text, 443).as_deref(), expected, "{text:?}");
}

#[test]
fn s_021_every_spelling_of_a_host_is_one_host() {
    for text in [
        "app.corp.example",
        "APP.corp.example",
        "app.corp.example.",
        "App.Corp.Example.:443",
        "app.corp.example:443",
    ] {
        check(text, Some("app.corp.example"));
    }
    check("app.corp.example:8443", Some("app.corp.example:8443"));
    check("APP.corp.example.:8443", Some("app.corp.example:8443"));
    check("app.corp.example:80", Some("app.corp.example:80"));
    check("127.0.0.1:8080", Some("127.0.0.1:8080"));
    check("[::1]:8080", Some("[::1]:8080"));
    check("[0:0:0:0:0:0:0:1]:443", Some("[::1]"));
    check("[FE80::1]", Some("[fe80::1]"));
}

#[test]
fn s_021_what_needs_interpretation_is_no_host() {
    for text in [
        "",
        ".",
        "..",
        "app..example",
        "app.example..",
        ".app.example",
        "app.example:",
        "app.example:0443",
        "app.example:+443",
        "app.example:65536",
        "app.example:443:443",
        "app.example, evil.example",
        "app.example evil.example",
        "app.example/x",
        "user@app.example",
        "app.example\t",
        "app%2eexample",
        "ａpp.example",
        "[::1",
        "::1",
        "[::1]x",
        "[::1%25eth0]",
    ] {
        check(text, None);
    }
    check(&"a".repeat(64), None);
    check(&["a".repeat(60).as_str(); 5].join("."), None);
}

proptest! {
    /// The normal form is its own normal form, and never holds what separates hosts from anything else.
    #[test]
    fn s_021_normalising_twice_changes_nothing(text in "\\PC{0,40}") {
        if let Some(once) = normalize(&text, 443) {
            let twice = normalize(&once, 443);
            prop_assert_eq!(twice.as_deref(), Some(&*once));
            prop_assert!(!once.contains(['/', '@', ',', ' ', '%']) && !once.ends_with(":443"));
        }
    }

    #[test]
    fn s_021_letter_case_and_a_last_dot_are_no_difference(name in "[a-z0-9-]{1,20}(\\.[a-z0-9-]{1,20}){0,3}") {
        let shouted = format!("{}.", name.to_ascii_uppercase());
        let normal = normalize(&shouted, 443);
        prop_assert_eq!(normal.as_deref(), Some(name.as_str()));
    }
}
