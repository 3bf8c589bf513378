//! Frames without end over HTTP/2 that ask for nothing: what breaks a bound ends the connection, everything else
//! costs no memory, and others are served all the while.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::http2::{DATA, GOAWAY, HEADERS, PING, RST_STREAM, SETTINGS, Wire, frame, head};
use super::stage::{OPEN, Stage};
use super::upstream::{Upstream, ok};

const PRIORITY: u8 = 2;
const WINDOW_UPDATE: u8 = 8;
const UNKNOWN: u8 = 0xfa;
const CALM: u8 = 11;
const MIB: usize = 1024 * 1024;

/// What this process holds, in bytes.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

async fn stage() -> Stage {
    Stage::before(&[&Upstream::start(|_| ok("hello")).await]).await
}

/// Others are served, and nothing has grown.
async fn check(stage: &Stage, before: usize, what: &str) {
    let answer = stage.ask("GET /", OPEN, "").await;
    assert_eq!(answer.status, 200, "{what}: others are served");
    let grown = resident().saturating_sub(before);
    assert!(grown < 64 * MIB, "{what}: {grown} bytes more");
}

#[tokio::test]
async fn s_058_empty_data_without_end_is_told_to_calm_down() {
    let stage = stage().await;
    let mut wire = Wire::open(&stage).await;
    let fields = head("POST", OPEN, &[]);
    // The head of an upload that never comes.
    wire.0
        .write_all(&frame(HEADERS, 4, 1, &fields))
        .await
        .unwrap();
    let empty = frame(DATA, 0, 1, &[]).repeat(1000);
    for _ in 0..1000 {
        if wire.0.write_all(&empty).await.is_err() {
            break;
        }
    }
    let goaway = wire.next(GOAWAY).await;
    // The end may have come before the word was read.
    assert!(goaway.is_none_or(|(_, payload)| payload[7] == CALM));
    let mut rest = Vec::new();
    let _ = wire.0.read_to_end(&mut rest).await;
    assert_eq!(stage.ask("GET /", OPEN, "").await.status, 200);
}

/// Frames that are allowed, in any number.
fn floods() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("SETTINGS", frame(SETTINGS, 0, 0, &[])),
        ("SETTINGS that change", {
            let small = frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 1]);
            [small, frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 255, 255])].concat()
        }),
        ("PING", frame(PING, 0, 0, b"12345678")),
        ("PRIORITY", frame(PRIORITY, 0, 1, &[0, 0, 0, 0, 16])),
        ("WINDOW_UPDATE", frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1])),
        ("unknown frames", frame(UNKNOWN, 0, 0, &[0; 64])),
        (
            "RST_STREAM of a stream that has ended",
            frame(RST_STREAM, 0, 1, &[0, 0, 0, 8]),
        ),
    ]
}

/// A client with a request behind it, so that stream 1 exists and has ended.
async fn client(stage: &Stage) -> Wire {
    let mut wire = Wire::open(stage).await;
    let fields = head("GET", OPEN, &[]);
    wire.0
        .write_all(&frame(HEADERS, 5, 1, &fields))
        .await
        .unwrap();
    wire.next(DATA).await.unwrap();
    wire
}

#[tokio::test]
async fn s_058_floods_of_frames_whose_answers_are_read_cost_no_memory() {
    let stage = stage().await;
    for (what, flood) in floods() {
        let Wire(stream) = client(&stage).await;
        let before = resident();
        let (mut from, mut to) = stream.into_split();
        let many = flood.repeat(4096);
        let sending = async {
            for _ in 0..=2 * MIB / many.len() {
                // An end is as good as a bound.
                if to.write_all(&many).await.is_err() {
                    break;
                }
            }
            let _ = to.shutdown().await;
        };
        let reading = async {
            let mut bytes = vec![0; 64 * 1024];
            while matches!(from.read(&mut bytes).await, Ok(1..)) {}
        };
        tokio::join!(sending, reading);
        check(&stage, before, what).await;
    }
}

#[tokio::test]
async fn s_058_floods_that_ask_for_nothing_end_the_connection() {
    let stage = stage().await;
    for (what, flood) in floods() {
        if what == "WINDOW_UPDATE" || what.starts_with("RST_STREAM") {
            // The one comes with every download, the other is bounded by the streams there are.
            continue;
        }
        let Wire(stream) = client(&stage).await;
        let (mut from, mut to) = stream.into_split();
        let many = flood.repeat(1024);
        let mut sent = 0;
        let sending = async {
            while sent < 64 * MIB && to.write_all(&many).await.is_ok() {
                sent += many.len();
            }
        };
        let reading = async {
            let mut bytes = vec![0; 64 * 1024];
            while matches!(from.read(&mut bytes).await, Ok(1..)) {}
        };
        tokio::join!(sending, reading);
        assert!(sent < 64 * MIB, "{what}: all of it was taken");
        assert_eq!(stage.ask("GET /", OPEN, "").await.status, 200, "{what}");
    }
}

#[tokio::test]
async fn a_thousand_pings_are_answered_and_cost_nobody_the_connection() {
    let stage = stage().await;
    let mut wire = client(&stage).await;
    for _ in 0..1000 {
        wire.0
            .write_all(&frame(PING, 0, 0, b"12345678"))
            .await
            .unwrap();
        let (flags, payload) = wire.next(PING).await.unwrap();
        assert_eq!((flags, &*payload), (1, &b"12345678"[..]));
    }
    let fields = head("GET", OPEN, &[]);
    wire.0
        .write_all(&frame(HEADERS, 5, 3, &fields))
        .await
        .unwrap();
    assert_eq!(wire.data().await.unwrap(), b"hello");
}

#[tokio::test]
async fn s_058_floods_of_frames_whose_answers_nobody_reads_are_held_back() {
    let stage = stage().await;
    for (what, flood) in floods() {
        let Wire(stream) = client(&stage).await;
        let before = resident();
        let many = flood.repeat(4096);
        let mut taken = 0;
        for _ in 0..200 {
            // Until it is held back, or at its end.
            while let Ok(length @ 1..) = stream.try_write(&many) {
                taken += length;
                if taken > 32 * MIB {
                    break;
                }
            }
            tokio::task::yield_now().await;
        }
        check(&stage, before, what).await;
    }
}

#[tokio::test]
async fn s_057_fifty_connections_of_rapid_resets_cost_no_memory() {
    let stage = stage().await;
    let before = resident();
    let fields = head("GET", OPEN, &[]);
    for _ in 0..50 {
        let mut wire = Wire::open(&stage).await;
        for round in 0..10_000_u32 {
            let stream = round * 2 + 1;
            let mut both = frame(HEADERS, 5, stream, &fields);
            both.extend(frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()));
            if wire.0.write_all(&both).await.is_err() {
                break;
            }
        }
        let goaway = wire.next(GOAWAY).await;
        assert!(goaway.is_none_or(|(_, payload)| payload[7] == CALM));
    }
    check(&stage, before, "rapid resets").await;
}
