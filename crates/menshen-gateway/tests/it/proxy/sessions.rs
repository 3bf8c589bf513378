//! What stays open ends with what allowed it.

use std::time::Duration;

use menshen_store::SubjectId;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::stage::{CLOSED, OPEN, Stage, read_bytes, read_until};
use super::streams::{HANDSHAKE, SWITCHED};
use super::upstream::{Reply, Upstream};
use crate::account::{SESSION, id};
use crate::harness::Answer;

const HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
/// A whole frame of a WebSocket, which the application sends back.
const FRAME: &[u8] = b"\x81\x02hi";
/// The last frame of a gateway that goes away, and of one that would not let the person in any more.
const GOING_AWAY: &[u8] = &[0x88, 2, 0x03, 0xe9];
const NOT_ALLOWED: &[u8] = &[0x88, 2, 0x03, 0xf0];

/// Moves both clocks: that of sessions, and that of waiting.
async fn pass(stage: &Stage, seconds: u64) {
    let length = Duration::from_secs(seconds);
    stage.house.clock.advance(length);
    tokio::time::pause();
    tokio::time::advance(length).await;
    tokio::time::resume();
}

/// Talks back, or says one thing and holds the line.
async fn application() -> Upstream {
    Upstream::start(|seen| {
        if seen.head.contains("/chat") {
            Reply::Echo(SWITCHED.to_owned())
        } else {
            Reply::Hold(format!("{HEAD}5\r\nhello\r\n"))
        }
    })
    .await
}

/// A stream of events that has begun.
async fn events(stage: &Stage, path: &str, cookie: &str) -> TcpStream {
    let mut events = stage.connect().await;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {CLOSED}\r\ncookie: {cookie}\r\n\r\n");
    events.write_all(request.as_bytes()).await.unwrap();
    let text = read_until(&mut events, "hello\r\n").await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    events
}

/// A WebSocket that has been heard.
async fn chat(stage: &Stage, host: &str, path: &str, cookie: &str) -> TcpStream {
    let mut chat = stage.connect().await;
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\n{HANDSHAKE}\r\n");
    chat.write_all(request.as_bytes()).await.unwrap();
    chat.write_all(FRAME).await.unwrap();
    let text = read_bytes(&mut chat, FRAME).await;
    assert!(text.starts_with(b"HTTP/1.1 101"), "{text:?}");
    chat
}

async fn assert_cut(mut events: TcpStream) {
    let rest = read_until(&mut events, "no such end").await;
    assert!(
        !rest.contains("0\r\n\r\n"),
        "a stream that was cut is not a whole one: {rest}"
    );
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
    let app = application().await;
    let stage = Stage::before(&[&app]).await;
    let cookie = stage.cookie().await;
    let events = events(&stage, "/events", &cookie).await;
    let mut own = chat(&stage, CLOSED, "/chat", &cookie).await;
    // Somebody else, in another browser of the same person.
    crate::account::sign_in(&stage.house, &id('t')).await;
    let theirs = format!("{SESSION}={}", id('t'));
    let mut other = chat(&stage, CLOSED, "/chat", &theirs).await;

    assert_eq!(sign_out(&stage, &cookie).await.status, 200);
    // No clock moves here: both ends come by themselves.
    assert_eq!(read_bytes(&mut own, b"no such end").await, NOT_ALLOWED);
    assert_cut(events).await;
    other.write_all(FRAME).await.unwrap();
    assert_eq!(read_bytes(&mut other, FRAME).await, FRAME);
}

#[tokio::test]
async fn s_066_a_stream_and_a_websocket_end_within_a_minute_after_their_session() {
    let app = application().await;
    let stage = Stage::before(&[&app]).await;
    let cookie = stage.cookie().await;
    let events = events(&stage, "/events", &cookie).await;
    let mut chat = chat(&stage, CLOSED, "/chat", &cookie).await;

    // While the session lives, half a minute changes nothing.
    pass(&stage, 31).await;
    chat.write_all(FRAME).await.unwrap();
    assert_eq!(read_bytes(&mut chat, FRAME).await, FRAME);

    let now = stage.house.parts.clock.now();
    let store = &stage.house.parts.store;
    let subject = SubjectId(uuid::Uuid::from_u128(7));
    assert_eq!(
        store.end_sessions_of(&subject, None).await.unwrap().len(),
        1,
        "at {now:?}"
    );
    pass(&stage, 36).await;
    assert_eq!(read_bytes(&mut chat, b"no such end").await, NOT_ALLOWED);
    assert_cut(events).await;
}

#[tokio::test]
async fn s_066_a_long_download_ends_within_a_minute_after_its_session() {
    const LENGTH: usize = 64 * 1024 * 1024;
    let app = Upstream::start(|_| {
        let body = "z".repeat(LENGTH);
        Reply::Say(format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {LENGTH}\r\n\r\n{body}"
        ))
    })
    .await;
    let stage = Stage::before(&[&app]).await;
    let cookie = stage.cookie().await;
    let mut download = stage.connect().await;
    let request = format!("GET /film HTTP/1.1\r\nhost: {CLOSED}\r\ncookie: {cookie}\r\n\r\n");
    download.write_all(request.as_bytes()).await.unwrap();
    // Far enough that it counts as something long.
    let mut read = 0;
    while read < LENGTH / 8 {
        read += read_some(&mut download).await;
    }
    let store = &stage.house.parts.store;
    let subject = SubjectId(uuid::Uuid::from_u128(7));
    assert_eq!(
        store.end_sessions_of(&subject, None).await.unwrap().len(),
        1
    );
    pass(&stage, 36).await;
    loop {
        match read_some(&mut download).await {
            0 => break,
            length => read += length,
        }
    }
    assert!(read < LENGTH, "the whole of it came");
}

/// A person who is moved keeps the session and loses the folder.
#[tokio::test]
async fn s_049_what_stays_open_ends_when_the_person_was_moved() {
    let app = application().await;
    let stage = Stage::before(&[&app]).await;
    let cookie = stage.cookie().await;
    let lab_events = events(&stage, "/lab/events", &cookie).await;
    let mut lab_chat = chat(&stage, CLOSED, "/lab/chat", &cookie).await;
    let mut own_chat = chat(&stage, CLOSED, "/chat", &cookie).await;

    let store = &stage.house.parts.store;
    let subject = SubjectId(uuid::Uuid::from_u128(7));
    let mut identity = store.find_identity(&subject, "hq").await.unwrap().unwrap();
    identity.departments.clear();
    store.upsert_identity(&identity).await.unwrap();
    // The re-check of another node has found it.
    let checked_at = stage.house.parts.clock.now().plus(Duration::from_secs(1));
    store
        .update_checked_at(&subject, "hq", checked_at)
        .await
        .unwrap();
    pass(&stage, 36).await;
    assert_eq!(read_bytes(&mut lab_chat, b"no such end").await, NOT_ALLOWED);
    assert_cut(lab_events).await;
    own_chat.write_all(FRAME).await.unwrap();
    assert_eq!(
        read_bytes(&mut own_chat, FRAME).await,
        FRAME,
        "a member still"
    );
    let again = stage
        .ask("GET /lab/", CLOSED, &format!("cookie: {cookie}\r\n"))
        .await;
    assert_eq!(again.problem(), "site.refused");
}

#[tokio::test]
async fn s_214_a_websocket_hears_that_the_gateway_goes_away() {
    let app = application().await;
    let stage = Stage::before(&[&app]).await;
    let mut between = chat(&stage, OPEN, "/chat", "a=b").await;
    // Half a frame is under way, and the rest of it comes while the gateway stops.
    let mut inside = chat(&stage, OPEN, "/chat", "a=b").await;
    inside.write_all(b"\x82\x05hel").await.unwrap();
    assert_eq!(read_bytes(&mut inside, b"hel").await, b"\x82\x05hel");
    // Somebody who never speaks WebSocket is not talked to, and let go all the same.
    let mut odd = chat(&stage, OPEN, "/chat", "a=b").await;
    odd.write_all(b"\x82\x7f\xff\xff\xff").await.unwrap();
    read_bytes(&mut odd, b"\xff\xff\xff").await;
    stage.stop();
    inside.write_all(b"lo\x81\x03new").await.unwrap();
    let rest = read_bytes(&mut inside, b"no such end").await;
    // The goodbye stands behind the frame that was begun, never inside it. What came with it may be lost.
    let said = rest
        .strip_suffix(GOING_AWAY)
        .unwrap_or_else(|| panic!("{rest:?}"));
    assert!(said == b"lo" || said == b"lo\x81\x03new", "{rest:?}");
    assert_eq!(read_bytes(&mut between, b"no such end").await, GOING_AWAY);
    assert_eq!(read_bytes(&mut odd, b"no such end").await, b"");
}

async fn read_some(stream: &mut TcpStream) -> usize {
    use tokio::io::AsyncReadExt as _;
    let mut bytes = vec![0; 256 * 1024];
    stream.read(&mut bytes).await.unwrap_or(0)
}
