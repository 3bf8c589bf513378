//! Answers of which a browser takes nothing over HTTP/2, while it says at every question that it is there.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use super::http2::{DATA, HEADERS, PING, PREFACE, SETTINGS, Wire, frame, head};
use super::stage::{OPEN, Stage};
use super::upstream::{Upstream, ok};

const WINDOW_UPDATE: u8 = 8;
/// A bound of zero for what may be under way on each stream.
const CLOSED_WINDOW: [u8; 6] = [0, 4, 0, 0, 0, 0];
/// Shorter than the gateway waits for the answer to a question.
const STEP: u64 = 5;

/// A browser that takes nothing of these answers, as long as it says nothing else.
async fn open(stage: &Stage, streams: u32) -> Wire {
    let mut stream = stage.connect().await;
    stream.write_all(PREFACE).await.unwrap();
    let settings = frame(SETTINGS, 0, 0, &CLOSED_WINDOW);
    stream.write_all(&settings).await.unwrap();
    let mut wire = Wire(stream);
    for number in 0..streams {
        let asked = frame(HEADERS, 5, number * 2 + 1, &head("GET", OPEN, &[]));
        wire.0.write_all(&asked).await.unwrap();
    }
    for _ in 0..streams {
        wire.next(HEADERS).await.unwrap();
    }
    wire
}

/// Lets time pass, and answers whoever asks whether we are there. `false` once the connection is over.
async fn lives(wire: &mut Wire) -> bool {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(STEP)).await;
    tokio::time::resume();
    let ours = frame(PING, 0, 0, b"are you?");
    if wire.0.write_all(&ours).await.is_err() {
        return false;
    }
    while let Some((flags, payload)) = wire.next(PING).await {
        if flags == 1 {
            return true;
        }
        let answer = frame(PING, 1, 0, &payload);
        if wire.0.write_all(&answer).await.is_err() {
            return false;
        }
    }
    false
}

/// How long it lives, up to ten minutes.
async fn lifetime(wire: &mut Wire) -> u64 {
    let mut seconds = 0;
    while seconds < 600 && lives(wire).await {
        seconds += STEP;
    }
    seconds
}

#[tokio::test]
async fn s_059_answers_that_nobody_takes_end_the_connection() {
    let app = Upstream::start(|_| ok(&"z".repeat(1024 * 1024))).await;
    let stage = Stage::before(&[&app]).await;
    let mut wire = open(&stage, 20).await;
    let seconds = lifetime(&mut wire).await;
    assert!((100..200).contains(&seconds), "{seconds} s");
    assert_eq!(stage.ask("GET /", OPEN, "").await.status, 200);
}

#[tokio::test]
async fn s_059_the_rest_of_an_answer_that_nobody_takes_ends_the_connection() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    let mut wire = open(&stage, 1).await;
    let one = frame(WINDOW_UPDATE, 0, 1, &1_u32.to_be_bytes());
    wire.0.write_all(&one).await.unwrap();
    assert_eq!(wire.next(DATA).await.unwrap().1, b"h");
    let seconds = lifetime(&mut wire).await;
    assert!((100..300).contains(&seconds), "{seconds} s");
}

#[tokio::test]
async fn an_answer_that_is_taken_slowly_is_not_broken_off() {
    let app = Upstream::start(|_| ok(&"z".repeat(1024 * 1024))).await;
    let stage = Stage::before(&[&app]).await;
    let mut wire = open(&stage, 1).await;
    for _ in 0..4 {
        let some = (16_u32 * 1024).to_be_bytes();
        for stream in [0, 1] {
            let more = frame(WINDOW_UPDATE, 0, stream, &some);
            wire.0.write_all(&more).await.unwrap();
        }
        wire.next(DATA).await.unwrap();
        for _ in 0..12 {
            assert!(lives(&mut wire).await);
        }
    }
}
