//! What stays open ends with its session.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::stage::{CLOSED, Stage, read_until};
use super::streams::{HANDSHAKE, SWITCHED};
use super::upstream::{Reply, Upstream};
use crate::account::{SESSION, id};
use crate::harness::Answer;

const HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

/// Moves both clocks: that of sessions, and that of waiting.
async fn pass(stage: &Stage, seconds: u64) {
    let length = Duration::from_secs(seconds);
    stage.house.clock.advance(length);
    tokio::time::pause();
    tokio::time::advance(length).await;
    tokio::time::resume();
}

/// A gateway in front of an application that streams and talks.
async fn stage() -> Stage {
    let app = Upstream::start(|seen| {
        if seen.head.contains("/chat") {
            Reply::Echo(SWITCHED.to_owned())
        } else {
            Reply::Hold(format!("{HEAD}5\r\nhello\r\n"))
        }
    })
    .await;
    Stage::before(&[&app]).await
}

async fn open_events(stage: &Stage, cookie: &str) -> TcpStream {
    let mut events = stage.connect().await;
    let request = format!("GET /events HTTP/1.1\r\nhost: {CLOSED}\r\ncookie: {cookie}\r\n\r\n");
    events.write_all(request.as_bytes()).await.unwrap();
    read_until(&mut events, "hello\r\n").await;
    events
}

async fn open_chat(stage: &Stage, cookie: &str) -> TcpStream {
    let mut chat = stage.connect().await;
    let request =
        format!("GET /chat HTTP/1.1\r\nhost: {CLOSED}\r\ncookie: {cookie}\r\n{HANDSHAKE}\r\nhi");
    chat.write_all(request.as_bytes()).await.unwrap();
    let head = read_until(&mut chat, "\r\n\r\nhi").await;
    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    chat
}

/// Signs out as a person does: by the button of the page that asks.
async fn sign_out(stage: &Stage, cookie: &str) -> Answer {
    let headers = format!("cookie: {cookie}\r\naccept: text/html\r\nsec-fetch-mode: navigate\r\n");
    let page = stage.ask("GET /_menshen/logout", CLOSED, &headers).await;
    let (_, rest) = page
        .body
        .split_once("name=\"csrf_token\" value=\"")
        .unwrap();
    let body = format!("csrf_token={}", rest.split('"').next().unwrap());
    let head = format!(
        "POST /_menshen/logout HTTP/1.1\r\nhost: {CLOSED}\r\nconnection: close\r\ncookie: {cookie}\r\n\
         origin: https://{CLOSED}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stage.send(&head).await
}

#[tokio::test]
async fn s_066_a_sign_out_ends_streams_and_websockets_at_once() {
    let stage = stage().await;
    let cookie = stage.cookie().await;
    let mut events = open_events(&stage, &cookie).await;
    let mut chat = open_chat(&stage, &cookie).await;
    // Somebody else, in another browser of the same person.
    crate::account::sign_in(&stage.house, &id('t')).await;
    let theirs = format!("{SESSION}={}", id('t'));
    let mut other = open_chat(&stage, &theirs).await;

    assert_eq!(sign_out(&stage, &cookie).await.status, 200);
    // No clock moves here: both ends come by themselves.
    assert_eq!(read_until(&mut chat, "no such end").await, "");
    let rest = read_until(&mut events, "no such end").await;
    assert!(!rest.contains("0\r\n\r\n"), "cut, not finished: {rest}");
    other.write_all(b"still here").await.unwrap();
    assert_eq!(read_until(&mut other, "still here").await, "still here");
}

#[tokio::test]
async fn s_066_a_stream_and_a_websocket_end_within_a_minute_after_their_session() {
    let stage = stage().await;
    let cookie = stage.cookie().await;
    let mut events = open_events(&stage, &cookie).await;
    let mut chat = open_chat(&stage, &cookie).await;

    // While the session lives, half a minute changes nothing.
    pass(&stage, 31).await;
    chat.write_all(b"still here").await.unwrap();
    assert_eq!(read_until(&mut chat, "still here").await, "still here");

    let now = stage.house.parts.clock.now();
    let store = &stage.house.parts.store;
    let subject = menshen_store::SubjectId(uuid::Uuid::from_u128(7));
    assert_eq!(
        store.end_sessions_of(&subject).await.unwrap(),
        1,
        "at {now:?}"
    );
    pass(&stage, 36).await;
    assert_eq!(read_until(&mut chat, "no such end").await, "");
    let rest = read_until(&mut events, "no such end").await;
    assert!(
        !rest.contains("0\r\n\r\n"),
        "a stream that was cut is not a whole one: {rest}"
    );
}
