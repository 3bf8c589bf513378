//! One connection: HTTP/1.1 by hyper's strict parser, made stricter, with every limit set.
//!
//! In: an accepted socket and the service. Out: answers, until the other side or a limit ends it. It
//! never judges what a request means: that is the door's affair.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use http::header::{self, HeaderValue};
use http::{Request, Response, StatusCode, Version};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::guarded::{Guarded, Refuse};
use super::progress::{Answered, Progress};
use super::serve::name_peer;
use super::timed::Timed;
use super::{Limits, Refusal, Serve};
use crate::metrics::Metrics;

/// What the parser holds of one request's head. Wider than the door's own limits: what is far too
/// much is refused before it was read whole.
const HEAD_LENGTH: usize = 80 * 1024;
const HEADERS: usize = 400;

/// What all connections of a listener share.
#[derive(Clone, Debug)]
pub(super) struct Serving<S> {
    pub(super) service: S,
    pub(super) metrics: Metrics,
    pub(super) limits: Limits,
    /// Finish the request in hand, then close.
    pub(super) stop: CancellationToken,
    /// Close now.
    pub(super) cut: CancellationToken,
}

/// Counts a connection for as long as it lives, however it ends.
struct Counted(Metrics);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.connection_closed();
    }
}

impl<S: Serve> Serving<S> {
    /// Serves one connection to its end.
    pub(super) async fn run(self, stream: TcpStream, peer: SocketAddr) {
        self.metrics.connection_opened();
        let _counted = Counted(self.metrics.clone());
        self.run_http1(stream, peer).await;
    }

    async fn run_http1(self, stream: TcpStream, peer: SocketAddr) {
        let progress = Arc::new(Progress::default());
        let stream = Guarded::new(
            Timed::new(stream, self.limits.stall),
            Vec::new(),
            Arc::clone(&progress),
            Refuser {
                service: self.service.clone(),
                peer,
            },
        );
        let (service, shared) = (self.service, Arc::clone(&progress));
        let service = service_fn(move |mut request: Request<Incoming>| {
            let length = request.body().size_hint().exact();
            shared.begin(length);
            name_peer(&mut request, peer);
            let answering = service.clone().answer(request);
            let progress = Arc::clone(&shared);
            async move {
                let answer = finish(answering.await, length, &progress);
                Ok::<_, std::convert::Infallible>(answer.map(|body| Answered::new(body, progress)))
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head)
            .max_buf_size(HEAD_LENGTH)
            .max_headers(HEADERS)
            .half_close(false)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.cut.cancelled() => return,
            () = self.stop.cancelled() => {
                // Browsers open connections ahead of need. Hyper would wait for their first request.
                if !progress.has_begun() {
                    return;
                }
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    ended = connection.as_mut() => ended,
                    () = self.cut.cancelled() => return,
                }
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke");
        }
    }
}

/// What the connection itself has to say in an answer.
fn finish<B>(mut answer: Response<B>, length: Option<u64>, progress: &Progress) -> Response<B> {
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        progress.open();
    } else if length.is_none() {
        // Security: only hyper knows where chunks end, so what follows them cannot be watched.
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(header::CONNECTION, close);
    }
    answer
}

/// The service's words for a head that could not be read, as bytes.
struct Refuser<S> {
    service: S,
    peer: SocketAddr,
}

impl<S: Serve> Refuse for Refuser<S> {
    fn refuse(&mut self, status: StatusCode, date: &str, why: Option<&'static str>) -> Vec<u8> {
        let peer = self.peer;
        let answer = self.service.refuse(Refusal { status, why, peer });
        let (head, body) = answer.into_parts();
        let mut bytes = format!("{:?} {}\r\n", Version::HTTP_11, head.status).into_bytes();
        let mut line = |name: &str, value: &[u8]| {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        };
        for (name, value) in &head.headers {
            line(name.as_str(), value.as_bytes());
        }
        line("connection", b"close");
        line("content-length", body.len().to_string().as_bytes());
        line("date", date.as_bytes());
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&body);
        bytes
    }
}
