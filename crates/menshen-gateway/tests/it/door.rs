//! What every request and every answer passes, whatever the address.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use http::request::Builder;
use http::{Method, Request, StatusCode};
use hyper::body::Frame;
use menshen_gateway::Peer;
use proptest::prelude::*;
use wecom_sdk::Entropy;

use crate::harness::{Answer, House};

/// A body that never comes.
struct Silent;

impl hyper::body::Body for Silent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

async fn send(house: &House, request: Builder) -> Answer {
    house.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_program_gets_a_problem_and_a_person_gets_a_page() {
    let house = House::new().await;
    let program = house.get("/nothing/here?code=canary").await;
    assert_eq!(program.status, StatusCode::NOT_FOUND);
    assert_eq!(program.problem(), "request.not_found");
    assert_eq!(
        program.json()["type"],
        "urn:menshen:failure:request.not_found"
    );

    let person = house.open("/nothing/here?code=canary").await;
    assert_eq!(person.status, StatusCode::NOT_FOUND);
    assert_eq!(person.header("content-type"), "text/html; charset=utf-8");
    assert!(
        person.body.contains("There is no such page"),
        "{}",
        person.body
    );
    for answer in [program, person] {
        assert!(!answer.body.contains("canary"));
        assert_eq!(answer.header("x-request-id").len(), 16);
    }
}

#[tokio::test]
async fn s_070_only_a_browser_that_loads_a_tab_is_a_person() {
    let house = House::new().await;
    let page = "text/html,application/xhtml+xml";
    // Headers, and whether a page is the answer.
    let rows: &[(&[(&str, &str)], bool)] = &[
        (&[("accept", page)], true),
        (
            &[("accept", page), ("x-requested-with", "com.tencent.wework")],
            true,
        ),
        (
            &[
                ("accept", page),
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", "document"),
            ],
            true,
        ),
        (&[("accept", "*/*")], false),
        (&[("accept", "application/json")], false),
        (&[], false),
        (
            &[("accept", page), ("x-requested-with", "XMLHttpRequest")],
            false,
        ),
        (
            &[
                ("accept", page),
                ("sec-fetch-mode", "cors"),
                ("sec-fetch-dest", "empty"),
            ],
            false,
        ),
        (
            &[
                ("accept", page),
                ("sec-fetch-mode", "no-cors"),
                ("sec-fetch-dest", "image"),
            ],
            false,
        ),
        (
            &[
                ("accept", page),
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", "iframe"),
            ],
            false,
        ),
        (&[("accept", page), ("sec-fetch-dest", "script")], false),
    ];
    for (headers, is_page) in rows {
        let request = headers
            .iter()
            .fold(Request::get("/x"), |request, (name, value)| {
                request.header(*name, *value)
            });
        let answer = send(&house, request).await;
        assert_eq!(
            answer.header("content-type").starts_with("text/html"),
            *is_page,
            "{headers:?}"
        );
        assert_eq!(answer.header("set-cookie"), "", "{headers:?}");
    }
}

#[tokio::test]
async fn s_072_no_answer_can_be_framed_and_no_page_can_load_anything() {
    let house = House::new().await;
    for answer in [
        house.open("/x").await,
        house.get("/x").await,
        house.manage("/healthz").await,
    ] {
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("referrer-policy"), "strict-origin");
        assert_eq!(answer.header("server"), "");
    }
    let page = house.open("/x").await;
    let policy = page.header("content-security-policy");
    for part in [
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "style-src 'sha256-",
    ] {
        assert!(policy.contains(part), "{part}: {policy}");
    }
    assert!(
        !policy.contains("unsafe") && !policy.contains("script-src"),
        "{policy}"
    );
    assert_eq!(page.header("vary"), "accept-language");
}

#[tokio::test]
async fn s_068_s_069_no_origin_is_ever_let_in() {
    let house = House::new().await;
    let origins = [
        "https://evil.example",
        "null",
        "https://login.example.com.evil.example",
        "https://xlogin.example.com",
        "https://login.example.com",
    ];
    let paths = [
        "/",
        "/x",
        "/_menshen/login",
        "/_menshen/callback/hq",
        "/_menshen/me",
        "/_menshen/logout",
    ];
    for (origin, path) in origins
        .into_iter()
        .flat_map(|origin| paths.map(|path| (origin, path)))
    {
        for method in [Method::GET, Method::POST, Method::OPTIONS] {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("origin", origin)
                .header("access-control-request-method", "GET")
                .header("cookie", "__Host-menshen_session=x");
            let answer = send(&house, request).await;
            let names = answer
                .headers
                .keys()
                .filter(|name| name.as_str().starts_with("access-control-"));
            assert_eq!(names.count(), 0, "{origin} {path}");
        }
    }
}

#[tokio::test]
async fn s_012_a_request_for_another_host_is_refused() {
    let house = House::new().await;
    let ours = [
        "login.example.com",
        "LOGIN.example.com",
        "login.example.com:443",
    ];
    for host in ours {
        let answer = send(&house, Request::get("/x").header("host", host)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{host}");
    }
    for host in [
        "evil.example",
        "login.example.com.",
        "login.example.com:80",
        "login.example.com:",
        "login.example.com:99999",
        "user@login.example.com",
        "login.example.com/x",
        "login.example.com.evil.example",
        "xlogin.example.com",
        "",
        " ",
    ] {
        let answer = send(&house, Request::get("/x").header("host", host)).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert_eq!(answer.problem(), "request.wrong_host");
        assert!(!answer.body.contains("evil"));
    }
    let twice = Request::get("/x")
        .header("host", "login.example.com")
        .header("host", "evil.example");
    assert_eq!(
        send(&house, twice).await.status,
        StatusCode::MISDIRECTED_REQUEST
    );
    let absolute = Request::get("http://evil.example/x").header("host", "login.example.com");
    assert_eq!(
        send(&house, absolute).await.status,
        StatusCode::MISDIRECTED_REQUEST
    );
}

#[tokio::test]
async fn s_012_forwarded_headers_exist_only_when_a_trusted_peer_sends_them() {
    let house = House::new().await;
    let from = |peer: &str, forwarded: &str| {
        let peer: SocketAddr = peer.parse().unwrap();
        Request::get("/x")
            .extension(Peer(peer))
            .header("host", "10.1.1.1:8080")
            .header("x-forwarded-host", forwarded)
            .header("x-request-id", "given-by-someone")
    };
    let stranger = send(&house, from("192.0.2.1:1", "login.example.com")).await;
    assert_eq!(stranger.status, StatusCode::MISDIRECTED_REQUEST);
    assert_ne!(stranger.header("x-request-id"), "given-by-someone");

    let proxy = send(&house, from("10.1.2.3:1", "login.example.com")).await;
    assert_eq!(proxy.status, StatusCode::NOT_FOUND);
    assert_eq!(proxy.header("x-request-id"), "given-by-someone");

    let deceived = send(&house, from("10.1.2.3:1", "evil.example")).await;
    assert_eq!(deceived.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn s_060_what_is_too_much_is_refused_early() {
    let house = House::new().await;
    let get = |path: &str| Request::get(path);
    let url = |length: usize| format!("/{}", "a".repeat(length - 1));
    let rows = [
        (get(&url(8192)), "request.not_found"),
        (get(&url(8193)), "request.url_too_long"),
        (get(&url(16 * 1024)), "request.url_too_long"),
        (
            get("/x").header("x-long", "a".repeat(64 * 1024)),
            "request.headers_too_large",
        ),
        (
            get("/x").header("content-encoding", "gzip"),
            "request.unsupported_body",
        ),
        (
            get("/x").header("content-length", "65537"),
            "request.body_too_large",
        ),
    ];
    for (request, code) in rows {
        assert_eq!(send(&house, request).await.problem(), code);
    }
    let many = (0..300).fold(get("/x"), |request, i| {
        request.header(format!("x-{i}"), "1")
    });
    let answer = send(&house, many).await;
    assert_eq!(answer.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    assert_eq!(answer.problem(), "request.headers_too_large");
}

#[tokio::test]
async fn s_060_a_body_without_an_announced_length_is_counted_while_it_arrives() {
    let house = House::new().await;
    // Over HTTP/2 not even a transfer encoding says that there is one.
    let chunked = Request::post("/x").header("transfer-encoding", "chunked");
    let chunked = chunked.body(()).unwrap();
    for request in [chunked, Request::post("/x").body(()).unwrap()] {
        let send = async |length: usize| {
            let request = request.clone().map(|()| Body::from("a".repeat(length)));
            house.send(request).await.problem()
        };
        assert_eq!(send(64 * 1024).await, "request.not_found");
        assert_eq!(send(64 * 1024 + 1).await, "request.body_too_large");
        assert_eq!(send(1024 * 1024).await, "request.body_too_large");
    }
}

#[tokio::test]
async fn s_059_a_body_that_does_not_come_is_not_waited_for() {
    let house = House::new().await;
    tokio::time::pause();
    let chunked = Request::post("/x").header("transfer-encoding", "chunked");
    for request in [chunked, Request::post("/x")] {
        let answer = house.send(request.body(Body::new(Silent)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
        assert_eq!(answer.problem(), "request.body_too_slow");
    }
}

#[tokio::test]
async fn s_056_connect_and_trace_are_not_served() {
    let house = House::new().await;
    for method in [Method::CONNECT, Method::TRACE] {
        let answer = send(&house, Request::builder().method(method).uri("/x")).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    }
}

#[tokio::test]
async fn s_192_without_chance_a_request_fails_and_no_id_is_made_up() {
    let house = House::with(|parts| parts.entropy = Arc::new(Entropy::failing())).await;
    let answer = house.get("/x").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.problem(), "gateway.internal");
    assert_eq!(answer.header("x-request-id"), "-");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the address and the headers are, the answer is one of ours and nothing breaks.
    #[test]
    fn s_064_random_requests_are_answered(
        path in "(/[ -~&&[^ \"<>\\\\^`{|}#]]{0,60}|(/|/_menshen/(login|me|logout|callback/hq|callback/%[0-9a-f]{2}))\
                 \\?((door|state|code|return_to|connector)=(%[0-9a-f]{2}|[!-~&&[^\"#<>\\\\^`{|}]]){0,30}&?){0,4})",
        name in "(host|cookie|origin|x-forwarded-for|accept-language|referer|content-length|te|user-agent)",
        value in "((__Host-menshen_session|__Host-menshen_attempt_00000000)=)?[ -~\u{80}-\u{ff}]{0,80}",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::new().await;
            let request = Request::get(&path).header("accept", "text/html").header(name, value);
            let Ok(request) = request.body(Body::empty()) else {
                return;
            };
            let answer = house.send(request).await;
            assert!(!answer.status.is_server_error(), "{path}: {answer:?}");
            assert!(house.parts.metrics.to_text().contains("menshen_panics_total 0"));
        });
    }
}
