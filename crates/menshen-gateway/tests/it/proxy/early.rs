//! Answers that come before the request is whole.

use tokio::io::AsyncWriteExt as _;

use super::stage::{CLOSED, OPEN, Stage, read_until};
use super::upstream::{Reply, Upstream, ok};

/// An application that answers at the head of a request and reads its body afterwards, on the same connection.
async fn hasty(status: &'static str) -> Upstream {
    Upstream::start(move |seen| {
        if seen.head.contains("/early") {
            return Reply::Say(format!(
                "HTTP/1.1 {status}\r\ncontent-length: 5\r\n\r\nearly"
            ));
        }
        ok(seen.line())
    })
    .await
    .hasty()
}

#[tokio::test]
async fn s_055_an_answer_before_the_body_never_reaches_the_next_person() {
    for status in ["417 Expectation Failed", "200 OK"] {
        let app = hasty(status).await;
        let stage = Stage::before(&[&app]).await;
        for expect in ["expect: 100-continue\r\n", ""] {
            // The body never comes, comes in part, or comes whole.
            for body in ["", "half of it", "whole of it, as long as was announced"] {
                let mut stream = stage.connect().await;
                let head = format!(
                    "POST /early HTTP/1.1\r\nhost: {OPEN}\r\n{expect}content-length: 37\r\n\r\n"
                );
                stream.write_all(head.as_bytes()).await.unwrap();
                let text = read_until(&mut stream, "early").await;
                assert!(text.contains(status), "{text}");
                // The other side may have closed by now.
                let _ = stream.write_all(body.as_bytes()).await;
                for round in 0..3 {
                    let answer = stage.ask(&format!("GET /next/{round}"), OPEN, "").await;
                    assert_eq!(answer.body, format!("GET /next/{round} HTTP/1.1"));
                }
            }
        }
    }
}

#[tokio::test]
async fn s_054_bodies_of_every_size_behind_a_refusal_are_never_requests() {
    let app = Upstream::start(|_| ok("canary")).await;
    let stage = Stage::before(&[&app]).await;
    let hidden = format!("GET /public/hidden HTTP/1.1\r\nhost: {CLOSED}\r\n\r\n");
    for size in [hidden.len(), 4096, 64 * 1024, 300 * 1024] {
        for framing in ["length", "chunks"] {
            let body = hidden.repeat(size / hidden.len());
            let (header, body) = match framing {
                "length" => (format!("content-length: {}", body.len()), body),
                _ => (
                    "transfer-encoding: chunked".to_owned(),
                    format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()),
                ),
            };
            let mut stream = stage.connect().await;
            let head = format!("POST /secret HTTP/1.1\r\nhost: {CLOSED}\r\n{header}\r\n\r\n");
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(body.as_bytes()).await;
            let _ = stream.shutdown().await;
            let text = read_until(&mut stream, "no such end").await;
            assert!(!text.contains("canary"), "{size} {framing}");
        }
    }
    assert_eq!(app.seen().len(), 0);
}

/// A second request, hidden behind or inside the first.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nhost: app.example.com\r\n\r\n";

#[tokio::test]
async fn s_050_s_051_s_053_nothing_that_can_be_framed_in_two_ways_is_forwarded() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    let heads = [
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: +5\r\n",
        "content-length: 5,5\r\n",
        "content-length: 0x5\r\n",
        "content-length: 99999999999999999999\r\n",
        "transfer-encoding: identity\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
        "transfer-encoding : chunked\r\n",
        "content-length: 5\nx: y\r\n",
        "x: a\r\n content-length: 5\r\n",
        "x\0y: a\r\n",
    ];
    for head in heads {
        let request = format!("POST /x HTTP/1.1\r\nhost: {OPEN}\r\n{head}\r\n0\r\n\r\n{HIDDEN}");
        let mut stream = stage.connect().await;
        let _ = stream.write_all(request.as_bytes()).await;
        let text = read_until(&mut stream, "no such end").await;
        assert!(text.starts_with("HTTP/1.1 400"), "{head:?}: {text}");
        assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{head:?}: {text}");
    }
    assert_eq!(app.seen().len(), 0);
}

#[tokio::test]
async fn s_052_chunks_that_cannot_be_read_end_the_request_and_both_connections() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    for body in [
        "10000000000000000\r\nhello\r\n0\r\n\r\n",
        "0x\r\n\r\n",
        "-1\r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhelloo\r\n0\r\n\r\n",
    ] {
        let request = format!(
            "POST /x HTTP/1.1\r\nhost: {OPEN}\r\ntransfer-encoding: chunked\r\n\r\n{body}{HIDDEN}"
        );
        let mut stream = stage.connect().await;
        let _ = stream.write_all(request.as_bytes()).await;
        let text = read_until(&mut stream, "no such end").await;
        assert!(text.starts_with("HTTP/1.1 400"), "{body:?}: {text}");
        assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{body:?}: {text}");
        // Whoever comes next is answered, and for nobody else.
        assert_eq!(stage.ask("GET /next", OPEN, "").await.body, "hello");
    }
    // Zeros in front change no number, and no wrap-around hides behind them: the parser takes them, the
    // application gets the chunk in our own words, and the connection ends all the same.
    let padded = format!("{:0>30}\r\nhello\r\n0\r\n\r\n", 5);
    let request = format!(
        "POST /x HTTP/1.1\r\nhost: {OPEN}\r\ntransfer-encoding: chunked\r\n\r\n{padded}{HIDDEN}"
    );
    let mut stream = stage.connect().await;
    let _ = stream.write_all(request.as_bytes()).await;
    let text = read_until(&mut stream, "no such end").await;
    assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text}");
    let body = app.seen().pop().unwrap().body;
    assert_eq!(String::from_utf8(body).unwrap(), "5\r\nhello\r\n0\r\n\r\n");
    for seen in app.seen() {
        assert!(!seen.line().contains("hidden"), "{}", seen.head);
    }
}
