use axum::body::Body;
use http::{HeaderMap, HeaderName, HeaderValue, Request};

use super::{BadDescription, Original};

fn headers(rows: &[(&str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in rows {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        map.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    map
}

fn check(rows: &[(&str, &str)], expected: Result<(&str, &str, &str), BadDescription>) {
    let headers = headers(rows);
    let found = Original::of_headers(&headers);
    let found = found.map(|found| (found.host, found.method, found.target));
    assert_eq!(found, expected, "{rows:?}");
}

const HOST: (&str, &str) = ("X-Forwarded-Host", "wiki.example.com");
const METHOD: (&str, &str) = ("X-Forwarded-Method", "GET");
const URI: (&str, &str) = ("X-Forwarded-Uri", "/a?b=/c");
const URL: (&str, &str) = ("X-Original-URL", "https://wiki.example.com/a?b=/c");
const ORIGINAL_METHOD: (&str, &str) = ("X-Original-Method", "GET");

#[test]
fn both_descriptions_are_read() {
    let expected = Ok(("wiki.example.com", "GET", "/a?b=/c"));
    check(&[HOST, METHOD, URI], expected);
    check(&[URL, ORIGINAL_METHOD], expected);
    check(&[URL, ORIGINAL_METHOD, HOST, METHOD, URI], expected);
    let described = headers(&[HOST, METHOD, URI]);
    assert_eq!(Original::of_headers(&described).unwrap().path(), "/a");
}

#[test]
fn s_024_what_is_missing_is_named_and_nothing_stands_in() {
    check(&[], Err(BadDescription::Missing("x-forwarded-host")));
    check(
        &[METHOD, URI],
        Err(BadDescription::Missing("x-forwarded-host")),
    );
    check(
        &[HOST, URI],
        Err(BadDescription::Missing("x-forwarded-method")),
    );
    check(
        &[HOST, METHOD],
        Err(BadDescription::Missing("x-forwarded-uri")),
    );
    check(&[URL], Err(BadDescription::Missing("x-original-method")));
    check(
        &[ORIGINAL_METHOD],
        Err(BadDescription::Missing("x-forwarded-host")),
    );
    check(
        &[HOST, METHOD, ("X-Forwarded-Uri", "")],
        Err(BadDescription::Missing("x-forwarded-uri")),
    );
}

#[test]
fn s_035_two_values_are_a_conflict_also_when_they_agree() {
    check(
        &[HOST, METHOD, URI, URI],
        Err(BadDescription::Conflict("x-forwarded-uri")),
    );
    check(
        &[HOST, HOST, METHOD, URI],
        Err(BadDescription::Conflict("x-forwarded-host")),
    );
    check(
        &[URL, URL, ORIGINAL_METHOD],
        Err(BadDescription::Conflict("x-original-url")),
    );
}

#[test]
fn s_033_two_descriptions_that_differ_are_a_conflict() {
    for (forged, name) in [
        (("X-Forwarded-Uri", "/public"), "x-forwarded-uri"),
        (
            ("X-Forwarded-Host", "public.example.com"),
            "x-forwarded-host",
        ),
        (("X-Forwarded-Method", "OPTIONS"), "x-forwarded-method"),
    ] {
        check(
            &[URL, ORIGINAL_METHOD, forged],
            Err(BadDescription::Conflict(name)),
        );
    }
    check(
        &[
            HOST,
            METHOD,
            URI,
            ("X-Original-URL", "https://wiki.example.com/public"),
        ],
        Err(BadDescription::Conflict("x-forwarded-uri")),
    );
    check(
        &[HOST, METHOD, URI, ("X-Original-Method", "HEAD")],
        Err(BadDescription::Conflict("x-forwarded-method")),
    );
    // Names that no proxy of the shipped configurations sets are not looked at.
    let ignored = [
        ("X-Original-URI", "/x"),
        ("X-Rewrite-URL", "/x"),
        ("X-Envoy-Original-Path", "/x"),
        ("X-Forwarded-Prefix", "/x"),
    ];
    check(
        &[&[HOST, METHOD, URI], ignored.as_slice()].concat(),
        Ok(("wiki.example.com", "GET", "/a?b=/c")),
    );
}

#[test]
fn s_039_bytes_that_are_no_text_are_unreadable() {
    let unreadable = Err(BadDescription::Unreadable("x-forwarded-uri"));
    check(&[HOST, METHOD, ("X-Forwarded-Uri", "/文")], unreadable);
    for url in [
        "/a",
        "ftp://wiki.example.com/a",
        "https://wiki.example.com",
        "https:///a",
        "wiki.example.com/a",
    ] {
        let unreadable = Err(BadDescription::Unreadable("x-original-url"));
        check(&[("X-Original-URL", url), ORIGINAL_METHOD], unreadable);
    }
}

#[test]
fn envoy_sends_the_head_of_the_request_itself() {
    let ask = |uri: &str| {
        let request = Request::delete(uri).header("host", "wiki.example.com");
        request.body(Body::empty()).unwrap().into_parts().0
    };
    let head = ask("/_menshen/check/envoy/a/b?c=d");
    let found = Original::of_envoy(&head).unwrap();
    assert_eq!(
        (found.host, found.method, found.target),
        ("wiki.example.com", "DELETE", "/a/b?c=d")
    );
    assert_eq!(
        Original::of_envoy(&ask("/_menshen/check/envoy")),
        Err(BadDescription::Missing("path"))
    );
    let other = ask("https://other.example.com/_menshen/check/envoy/a");
    assert_eq!(
        Original::of_envoy(&other),
        Err(BadDescription::Conflict("host"))
    );
}
