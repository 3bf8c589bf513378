use proptest::prelude::*;
use url::Url;

use super::{LandingPlaces, Refusal};

mod corpus;

const OWN: &str = "https://login.corp.example";
const APP: &str = "https://app.corp.example";

fn own_only() -> LandingPlaces {
    LandingPlaces::new(Url::parse(OWN).unwrap(), Vec::new())
}

fn with_app() -> LandingPlaces {
    LandingPlaces::new(Url::parse(OWN).unwrap(), vec![Url::parse(APP).unwrap()])
}

/// What must be true of every accepted value, whatever it was.
fn assert_harmless(places: &LandingPlaces, value: &str) {
    let Ok(place) = places.check(value) else {
        return;
    };
    let location = place.as_str();
    let landed = Url::parse(OWN).unwrap().join(location).unwrap();
    assert!(
        places.all().any(|o| o.origin() == landed.origin()),
        "{value:?} lands on {landed}"
    );
    assert!(location.is_ascii() && location.len() <= 2048, "{value:?}");
    assert!(
        !location
            .bytes()
            .any(|b| b == b'\\' || b <= b' ' || b == 127),
        "{value:?} gives {location:?}"
    );
    assert!(!location.starts_with("//"), "{value:?}");
    assert!(!landed.path().starts_with("//"), "{value:?}");
    let first = landed.path().split('/').nth(1);
    assert_ne!(first, Some("_menshen"), "{value:?}");
    // A second reading changes nothing: what is kept is already in its final form.
    assert_eq!(places.check(location).unwrap(), place, "{value:?}");
}

fn refused(value: &str) -> Refusal {
    with_app()
        .check(value)
        .expect_err(&format!("{value:?} must be refused"))
}

fn accepted(value: &str) -> String {
    assert_harmless(&with_app(), value);
    with_app().check(value).unwrap().as_str().to_owned()
}

#[test]
fn places_on_our_own_sites_are_kept_in_resolved_form() {
    let rows = [
        ("/", "/"),
        ("/a/b?c=d&e=%2F#f", "/a/b?c=d&e=%2F#f"),
        ("/a/./b/../c", "/a/c"),
        ("/#/home", "/#/home"),
        ("/wiki/首页", "/wiki/%E9%A6%96%E9%A1%B5"),
        ("/a//b", "/a//b"),
        ("/a@b", "/a@b"),
        ("https://login.corp.example/x", "/x"),
        ("https://login.corp.example:443/x", "/x"),
        ("https://app.corp.example", "https://app.corp.example/"),
        (
            "https://app.corp.example/x?y#z",
            "https://app.corp.example/x?y#z",
        ),
        ("HTTPS://APP.corp.example/x", "https://app.corp.example/x"),
        ("/_menshenx", "/_menshenx"),
        ("/x/_menshen/login", "/x/_menshen/login"),
    ];
    for (value, expected) in rows {
        assert_eq!(accepted(value), expected);
    }
}

#[test]
fn s_001_more_than_one_leading_slash_is_refused() {
    for value in [
        "//evil.example",
        "///evil.example",
        "///evil.example/%2e%2e",
        "////evil.example",
        "//evil.example@app.corp.example",
        "//login.corp.example/x",
    ] {
        assert_eq!(refused(value), Refusal::ForeignOrigin);
    }
}

#[test]
fn s_002_a_backslash_anywhere_is_refused() {
    for value in [
        "/\\evil.example",
        "\\/evil.example",
        "\\\\evil.example",
        "/./\\evil.example",
        "/a\\..\\evil.example",
        "/?x=\\",
        "https:\\\\app.corp.example",
        "https://app.corp.example\\@evil.example",
    ] {
        assert_eq!(refused(value), Refusal::ForbiddenCharacter);
    }
    // Still encoded after the one decoding: a name with a strange letter on our own origin.
    assert_eq!(accepted("/%5cevil.example"), "/%5cevil.example");
}

#[test]
fn s_003_every_control_and_white_space_is_refused_wherever_it_stands() {
    let is_bad = |c: &char| c.is_control() || c.is_whitespace();
    let every_bad = (0..=0x10_ffff).filter_map(char::from_u32).filter(is_bad);
    let invisible = "\u{ad}\u{180e}\u{200b}\u{200d}\u{202e}\u{2060}\u{feff}\u{e0001}";
    let characters: Vec<char> = every_bad.chain(invisible.chars()).collect();
    assert!(characters.len() > 80, "{}", characters.len());
    for character in characters {
        for value in [
            format!("/{character}/evil.example"),
            format!("{character}/a"),
            format!("/a{character}"),
            format!("/a?b={character}"),
            format!("/{character}\\\\evil.example"),
            format!("ht{character}tps://app.corp.example"),
        ] {
            assert_eq!(refused(&value), Refusal::ForbiddenCharacter, "{value:?}");
        }
    }
}

#[test]
fn s_004_a_path_that_normalises_to_two_slashes_is_refused() {
    for value in [
        "/.//evil.example",
        "/..//evil.example",
        "/%2e//evil.example",
        "/%2e%2e//evil.example",
        "/%2E%2e//evil.example",
        "/.%2e//evil.example",
        "/a/..//evil.example",
        "/a/b/../..//evil.example",
        "https://app.corp.example//evil.example",
        "https://app.corp.example/..//evil.example",
    ] {
        assert_eq!(refused(value), Refusal::LeavesTheOrigin, "{value:?}");
    }
}

#[test]
fn s_006_userinfo_and_look_alike_hosts_are_refused() {
    for value in [
        "https://app.corp.example@evil.example/",
        "https://app.corp.example%40evil.example",
        "https://evil.example#@app.corp.example",
        "https://evil.example?@app.corp.example",
        "https://@app.corp.example/",
        "https://:@app.corp.example/",
        "https://user:pass@app.corp.example/",
        "https://app.corp.example.evil.example/",
        "https://xapp.corp.example/",
        "https://evil.example/app.corp.example",
        "https://app.corp.example./",
        "https://app。corp.example/",
        "https://ａpp.corp.example/",
        "https://app.corp.%65xample/",
        "https://[app.corp.example]/",
    ] {
        refused(value);
    }
}

#[test]
fn s_007_scheme_host_and_port_must_all_match() {
    for value in [
        "https://app.corp.example:8443/",
        "http://app.corp.example/",
        "http://app.corp.example:443/",
        "http://login.corp.example/",
        "https://app.corp.example:0443/",
        "https://app.corp.example:/",
        "https://app.corp.example:443@evil.example:80/",
        "https://app.corp.example:99999/",
    ] {
        refused(value);
    }
    let loopback = LandingPlaces::new(Url::parse("http://127.0.0.1:8080/").unwrap(), vec![]);
    assert_eq!(
        loopback.check("http://127.0.0.1:8080/x").unwrap().as_str(),
        "/x"
    );
    for value in [
        "http://127.0.0.1/",
        "http://127.0.0.1:80/",
        "https://127.0.0.1:8080/",
        "http://127.1:8080/",
        "http://2130706433:8080/",
        "http://0x7f.1:8080/",
    ] {
        assert!(loopback.check(value).is_err(), "{value}");
    }
}

#[test]
fn s_008_other_schemes_and_addresses_without_authority_are_refused() {
    for value in [
        "javascript:alert(1)",
        "javascript://login.corp.example/%0aalert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https:evil.example",
        "https:app.corp.example",
        "https:/app.corp.example",
        "https:///evil.example",
        "https:///app.corp.example",
        "https://",
        "https://?x",
        "ftp://app.corp.example/",
        "wss://app.corp.example/",
        "blob:https://app.corp.example/x",
        "evil.example",
        "./x",
        "../x",
        "?x",
        "#x",
        "",
    ] {
        refused(value);
    }
}

#[test]
fn s_010_a_long_value_is_refused_not_cut() {
    assert!(own_only().check(&format!("/{}", "a".repeat(2047))).is_ok());
    assert_eq!(refused(&format!("/{}", "a".repeat(2048))), Refusal::TooLong);
    let dangerous_tail = format!("/{}\\evil.example", "a".repeat(8192));
    assert_eq!(refused(&dangerous_tail), Refusal::TooLong);
    // Short as written, too long once it is encoded for the header.
    assert_eq!(refused(&format!("/{}", "门".repeat(600))), Refusal::TooLong);
}

#[test]
fn s_011_our_own_endpoints_are_no_landing_place() {
    for value in [
        "/_menshen/login",
        "/_menshen/login?return_to=/x",
        "/_menshen/logout",
        "/_menshen/callback/hq?code=x",
        "/_menshen",
        "/_Menshen/logout",
        "/%5fmenshen/logout",
        "/%255fmenshen/logout",
        "/_menshen%2flogout",
        "/%2f_menshen/logout",
        "/x/../_menshen/logout",
        "/%2e/_menshen/logout",
        "/%252e/_menshen/logout",
        "/%5c_menshen/logout",
        "https://login.corp.example/_menshen/logout",
        "https://app.corp.example/_menshen/logout",
    ] {
        assert_eq!(refused(value), Refusal::OwnEndpoint, "{value:?}");
    }
}

#[test]
fn s_013_markup_is_encoded_in_what_is_kept() {
    for value in ["/\"><script>alert(1)</script>", "/?x=';alert(1)//\"><img>"] {
        let place = accepted(value);
        assert!(!place.contains(['"', '<', '>']), "{place}");
    }
}

#[test]
fn s_014_without_an_allow_list_only_our_own_origin_is_left() {
    for value in [APP, "https://evil.example/", "//app.corp.example"] {
        assert!(own_only().check(value).is_err(), "{value}");
    }
    assert!(own_only().check("/x").is_ok());
}

fn decoded(value: &str) -> Option<String> {
    percent_encoding::percent_decode_str(value)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

#[test]
fn s_009_no_payload_of_the_corpus_leaves_the_allow_list() {
    let (empty, filled) = (own_only(), with_app());
    let corpus = corpus::values();
    assert!(corpus.len() > 50_000, "{}", corpus.len());
    for raw in &corpus {
        let once = decoded(raw);
        let twice = once.as_deref().and_then(decoded);
        for value in [Some(raw.clone()), once, twice].into_iter().flatten() {
            assert_harmless(&empty, &value);
            assert_harmless(&filled, &value);
        }
    }
}

#[test]
fn s_009_what_is_accepted_of_the_corpus_is_a_path_or_an_allowed_address() {
    let places = with_app();
    for value in corpus::values() {
        let Ok(place) = places.check(&value) else {
            continue;
        };
        // The reasons why an accepted payload is harmless; there is no third.
        let is_path_as_written = value.starts_with('/') && !value.starts_with("//");
        let is_allowed_address = ["https://app.corp.example", "https://login.corp.example"]
            .iter()
            .any(|allowed| value.to_ascii_lowercase().starts_with(allowed));
        assert!(
            is_path_as_written || is_allowed_address,
            "{value:?} {place:?}"
        );
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("/".to_owned()),
        Just("\\".to_owned()),
        Just("//".to_owned()),
        Just(".".to_owned()),
        Just("..".to_owned()),
        Just("@".to_owned()),
        Just(":".to_owned()),
        Just("?".to_owned()),
        Just("#".to_owned()),
        Just("https:".to_owned()),
        Just("https://".to_owned()),
        Just("http://".to_owned()),
        Just("app.corp.example".to_owned()),
        Just("login.corp.example".to_owned()),
        Just("evil.example".to_owned()),
        Just("_menshen".to_owned()),
        Just("443".to_owned()),
        "[\u{0}-\u{20}\u{7f}-\u{a0}\u{2000}-\u{2030}\u{3000}\u{ff00}-\u{ff5f}]",
        "[ -~]{1,3}",
        ".{1,2}",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|parts| parts.concat())
}

fn percent_encoded(value: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in value.bytes() {
        let _ = write!(out, "%{byte:02x}");
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn s_005_whatever_is_accepted_lands_on_an_allowed_origin(value in pieces()) {
        for value in [
            value.clone(),
            percent_encoded(&value),
            percent_encoded(&percent_encoded(&value)),
            format!("/{value}"),
            format!("/{}", percent_encoded(&value)),
        ] {
            assert_harmless(&own_only(), &value);
            assert_harmless(&with_app(), &value);
        }
    }

    #[test]
    fn s_005_any_text_up_to_4_kib_is_judged_without_panic(value in ".{0,1024}") {
        assert_harmless(&with_app(), &value);
        assert_harmless(&with_app(), &format!("/{value}"));
    }
}
