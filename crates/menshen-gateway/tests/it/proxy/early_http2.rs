//! Over HTTP/2: answers that come before the request is whole reach their reader.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, SizeHint};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::AsyncWriteExt as _;
use tokio_util::task::TaskTracker;

use super::http2::{DATA, HEADERS, PING, RST_STREAM, SETTINGS, Wire, fields, frame};
use super::stage::{CLOSED, OPEN, Stage};
use super::upstream::{Reply, Upstream, ok};

const END_HEADERS: u8 = 4;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
/// As much as a frame may hold.
const PIECE: &[u8] = &[b'x'; 16 * 1024];
/// All of it fits into what may be under way, and is more than a form may be.
const PIECES: usize = 12;

/// An upload of which only the first half is sent before the answer is read.
struct Upload {
    wire: Wire,
}

impl Upload {
    async fn begin(stage: &Stage, (host, path): (&str, &str), has_length: bool) -> Self {
        let mut wire = Wire::open(stage).await;
        wire.next(SETTINGS).await.unwrap();
        let length = (PIECE.len() * PIECES).to_string();
        let mut head = vec![
            (":method", "POST"),
            (":scheme", "http"),
            (":path", path),
            (":authority", host),
            ("accept", "application/json"),
        ];
        if has_length {
            head.push(("content-length", &length));
        }
        let mut bytes = frame(SETTINGS, ACK, 0, &[]);
        bytes.extend(frame(HEADERS, END_HEADERS, 1, &fields(&head)));
        for _ in 0..PIECES / 2 {
            bytes.extend(frame(DATA, 0, 1, PIECE));
        }
        wire.0.write_all(&bytes).await.unwrap();
        Self { wire }
    }

    /// The answer, which comes before the rest is sent.
    async fn answer(&mut self) -> String {
        let mut text = Vec::new();
        loop {
            let (kind, flags, payload) = self.wire.frame().await.unwrap();
            match kind {
                DATA => text.extend(payload),
                RST_STREAM => panic!("{payload:?} instead of the end of {text:?}"),
                _ => continue,
            }
            if flags & END_STREAM != 0 {
                return String::from_utf8(text).unwrap();
            }
        }
    }

    async fn send_rest(&mut self) {
        for number in PIECES / 2..PIECES {
            let flags = u8::from(number + 1 == PIECES);
            let piece = frame(DATA, flags, 1, PIECE);
            self.wire.0.write_all(&piece).await.unwrap();
        }
    }

    /// Whether the stream was reset before a question was answered, and with which reason.
    async fn reset(&mut self) -> Option<Vec<u8>> {
        let ping = frame(PING, 0, 0, b"are you?");
        self.wire.0.write_all(&ping).await.unwrap();
        loop {
            match self.wire.frame().await.unwrap() {
                (RST_STREAM, _, reason) => return Some(reason),
                (PING, ACK, _) => return None,
                _ => {}
            }
        }
    }
}

/// An application that answers `/early` at the head.
async fn hasty() -> Upstream {
    let app = Upstream::start(|seen| {
        if seen.head.contains("/early") {
            return Reply::Last("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nearly".to_owned());
        }
        ok("late")
    });
    app.await.hasty()
}

/// Whoever answers early, and what is said.
const EARLY: [(&str, &str, &str); 4] = [
    (CLOSED, "/_menshen/logout", "request.body_too_large"),
    (CLOSED, "/secret", "request.not_signed_in"),
    (OPEN, "/early", "early"),
    (OPEN, "/%zz", "request.malformed"),
];

#[tokio::test]
async fn s_060_s_054_an_early_answer_over_http2_is_not_lost_to_whoever_is_still_sending() {
    let app = hasty().await;
    let stage = Stage::before(&[&app]).await;
    for (host, path, expected) in EARLY {
        for has_length in [true, false] {
            let mut upload = Upload::begin(&stage, (host, path), has_length).await;
            let text = upload.answer().await;
            assert!(text.contains(expected), "{path}: {text}");
            // Time is held, so that a slow machine does not look like a slow browser.
            tokio::time::pause();
            upload.send_rest().await;
            let reset = upload.reset().await;
            tokio::time::resume();
            assert_eq!(reset, None, "{host}{path} with a length: {has_length}");
        }
    }
}

#[tokio::test]
async fn s_060_a_rest_that_does_not_end_is_waited_for_a_moment_only() {
    let app = hasty().await;
    let stage = Stage::before(&[&app]).await;
    for (host, path, expected) in EARLY {
        let mut upload = Upload::begin(&stage, (host, path), false).await;
        let text = upload.answer().await;
        assert!(text.contains(expected), "{path}: {text}");
        let (_, reason) = upload.wire.next(RST_STREAM).await.unwrap();
        // RFC 9113, 8.1: no more of it, without anything being wrong.
        assert_eq!(reason, [0; 4], "{host}{path}");
    }
}

/// A body of a browser, with or without a length.
struct Sending {
    left: usize,
    has_length: bool,
}

impl Body for Sending {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = PIECE.len().min(self.left);
        self.left -= piece;
        let frame = Frame::data(Bytes::from_static(&PIECE[..piece]));
        Poll::Ready((piece > 0).then_some(Ok(frame)))
    }

    fn size_hint(&self) -> SizeHint {
        if self.has_length {
            SizeHint::with_exact(self.left as u64)
        } else {
            SizeHint::default()
        }
    }
}

#[tokio::test]
async fn s_060_a_common_http2_library_reads_the_refusal_of_each_body_that_is_too_large() {
    let app = hasty().await;
    let stage = Stage::before(&[&app]).await;
    let builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
    let stream = TokioIo::new(stage.connect().await);
    let (mut sender, connection) = builder.handshake(stream).await.unwrap();
    drop(TaskTracker::new().spawn(connection));
    for has_length in [true, false] {
        for left in [100_000, 300_000, 3_000_000] {
            let request = Request::post(format!("http://{CLOSED}/_menshen/logout"));
            let body = Sending { left, has_length };
            let request = request.body(body).unwrap();
            let asking =
                tokio::time::timeout(Duration::from_secs(30), sender.send_request(request));
            let answer = asking.await.unwrap().unwrap();
            assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            let text = String::from_utf8(body.to_vec()).unwrap();
            assert!(text.contains("request.body_too_large"), "{left}: {text}");
        }
    }
}
