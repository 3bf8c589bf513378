//! An upstream that takes few requests on one HTTP/2 connection, and streams that do not end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll};

use axum::body::Bytes;
use http::Response;
use hyper::body::{Body, Frame, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

use super::stage::{OPEN, Stage, read_until};

const MEGABYTE: &[u8] = &[b'x'; 1024 * 1024];

/// What is answered.
enum Said {
    /// Some words.
    Words(Option<&'static str>),
    /// The first words of a stream that goes on.
    Stream(Option<&'static str>),
    /// So many megabytes.
    Much(usize),
}

impl Body for Said {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let frame = |bytes: &'static [u8]| Ok(Frame::data(Bytes::from_static(bytes)));
        match &mut *self {
            Self::Words(words) => Poll::Ready(words.take().map(|words| frame(words.as_bytes()))),
            Self::Stream(words) => match words.take() {
                Some(words) => Poll::Ready(Some(frame(words.as_bytes()))),
                None => Poll::Pending,
            },
            Self::Much(0) => Poll::Ready(None),
            Self::Much(left) => {
                *left -= 1;
                Poll::Ready(Some(frame(MEGABYTE)))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Words(words) => SizeHint::with_exact(words.map_or(0, str::len) as u64),
            Self::Stream(_) | Self::Much(_) => SizeHint::default(),
        }
    }
}

/// The application.
struct Few {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Few {
    /// Takes so many requests at a time on each connection.
    async fn start(most: u32) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        drop(TaskTracker::new().spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                counted.fetch_add(1, SeqCst);
                drop(TaskTracker::new().spawn(async move {
                    let service = service_fn(|request: http::Request<_>| {
                        let _: &hyper::body::Incoming = request.body();
                        let said = match request.uri().path() {
                            "/stream" => Said::Stream(Some("begun")),
                            "/much" => Said::Much(64),
                            _ => Said::Words(Some("short")),
                        };
                        std::future::ready(Ok::<_, Infallible>(Response::new(said)))
                    });
                    let mut builder =
                        hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                    builder.max_concurrent_streams(most);
                    let _ = builder
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                }));
            }
        }));
        Self {
            address,
            connections,
        }
    }

    fn connections(&self) -> usize {
        self.connections.load(SeqCst)
    }

    async fn stage(&self) -> Stage {
        Stage::at(&[format!("h2c://{}", self.address)], "").await
    }
}

async fn begin(stage: &Stage, path: &str) -> TcpStream {
    let mut stream = stage.connect().await;
    let head = format!("GET {path} HTTP/1.1\r\nhost: {OPEN}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn streams_without_end_hold_up_nobody_at_an_upstream_that_takes_few() {
    let app = Few::start(2).await;
    let stage = app.stage().await;
    let mut streams = Vec::new();
    for _ in 0..5 {
        let mut stream = begin(&stage, "/stream").await;
        let text = read_until(&mut stream, "begun\r\n").await;
        assert!(text.contains("200 OK"), "{text}");
        streams.push(stream);
    }
    assert_eq!(app.connections(), 3);
    for _ in 0..4 {
        assert_eq!(stage.ask("GET /", OPEN, "").await.body, "short");
    }
    assert_eq!(app.connections(), 3, "a seat that was left is taken again");
}

#[tokio::test]
async fn many_requests_at_once_open_one_connection_where_one_is_enough() {
    let app = Few::start(250).await;
    let stage = app.stage().await;
    let asking = (0..40).map(|_| async {
        let mut stream = begin(&stage, "/").await;
        read_until(&mut stream, "short").await
    });
    let mut asked = Vec::new();
    let mut pending: Vec<_> = asking.map(Box::pin).collect();
    std::future::poll_fn(|cx| {
        pending.retain_mut(|one| match one.as_mut().poll(cx) {
            Poll::Ready(text) => {
                asked.push(text);
                false
            }
            Poll::Pending => true,
        });
        if pending.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    assert!(
        asked.iter().all(|text| text.contains("200 OK")),
        "{asked:?}"
    );
    assert_eq!(app.connections(), 1);
}

#[tokio::test]
async fn answers_that_are_read_slowly_take_nobody_elses_room() {
    let app = Few::start(250).await;
    let stage = app.stage().await;
    let mut slow = Vec::new();
    for _ in 0..12 {
        let mut stream = begin(&stage, "/much").await;
        // The head, and then nothing for a while.
        stream.read_exact(&mut [0; 12]).await.unwrap();
        slow.push(stream);
    }
    for _ in 0..4 {
        assert_eq!(stage.ask("GET /", OPEN, "").await.body, "short");
    }
    assert_eq!(app.connections(), 1);
}

/// What is no HTTP/2 is noticed when the connection is opened.
#[tokio::test]
async fn an_upstream_that_does_not_speak_http2_cannot_be_reached_by_it() {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    drop(TaskTracker::new().spawn(async move {
        while let Ok((mut stream, _)) = socket.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    }));
    let stage = Stage::at(&[format!("h2c://{address}")], "").await;
    let answer = stage
        .ask("GET /", OPEN, "accept: application/json\r\n")
        .await;
    assert_eq!(answer.status, 502);
    assert!(
        answer.body.contains("upstream.unreachable"),
        "{}",
        answer.body
    );
}
