//! What stays open ends with its session.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use super::stage::{CLOSED, Stage, read_until};
use super::streams::{HANDSHAKE, SWITCHED};
use super::upstream::{Reply, Upstream};

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

#[tokio::test]
async fn s_066_a_stream_and_a_websocket_end_within_a_minute_after_their_session() {
    let app = Upstream::start(|seen| {
        if seen.head.contains("/chat") {
            Reply::Echo(SWITCHED.to_owned())
        } else {
            Reply::Hold(format!("{HEAD}5\r\nhello\r\n"))
        }
    })
    .await;
    let stage = Stage::before(&[&app]).await;
    let cookie = stage.cookie().await;
    let mut events = stage.connect().await;
    let request = format!("GET /events HTTP/1.1\r\nhost: {CLOSED}\r\ncookie: {cookie}\r\n\r\n");
    events.write_all(request.as_bytes()).await.unwrap();
    read_until(&mut events, "hello\r\n").await;
    let mut chat = stage.connect().await;
    let request =
        format!("GET /chat HTTP/1.1\r\nhost: {CLOSED}\r\ncookie: {cookie}\r\n{HANDSHAKE}\r\nhi");
    chat.write_all(request.as_bytes()).await.unwrap();
    assert!(
        read_until(&mut chat, "\r\n\r\nhi")
            .await
            .starts_with("HTTP/1.1 101")
    );

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
