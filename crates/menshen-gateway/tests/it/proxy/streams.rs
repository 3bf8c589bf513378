//! Bodies of every size in both directions, streams that take their time, and `WebSocket`.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::stage::{OPEN, Stage, read_until};
use super::upstream::{Reply, Upstream, ok};

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn large_bodies_pass_in_both_directions() {
    let app = Upstream::start(|seen| {
        let sum: usize = seen.body.iter().map(|byte| usize::from(*byte)).sum();
        ok(&format!("{sum}{}", "z".repeat(8 * MIB)))
    })
    .await;
    let stage = Stage::before(&[&app]).await;
    let body = "y".repeat(8 * MIB);
    let head = format!("content-length: {}\r\n\r\n{body}", body.len());
    let request = format!("POST / HTTP/1.1\r\nhost: {OPEN}\r\nconnection: close\r\n{head}");
    let answer = stage.send(&request).await;
    let sum = 8 * MIB * usize::from(b'y');
    assert!(answer.body.starts_with(&sum.to_string()));
    assert_eq!(answer.body.len(), 8 * MIB + sum.to_string().len());
}

#[tokio::test]
async fn a_stream_arrives_piece_by_piece() {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    let app = Upstream::start(move |_| Reply::Hold(format!("{head}b\r\ndata: one\n\n\r\n"))).await;
    let stage = Stage::before(&[&app]).await;
    let mut stream = stage.connect().await;
    let request = format!("GET /events HTTP/1.1\r\nhost: {OPEN}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    // The application holds the rest back, and the first piece is here all the same.
    let text = read_until(&mut stream, "data: one\n\n\r\n").await;
    assert!(text.contains("content-type: text/event-stream"), "{text}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_never_made_whole() {
    let short = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort";
    let app = Upstream::start(move |_| Reply::Last(short.to_owned())).await;
    let stage = Stage::before(&[&app]).await;
    let mut stream = stage.connect().await;
    let request = format!("GET / HTTP/1.1\r\nhost: {OPEN}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let text = read_until(&mut stream, "no such end").await;
    assert!(
        text.ends_with("short") && text.contains("content-length: 100"),
        "{text}"
    );
    assert_eq!(
        app.seen().len(),
        1,
        "what was begun is never asked for again"
    );
}

pub(crate) const HANDSHAKE: &str = "connection: keep-alive, Upgrade\r\nupgrade: WebSocket\r\n\
     sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n";
pub(crate) const SWITCHED: &str = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\
     connection: Upgrade\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

#[tokio::test]
async fn a_websocket_is_a_tunnel_once_both_sides_agree() {
    let app = Upstream::start(|_| Reply::Echo(SWITCHED.to_owned())).await;
    let stage = Stage::before(&[&app]).await;
    let mut stream = stage.connect().await;
    // What comes behind the request waits for the 101.
    let request = format!("GET /chat HTTP/1.1\r\nhost: {OPEN}\r\n{HANDSHAKE}\r\nearly\n\r\n\0");
    stream.write_all(request.as_bytes()).await.unwrap();
    let head = read_until(&mut stream, "early\n\r\n\0").await;
    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    assert!(
        head.contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        "{head}"
    );
    for round in 0..100 {
        let sent = format!("message {round}");
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut back = vec![0; sent.len()];
        stream.read_exact(&mut back).await.unwrap();
        assert_eq!(back, sent.as_bytes());
    }
    let seen = &app.seen()[0];
    assert_eq!(seen.all("upgrade"), ["websocket"]);
    assert_eq!(seen.all("connection"), ["upgrade"]);
    assert_eq!(seen.all("sec-websocket-version"), ["13"]);
}

#[tokio::test]
async fn a_websocket_that_is_refused_is_an_answer_like_others() {
    let app = Upstream::start(|_| {
        Reply::Say("HTTP/1.1 403 No\r\ncontent-length: 2\r\n\r\nno".to_owned())
    })
    .await;
    let stage = Stage::before(&[&app]).await;
    let mut stream = stage.connect().await;
    let hidden = format!("GET /hidden HTTP/1.1\r\nhost: {OPEN}\r\nconnection: close\r\n\r\n");
    let request = format!("GET /chat HTTP/1.1\r\nhost: {OPEN}\r\n{HANDSHAKE}\r\n");
    stream
        .write_all(format!("{request}{hidden}").as_bytes())
        .await
        .unwrap();
    let text = read_until(&mut stream, "no such end").await;
    assert_eq!(text.matches("HTTP/1.1 403").count(), 2, "{text}");
    // The application saw two requests, one behind the other, and never one inside the other.
    let lines: Vec<String> = app
        .seen()
        .iter()
        .map(|seen| seen.line().to_owned())
        .collect();
    assert_eq!(lines, ["GET /chat HTTP/1.1", "GET /hidden HTTP/1.1"]);
}
