//! HTTP/1.1 on one connection: hyper's strict parser, made stricter, with every limit set.
//!
//! In: a connection, encrypted or not. Out: requests for the service, one after the other, and an answer for
//! bytes that are no request. It never hands on a request whose end is in doubt.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use http::header::{self, HeaderValue};
use http::{Request, Response, StatusCode, Version};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::connection::Serving;
use super::guarded::{Guarded, Refuse};
use super::progress::{Answered, Progress};
use super::received::Received;
use super::silent::Silent;
use super::token::Watched;
use super::{Refusal, Serve, Source};

/// What the parser holds of one request's head. Wider than the door's own limit: what is far too
/// much is refused before it was read whole. The number of headers is hyper's own, 100: to hold more, it
/// would take memory from the heap for every request.
const HEAD_LENGTH: usize = 80 * 1024;

/// Serves the connection to its end. `ahead` is what was read of it already.
pub(super) async fn run<S, T>(serving: Serving<S>, stream: T, ahead: Vec<u8>, source: Source)
where
    S: Serve,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let progress = Arc::new(Progress::default());
    let refuser = Refuser {
        service: serving.service.clone(),
        peer: source.peer,
    };
    let stream = serving.timed(stream);
    let patience = serving.limits.head;
    let stream = Guarded::new(stream, ahead, Arc::clone(&progress), refuser).patient(patience);
    let (service, shared) = (serving.service, Arc::clone(&progress));
    let service = service_fn(move |request: Request<Incoming>| {
        let length = request.body().size_hint().exact();
        shared.begin(length);
        let answering = service.clone().answer(request.map(Received::plain), source);
        let progress = Arc::clone(&shared);
        async move {
            let answer = finish(answering.await, length, &progress);
            Ok::<_, Infallible>(answer.map(|body| Answered::new(body, progress)))
        }
    });
    let connection = http1::Builder::new()
        // The stream measures how long a head takes; hyper looks for the next one as if it did.
        .timer(Silent(Instant::now().into_std()))
        .header_read_timeout(serving.limits.head)
        .max_buf_size(HEAD_LENGTH)
        .half_close(false)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let (mut stop, mut cut) = (Watched::new(&serving.stop), Watched::new(&serving.cut));
    let ended = tokio::select! {
        biased;
        () = cut.cancelled() => return,
        () = stop.cancelled() => {
            // Hyper would wait for the first request.
            if !progress.has_begun() {
                return;
            }
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                () = cut.cancelled() => return,
                ended = connection.as_mut() => ended,
            }
        }
        ended = connection.as_mut() => ended,
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
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
pub(super) struct Refuser<S> {
    pub(super) service: S,
    pub(super) peer: SocketAddr,
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
        if !date.is_empty() {
            line("date", date.as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&body);
        bytes
    }
}
