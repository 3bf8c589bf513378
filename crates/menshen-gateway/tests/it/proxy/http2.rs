//! HTTP/2 with prior knowledge, frame by frame, and what one connection may cost.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::stage::{OPEN, Stage};
use super::upstream::{Upstream, ok};

pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RST_STREAM: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PING: u8 = 6;
pub(super) const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = vec![length[1], length[2], length[3], kind, flags];
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// `GET / http` and an authority; `more` are further fields, as literals.
pub(super) fn head(method: &str, authority: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let own = fields(&[(":method", method), (":authority", authority)]);
    [&[0x86, 0x84][..], &own, &fields(more)].concat()
}

/// Fields as literals, none of them remembered.
pub(super) fn fields(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, value) in fields {
        bytes.push(0);
        bytes.push(u8::try_from(name.len()).unwrap());
        bytes.extend_from_slice(name.as_bytes());
        bytes.push(u8::try_from(value.len()).unwrap());
        bytes.extend_from_slice(value.as_bytes());
    }
    bytes
}

pub(super) struct Wire(pub(super) TcpStream);

impl Wire {
    pub(super) async fn open(stage: &Stage) -> Self {
        let mut stream = stage.connect().await;
        stream.write_all(PREFACE).await.unwrap();
        stream.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
        Self(stream)
    }

    /// The next frame of a kind, or nothing once the other side has closed.
    pub(super) async fn next(&mut self, wanted: u8) -> Option<(u8, Vec<u8>)> {
        loop {
            let (kind, flags, payload) = self.frame().await?;
            if kind == wanted {
                return Some((flags, payload));
            }
        }
    }

    /// The data of the answer; nothing where the stream, or all of the connection, was broken off.
    pub(super) async fn data(&mut self) -> Option<Vec<u8>> {
        loop {
            match self.frame().await? {
                (DATA, _, payload) => return Some(payload),
                (RST_STREAM | GOAWAY, ..) => return None,
                _ => {}
            }
        }
    }

    /// Kind, flags and payload of the next frame.
    pub(super) async fn frame(&mut self) -> Option<(u8, u8, Vec<u8>)> {
        let mut start = [0; 9];
        self.0.read_exact(&mut start).await.ok()?;
        let length = u32::from_be_bytes([0, start[0], start[1], start[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        self.0.read_exact(&mut payload).await.ok()?;
        Some((start[3], start[4], payload))
    }

    /// Sends until the other side has enough, and then sees GOAWAY or the end.
    async fn flood(mut self, what: &[u8], most: usize) {
        let mut sent = 0;
        while sent < most && self.0.write_all(what).await.is_ok() {
            sent += what.len();
        }
        let goaway = self.next(GOAWAY).await;
        assert!(
            goaway.is_none_or(|(_, payload)| payload[4..8] != [0; 4]),
            "a calm end"
        );
        // Whatever came, the connection is over.
        let mut rest = Vec::new();
        let _ = self.0.read_to_end(&mut rest).await;
    }
}

#[tokio::test]
async fn http2_is_spoken_and_its_host_is_the_authority() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    let mut wire = Wire::open(&stage).await;
    let fields = head(
        "GET",
        OPEN,
        &[
            ("x-menshen-user", "canary"),
            ("cookie", "a=1"),
            ("cookie", "b=2"),
        ],
    );
    wire.0
        .write_all(&frame(HEADERS, 5, 1, &fields))
        .await
        .unwrap();
    let (_, payload) = wire.next(DATA).await.unwrap();
    assert_eq!(payload, b"hello");
    let seen = &app.seen()[0];
    assert_eq!(seen.line(), "GET / HTTP/1.1");
    assert_eq!(seen.all("host"), [OPEN]);
    assert_eq!(seen.all("cookie"), ["a=1; b=2"]);
    assert_eq!(seen.all("via"), ["2.0 menshen"]);
    assert!(!seen.head.contains("canary"), "{}", seen.head);
}

#[tokio::test]
async fn s_021_s_056_two_hosts_and_connect_are_refused_over_http2_too() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    let mut wire = Wire::open(&stage).await;
    let two = head("GET", OPEN, &[("host", "login.example.com")]);
    wire.0.write_all(&frame(HEADERS, 5, 1, &two)).await.unwrap();
    let (_, payload) = wire.next(DATA).await.unwrap();
    assert!(
        String::from_utf8(payload)
            .unwrap()
            .contains("request.malformed")
    );
    let trace = head("TRACE", OPEN, &[]);
    wire.0
        .write_all(&frame(HEADERS, 5, 3, &trace))
        .await
        .unwrap();
    let (_, payload) = wire.next(DATA).await.unwrap();
    assert!(
        String::from_utf8(payload)
            .unwrap()
            .contains("request.method_not_allowed")
    );
    assert_eq!(app.seen().len(), 0);
}

#[tokio::test]
async fn s_057_rapid_resets_end_the_connection() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    let mut wire = Wire::open(&stage).await;
    let fields = head("GET", OPEN, &[]);
    for round in 0..20_000_u32 {
        let stream = round * 2 + 1;
        let mut both = frame(HEADERS, 5, stream, &fields);
        both.extend(frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()));
        if wire.0.write_all(&both).await.is_err() {
            break;
        }
    }
    // ENHANCE_YOUR_CALM, or already the end.
    let goaway = wire.next(GOAWAY).await;
    assert!(
        goaway.is_none_or(|(_, payload)| payload[7] == 11),
        "told to calm down"
    );
    let answer = stage.ask("GET /", OPEN, "").await;
    assert_eq!(answer.status, 200, "others are served");
}

#[tokio::test]
async fn s_058_floods_of_frames_end_the_connection() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    // A head without end.
    let mut wire = Wire::open(&stage).await;
    wire.0
        .write_all(&frame(HEADERS, 1, 1, &head("GET", OPEN, &[])))
        .await
        .unwrap();
    let filler = [&[0, 1, b'x', 100][..], &[b'y'; 100]].concat().repeat(100);
    wire.flood(&frame(CONTINUATION, 0, 1, &filler), 64 * 1024 * 1024)
        .await;
    // Frames that have no form.
    let wire = Wire::open(&stage).await;
    wire.flood(&frame(PING, 0, 0, b"short"), 4096).await;
    let answer = stage.ask("GET /", OPEN, "").await;
    assert_eq!(answer.status, 200, "others are served");
}
