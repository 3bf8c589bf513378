//! What is ours on a site's host, and what we believe and read there ourselves.

use super::stage::{CLOSED, OPEN, Stage};
use super::upstream::{Upstream, ok};
use crate::harness::CONFIG;

/// Addresses of ours, whatever they answer.
const OURS: [&str; 9] = [
    "/_menshen",
    "/_menshen/login",
    "/_menshen/me",
    "/_menshen/jwks.json",
    "/_menshen/check",
    "/_menshen/check/envoy",
    "/_menshen/callback/hq",
    "/WW_verify_Kq3vTz81mWcYp0Ls.txt",
    "/WW_verify_",
];

#[tokio::test]
async fn s_030_nothing_below_an_address_of_ours_is_public() {
    let app = Upstream::start(|_| ok("canary")).await;
    let stage = Stage::before(&[&app]).await;
    let mut paths: Vec<String> = Vec::new();
    for own in OURS
        .into_iter()
        .chain(["/favicon.ico", "/robots.txt", "/healthz", "/static"])
    {
        for way in [
            "/../admin",
            "/..%2fadmin",
            "%2f..%2f",
            "%2f..%2fadmin",
            "/%2e%2e/admin",
            "/..;/admin",
            "/..%5cadmin",
            "\\..\\admin",
            ";/admin",
            "%3b/admin",
            "%23/admin",
            "//admin",
            "/admin",
            "%00/admin",
        ] {
            paths.push(format!("{own}{way}"));
        }
    }
    for path in &paths {
        let answer = stage.ask(&format!("GET {path}"), CLOSED, "").await;
        let status = answer.status.as_u16();
        assert!(
            matches!(status, 400 | 401 | 403 | 404),
            "{path}: {answer:?}"
        );
        assert!(!answer.body.contains("canary"), "{path}");
    }
    assert_eq!(app.seen().len(), 0);
    // And with a session, no way through an address of ours leads to the application.
    let cookie = stage.cookie().await;
    for path in paths.iter().filter(|path| path.starts_with("/_menshen/")) {
        stage
            .ask(
                &format!("GET {path}"),
                CLOSED,
                &format!("cookie: {cookie}\r\n"),
            )
            .await;
    }
    assert_eq!(app.seen().len(), 0);
}

/// Every header by which somebody is said to be the caller, but the one we read.
const OTHER_SOURCES: [(&str, &str); 14] = [
    ("X-Real-IP", "6.6.6.6"),
    ("True-Client-IP", "6.6.6.6"),
    ("CF-Connecting-IP", "6.6.6.6"),
    ("CF-Connecting-IPv6", "6.6.6.6"),
    ("X-Client-IP", "6.6.6.6"),
    ("X-Cluster-Client-IP", "6.6.6.6"),
    ("Fastly-Client-IP", "6.6.6.6"),
    ("X-Original-Forwarded-For", "6.6.6.6"),
    ("Forwarded", "for=6.6.6.6"),
    ("Forwarded-For", "6.6.6.6"),
    ("X-Forwarded", "6.6.6.6"),
    ("X_Forwarded_For", "6.6.6.6"),
    ("X.Real.IP", "6.6.6.6"),
    ("Client-IP", "6.6.6.6"),
];

#[tokio::test]
async fn s_036_one_header_names_the_caller_and_a_trusted_peer_alone_may_write_it() {
    let app = Upstream::start(|_| ok("hello")).await;
    let others = OTHER_SOURCES
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .concat();
    let trusting = CONFIG.replace("10.0.0.0/8", "127.0.0.0/8");
    for (config, told, expected) in [
        (CONFIG, "", "127.0.0.1"),
        (CONFIG, "192.0.2.7", "127.0.0.1"),
        (&*trusting, "", "127.0.0.1"),
        (&*trusting, "192.0.2.7", "192.0.2.7"),
        // From the right, up to the first that is no proxy of ours: what stands before it, the caller wrote.
        (&*trusting, "6.6.6.6, 192.0.2.7, 127.0.0.9", "192.0.2.7"),
        (&*trusting, "6.6.6.6, unknown", "127.0.0.1"),
    ] {
        let stage = Stage::of(config, &[&app]).await;
        let line = match told {
            "" => String::new(),
            told => format!("x-forwarded-for: {told}\r\n"),
        };
        stage.ask("GET /", OPEN, &format!("{others}{line}")).await;
        let seen = app.seen().pop().unwrap();
        assert_eq!(seen.all("x-forwarded-for"), [expected], "{told:?}");
        assert!(!seen.head.contains("6.6.6.6"), "{}", seen.head);
    }
}

#[tokio::test]
async fn s_048_an_authorization_header_is_no_identity_and_passes_as_it_is() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    for value in ["Bearer canary", "Basic emhhbmdzYW46eA=="] {
        let header = format!("authorization: {value}\r\n");
        let closed = stage.ask("GET /", CLOSED, &header).await;
        assert_eq!(closed.problem(), "request.not_signed_in");
        assert_eq!(app.seen().len(), 0);
    }
    // On a public page it is the application's own affair.
    let header = "authorization: Bearer own-token\r\n";
    assert_eq!(stage.ask("GET /", OPEN, header).await.status, 200);
    let seen = app.seen().pop().unwrap();
    assert_eq!(seen.all("authorization"), ["Bearer own-token"]);
    assert_eq!(seen.all("x-menshen-user"), [""]);
}

#[tokio::test]
async fn s_041_identity_headers_of_the_caller_reach_no_page_of_any_kind() {
    let app = Upstream::start(|seen| {
        if seen.head.contains("/missing") {
            return super::upstream::Reply::Say(
                "HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\ngone".to_owned(),
            );
        }
        ok("hello")
    })
    .await;
    let stage = Stage::before(&[&app]).await;
    let cookie = stage.cookie().await;
    let names = [
        "subject",
        "user",
        "name",
        "email",
        "groups",
        "corp",
        "assertion",
    ];
    let fakes = names
        .map(|name| format!("X-Menshen-{name}: canary\r\nx_menshen_{name}: canary\r\n"))
        .concat();
    for (line, host) in [
        ("GET /x", OPEN),
        ("OPTIONS /x", OPEN),
        ("GET /missing", OPEN),
        ("GET /public/x", CLOSED),
        ("OPTIONS /public/x", CLOSED),
        ("GET /page", CLOSED),
        ("GET /missing", CLOSED),
    ] {
        let headers = format!("{fakes}X-Forwarded-User: canary\r\ncookie: {cookie}\r\n");
        stage.ask(line, host, &headers).await;
        let seen = app.seen().pop().unwrap();
        assert!(seen.line().starts_with(line), "{}", seen.head);
        assert!(!seen.head.contains("canary"), "{}", seen.head);
        for name in names {
            let name = format!("x-menshen-{name}");
            assert_eq!(seen.all(&name).len(), 1, "{name}: {}", seen.head);
        }
    }
}

#[tokio::test]
async fn s_062_a_compressed_body_is_read_by_no_address_of_ours() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    // Ten bytes of gzip's beginning; what they would grow to does not matter.
    let body = "0123456789";
    for path in [
        "/_menshen/login",
        "/_menshen/logout",
        "/_menshen/me",
        "/_menshen/callback/hq",
        "/_menshen/jwks.json",
        "/_menshen/unknown",
    ] {
        for encoding in [
            "gzip", "deflate", "br", "zstd", "identity", "GZIP", "x, gzip",
        ] {
            for method in ["POST", "GET"] {
                let head = format!(
                    "{method} {path} HTTP/1.1\r\nhost: {CLOSED}\r\ncontent-encoding: {encoding}\r\n\
                     content-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
                let answer = stage.send(&head).await;
                assert_eq!(
                    answer.problem(),
                    "request.unsupported_body",
                    "{method} {path} {encoding}"
                );
            }
        }
    }
    // Nor is a coding of the way itself undone.
    let coded = format!(
        "POST /_menshen/logout HTTP/1.1\r\nhost: {CLOSED}\r\ntransfer-encoding: gzip, chunked\r\n\
         connection: close\r\n\r\n0\r\n\r\n"
    );
    let answer = stage.send(&coded).await;
    assert!(answer.status.is_client_error(), "{answer:?}");
    assert_eq!(app.seen().len(), 0);
    // What an application gets is its own affair, byte for byte.
    let through = format!(
        "POST /x HTTP/1.1\r\nhost: {OPEN}\r\ncontent-encoding: gzip\r\ncontent-length: 10\r\n\
         connection: close\r\n\r\n{body}"
    );
    assert_eq!(stage.send(&through).await.status, 200);
    let seen = app.seen().pop().unwrap();
    assert_eq!(seen.all("content-encoding"), ["gzip"]);
    assert_eq!(seen.body, body.as_bytes());
}

#[tokio::test]
async fn s_071_the_form_of_somebody_signed_out_stays_with_the_browser() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    let form = "text=written-for-an-hour";
    let head = format!(
        "POST /save HTTP/1.1\r\nhost: {CLOSED}\r\naccept: text/html\r\nsec-fetch-mode: navigate\r\n\
         sec-fetch-dest: document\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{form}",
        form.len()
    );
    let answer = stage.send(&head).await;
    assert_eq!(answer.status, 401, "{answer:?}");
    assert!(answer.header("content-type").starts_with("text/html"));
    assert!(
        !answer.headers.contains_key("location"),
        "a POST never becomes a GET"
    );
    assert!(!answer.headers.contains_key("set-cookie"));
    assert!(!answer.body.contains("written-for-an-hour"));
    assert_eq!(app.seen().len(), 0);
}
