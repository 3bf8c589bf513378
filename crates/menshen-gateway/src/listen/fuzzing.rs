//! A door for the fuzz targets: the bytes of one connection through the guard and hyper, without a socket.
//!
//! Exists only under `--cfg fuzzing`. In: the bytes in the pieces in which they arrive. Out: the requests that
//! reached the service, as hyper read them. The connection is polled by hand, so nothing waits for a clock.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use axum::body::{Body, Bytes};
use http::{Request, Response, Version};
use http_body_util::BodyExt as _;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::sync::CancellationToken;

use super::connection::Serving;
use super::received::Received;
use super::{Limits, Refusal, Serve, Source, http1};
use crate::metrics::Metrics;

/// A request that reached the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Its method.
    pub method: String,
    /// Its address.
    pub target: String,
    /// Whether it said HTTP/1.0.
    pub is_old: bool,
    /// Its headers in their order, names in small letters.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Its body, if all of it came.
    pub body: Option<Vec<u8>>,
}

/// Sends the pieces over one connection.
#[must_use]
pub fn seen(pieces: &[&[u8]]) -> Vec<Seen> {
    // Only for the timers, which never run down here.
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
    else {
        return Vec::new();
    };
    let _entered = runtime.enter();
    let service = Recorder::default();
    let serving = Serving {
        service: service.clone(),
        metrics: Metrics::default(),
        limits: Limits::default(),
        tls: None,
        stop: CancellationToken::new(),
        cut: CancellationToken::new(),
    };
    let wire = Wire(pieces.iter().map(|piece| piece.to_vec()).collect());
    let source = Source {
        peer: SocketAddr::from((Ipv4Addr::LOCALHOST, 9)),
        worker: 0,
    };
    let mut connection = pin!(http1::run(serving, wire, Vec::new(), source));
    let mut cx = Context::from_waker(Waker::noop());
    // Each piece is one read at most, and each read wants to be polled for a few times.
    for _ in 0..pieces.len() * 4 + 64 {
        if connection.as_mut().poll(&mut cx).is_ready() {
            break;
        }
    }
    service.lock().clone()
}

/// Writes down what it is asked and agrees.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Seen>>>);

impl Recorder {
    fn lock(&self) -> MutexGuard<'_, Vec<Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Serve for Recorder {
    type Body = Body;

    async fn answer(self, request: Request<Received>, _: Source) -> Response<Body> {
        let (head, body) = request.into_parts();
        let headers = head.headers.iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
        self.lock().push(Seen {
            method: head.method.to_string(),
            target: head.uri.to_string(),
            is_old: head.version == Version::HTTP_10,
            headers: headers.collect(),
            body: None,
        });
        if let Ok(whole) = body.collect().await
            && let Some(last) = self.lock().last_mut()
        {
            last.body = Some(whole.to_bytes().to_vec());
        }
        Response::new(Body::empty())
    }

    fn refuse(&self, refusal: Refusal) -> Response<Bytes> {
        let mut answer = Response::new(Bytes::new());
        *answer.status_mut() = refusal.status;
        answer
    }
}

/// A socket that gives its pieces one by one, and takes everything.
struct Wire(VecDeque<Vec<u8>>);

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Some(mut piece) = self.0.pop_front() else {
            return Poll::Pending;
        };
        let rest = piece.split_off(piece.len().min(buffer.remaining()));
        buffer.put_slice(&piece);
        if !rest.is_empty() {
            self.0.push_front(rest);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
