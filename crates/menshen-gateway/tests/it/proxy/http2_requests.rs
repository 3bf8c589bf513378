//! Requests over HTTP/2 whose fields say what HTTP/1.1 says in other ways.

use tokio::io::AsyncWriteExt as _;

use super::http2::{DATA, HEADERS, Wire, fields, frame};
use super::stage::{CLOSED, OPEN, Stage};
use super::upstream::{Upstream, ok};

/// The end of the head, of the stream.
const END_HEADERS: u8 = 4;
const END_STREAM: u8 = 1;

fn request(method: &str, path: &str, authority: &str) -> Vec<u8> {
    fields(&[
        (":method", method),
        (":scheme", "https"),
        (":path", path),
        (":authority", authority),
    ])
}

/// The body of the answer, or nothing where the stream was reset.
async fn ask(wire: &mut Wire, stream: u32, head: &[u8]) -> Option<String> {
    let head = frame(HEADERS, END_HEADERS | END_STREAM, stream, head);
    wire.0.write_all(&head).await.unwrap();
    let payload = wire.data().await?;
    Some(String::from_utf8(payload).unwrap())
}

/// The parser cuts a fragment off before anybody sees the address: what is judged is what is sent, and nothing
/// behind the `#` counts for either.
#[tokio::test]
async fn s_018_a_fragment_over_http2_is_neither_judged_nor_sent() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    let mut wire = Wire::open(&stage).await;
    let closed = request("GET", "/secret#/../public/a", CLOSED);
    let answer = ask(&mut wire, 1, &closed).await;
    assert!(
        answer.is_none_or(|text| text.contains("request.not_signed_in")),
        "a fragment opened a page"
    );
    assert_eq!(app.seen().len(), 0);
    let mut wire = Wire::open(&stage).await;
    let open = request("GET", "/public/a#/../../secret", CLOSED);
    let answer = ask(&mut wire, 1, &open).await;
    assert_eq!(answer.as_deref(), Some("hello"));
    let [seen] = &app.seen()[..] else {
        panic!("one request is one request: {:?}", app.seen())
    };
    assert_eq!(seen.line(), "GET /public/a HTTP/1.1");
}

#[tokio::test]
async fn s_044_trailers_over_http2_are_dropped() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    let mut wire = Wire::open(&stage).await;
    let head = [
        request("POST", "/x", OPEN),
        fields(&[("trailer", "x-menshen-user"), ("te", "trailers")]),
    ]
    .concat();
    let trailer = fields(&[("x-menshen-user", "canary"), ("x-own", "canary")]);
    let bytes = [
        frame(HEADERS, END_HEADERS, 1, &head),
        frame(DATA, 0, 1, b"hello"),
        frame(HEADERS, END_HEADERS | END_STREAM, 1, &trailer),
    ]
    .concat();
    wire.0.write_all(&bytes).await.unwrap();
    assert_eq!(wire.data().await.unwrap(), b"hello");
    let seen = &app.seen()[0];
    let body = String::from_utf8_lossy(&seen.body);
    assert!(body.contains("hello") && !body.contains("canary"), "{body}");
    assert!(!seen.head.contains("canary"), "{}", seen.head);
    assert_eq!(seen.all("x-menshen-user"), [""]);
}

#[tokio::test]
async fn s_056_connect_over_http2_never_reaches_an_application() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    for authority in [OPEN, CLOSED, "app.example.com:443", "127.0.0.1:1"] {
        let mut wire = Wire::open(&stage).await;
        let head = fields(&[(":method", "CONNECT"), (":authority", authority)]);
        // With a body, which an application could take for a request of somebody else.
        let body = format!("GET /public/hidden HTTP/1.1\r\nhost: {OPEN}\r\n\r\n");
        let bytes = [
            frame(HEADERS, END_HEADERS, 1, &head),
            frame(DATA, END_STREAM, 1, body.as_bytes()),
        ]
        .concat();
        wire.0.write_all(&bytes).await.unwrap();
        if let Some(payload) = wire.data().await {
            let text = String::from_utf8(payload).unwrap();
            assert!(
                text.contains("request.method_not_allowed"),
                "{authority}: {text}"
            );
        }
    }
    assert_eq!(app.seen().len(), 0);
    assert_eq!(stage.ask("GET /", OPEN, "").await.body, "hello");
}

#[tokio::test]
async fn s_067_upgrades_over_http2_are_no_upgrades() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    let mut refused = Vec::new();
    for (name, value) in [
        ("upgrade", "h2c"),
        ("upgrade", "websocket"),
        ("connection", "upgrade"),
        ("http2-settings", "AAMAAABkAAQAAP__"),
    ] {
        let before = app.seen().len();
        let mut wire = Wire::open(&stage).await;
        let head = [request("GET", "/", OPEN), fields(&[(name, value)])].concat();
        let answer = ask(&mut wire, 1, &head).await;
        match &app.seen()[before..] {
            [] => refused.push(name),
            [seen] => {
                assert_eq!(answer.as_deref(), Some("hello"), "{name}: {value}");
                for name in ["upgrade", "http2-settings", "connection"] {
                    assert_eq!(seen.all(name), [""; 0], "{}", seen.head);
                }
            }
            several => panic!("{name}: {value} became {several:?}"),
        }
    }
    // RFC 9113, 8.2.2: fields of a connection make a request malformed.
    assert_eq!(refused, ["upgrade", "upgrade", "connection"]);
}
