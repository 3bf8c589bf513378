//! Requests that break the rules of HTTP/1.1, on a real socket: each gets a problem document with a
//! request id, the connection ends, and what follows is never read as a request.

use http::StatusCode;
use menshen_gateway::Server;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::harness::{Answer, House};

/// A second request, hidden behind the first.
const SECOND: &str = "GET /healthz HTTP/1.1\r\nhost: login.example.com\r\n\r\n";

/// A gateway on a socket.
struct Stage {
    house: House,
    server: std::net::SocketAddr,
    _stop: tokio_util::sync::DropGuard,
}

impl Stage {
    async fn start() -> Self {
        let house = House::new().await;
        let bound = Server::bind(&house.parts.config).await.unwrap();
        let server = bound.public_address();
        let stop = CancellationToken::new();
        let (parts, until) = (house.parts.clone(), stop.clone());
        drop(TaskTracker::new().spawn(async move {
            bound
                .serve(parts, async move { until.cancelled().await })
                .await
        }));
        Self {
            house,
            server,
            _stop: stop.drop_guard(),
        }
    }

    /// Sends the bytes and reads until the other side closes.
    async fn send(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = TcpStream::connect(self.server).await.unwrap();
        // The other side may have closed before all is written.
        let _ = stream.write_all(bytes.as_ref()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The one answer to some bytes, after which the connection was closed.
    async fn refusal(&self, bytes: impl AsRef<[u8]>) -> Answer {
        let bytes = bytes.as_ref();
        let said = String::from_utf8_lossy(&bytes[..bytes.len().min(120)]).into_owned();
        let text = self.send(bytes).await;
        assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{said:?}: {text:?}");
        let answer = parse(&text);
        assert_eq!(answer.header("connection"), "close", "{said:?}: {text:?}");
        assert_eq!(
            answer.header("x-request-id").len(),
            16,
            "{said:?}: {text:?}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_ne!(answer.header("date"), "");
        assert_eq!(
            answer.header("content-length"),
            answer.body.len().to_string(),
            "{said:?}: {text:?}"
        );
        answer
    }

    async fn check(&self, bytes: impl AsRef<[u8]>, status: u16, code: &str) {
        let said = String::from_utf8_lossy(bytes.as_ref()).into_owned();
        let answer = self.refusal(bytes).await;
        let said = &said[..said.len().min(120)];
        assert_eq!(
            (answer.status.as_u16(), &*answer.problem()),
            (status, code),
            "{said:?}"
        );
    }
}

/// Reads an answer with a body of announced length.
fn parse(text: &str) -> Answer {
    let (head, body) = text
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("{text:?}"));
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.parse().unwrap(), value.parse().unwrap())
    });
    Answer {
        status: status.parse::<StatusCode>().unwrap(),
        headers: headers
            .collect::<Vec<(http::HeaderName, http::HeaderValue)>>()
            .into_iter()
            .collect(),
        body: body.to_owned(),
    }
}

fn post(headers: &str, body: &str) -> String {
    format!(
        "POST /_menshen/logout HTTP/1.1\r\nhost: login.example.com\r\n{headers}\r\n{body}{SECOND}"
    )
}

#[tokio::test]
async fn s_050_both_lengths_of_a_body_are_refused_and_the_connection_closed() {
    let stage = Stage::start().await;
    for headers in [
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
        "Transfer-Encoding:chunked\r\nx: y\r\nContent-Length:0\r\n",
    ] {
        stage
            .check(post(headers, "0\r\n\r\n"), 400, "request.malformed")
            .await;
    }
}

#[tokio::test]
async fn s_051_lengths_that_are_no_number_are_refused_and_the_connection_closed() {
    let stage = Stage::start().await;
    for headers in [
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: +5\r\n",
        "content-length: 5,5\r\n",
        "content-length: 0x5\r\n",
        "content-length: 5 5\r\n",
        "content-length: -1\r\n",
        "content-length: \r\n",
        "content-length: 99999999999999999999\r\n",
        "transfer-encoding: identity\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
        "transfer-encoding: xchunked\r\n",
    ] {
        stage
            .check(post(headers, "hello"), 400, "request.malformed")
            .await;
    }
}

#[tokio::test]
async fn s_052_chunks_without_a_usable_size_are_refused_and_the_connection_closed() {
    let stage = Stage::start().await;
    let extension = format!("5;{}\r\nhello\r\n0\r\n\r\n", "x".repeat(64 * 1024));
    for body in [
        "10000000000000000\r\nhello\r\n0\r\n\r\n",
        "0x\r\n\r\n",
        "-1\r\nhello\r\n0\r\n\r\n",
        "00000000000000000000005\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhelloo\r\n0\r\n\r\n",
        &extension,
    ] {
        let headers = "transfer-encoding: chunked\r\n";
        stage
            .check(post(headers, body), 400, "request.malformed")
            .await;
    }
}

#[tokio::test]
async fn s_053_heads_that_parsers_read_differently_are_refused() {
    let stage = Stage::start().await;
    for head in [
        "GET / HTTP/1.1\nhost: login.example.com\n\n",
        "GET / HTTP/1.1\r\nhost: login.example.com\n\r\n",
        "GET / HTTP/1.1\r\nhost: login.example.com\r\n\n",
        "GET / HTTP/1.1\r\nhost: login.example.com\r\nx\0y: a\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: login.example.com\r\nx: a\0\r\n\r\n",
        "GET / HTTP/1.1\r\nhost : login.example.com\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: login.example.com\r\nx: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: login.example.com\r\nx: a\rb\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nhost: login.example.com\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nhost: login.example.com\r\n\r\n",
        "GET / http/1.1\r\nhost: login.example.com\r\n\r\n",
        "GET  / HTTP/1.1\r\nhost: login.example.com\r\n\r\n",
        "GET / HTTP/1.1 \r\nhost: login.example.com\r\n\r\n",
        "GET / HTTP/2.7\r\nhost: login.example.com\r\n\r\n",
        "GET / HTTP/1.1\r\n: login.example.com\r\n\r\n",
        "POST / HTTP/1.0\r\nhost: login.example.com\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "G\u{1}T / HTTP/1.1\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}\r\n\r\n",
    ] {
        stage.check(head, 400, "request.malformed").await;
    }
}

#[tokio::test]
async fn s_056_connect_and_trace_are_not_allowed() {
    let stage = Stage::start().await;
    for line in ["TRACE / HTTP/1.1", "CONNECT login.example.com:443 HTTP/1.1"] {
        let request = format!("{line}\r\nhost: login.example.com\r\nconnection: close\r\n\r\n");
        let answer = parse(&stage.send(request).await);
        assert_eq!(answer.status, 405, "{line}: {answer:?}");
        assert_eq!(answer.problem(), "request.method_not_allowed");
    }
}

#[tokio::test]
async fn s_060_heads_far_over_every_limit_get_a_whole_answer() {
    let stage = Stage::start().await;
    let head = |rest: &str| {
        format!("GET / HTTP/1.1\r\nhost: login.example.com\r\nconnection: close\r\n{rest}\r\n")
    };
    // The door refuses the first, the parser the others.
    for rest in [
        format!("x: {}\r\n", "y".repeat(20 * 1024)),
        format!("x: {}\r\n", "y".repeat(100 * 1024)),
        format!("x: {}\r\n", "y".repeat(300 * 1024)),
        "x: y\r\n".repeat(500),
    ] {
        let code = "request.headers_too_large";
        stage.check(head(&rest), 431, code).await;
    }
    for length in [20 * 1024, 70 * 1024] {
        let long = format!(
            "GET /{} HTTP/1.1\r\nhost: login.example.com\r\nconnection: close\r\n\r\n",
            "y".repeat(length)
        );
        stage.check(long, 414, "request.url_too_long").await;
    }
}

#[tokio::test]
async fn a_refusal_is_counted_and_comes_after_the_answers_before_it() {
    let stage = Stage::start().await;
    let first = "GET /nothing HTTP/1.1\r\nhost: login.example.com\r\n\r\n";
    let text = stage
        .send(format!("{first}{first}GET / HTTP/1.1\nhost: a\n\n{first}"))
        .await;
    let statuses: Vec<&str> = text
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|answer| &answer[..3])
        .collect();
    assert_eq!(statuses, ["404", "404", "400"], "{text}");
    assert!(
        !text.contains("a line ends with"),
        "the reason is for the log: {text}"
    );
    let counted = stage.house.parts.metrics.to_text();
    assert!(
        counted.contains("menshen_answers_total{status=\"4xx\"} 3"),
        "{counted}"
    );
}

#[tokio::test]
async fn a_body_that_looks_like_a_broken_head_is_only_a_body() {
    let stage = Stage::start().await;
    let body = "content-length: 5\ntransfer-encoding: chunked\n\n\r\n\r\n";
    let ask = |headers: &str, body: &str| {
        format!("POST /nothing HTTP/1.1\r\nhost: login.example.com\r\n{headers}\r\n{body}")
    };
    let first = ask(&format!("content-length: {}\r\n", body.len()), body);
    let request = first + &ask("connection: close\r\n", "");
    let text = stage.send(request).await;
    assert_eq!(text.matches("HTTP/1.1 ").count(), 2, "{text}");
    assert!(!text.contains("request.malformed"), "{text}");
}
