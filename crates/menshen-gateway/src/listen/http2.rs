//! HTTP/2 on one connection, with every limit set out loud.
//!
//! Security: what one connection may cost is bounded in streams, in header bytes, in resets and in time
//! (S-057, S-058), and in frames that ask for nothing (`calm`). What breaks a bound ends the connection; the parser refuses what has no
//! form, and there are no trailers, no pushes and no CONNECT beyond it.

use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use http::{Request, Response};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout, timeout_at};

use super::calm::Calm;
use super::connection::Serving;
use super::received::{Kept, Received};
use super::untaken::{Untaken, Watched};
use super::version::Ahead;
use super::{Serve, Source};

/// Requests at a time.
const STREAMS: u32 = 128;
/// Names and values of one head, as HPACK counts them. Wider than the door's own limit.
const HEAD_LENGTH: u32 = 32 * 1024;
/// How much of a body may be under way.
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 1024 * 1024;
/// Requests that were taken back before we looked at them, and streams that we had to reset.
const PENDING_RESETS: usize = 20;
const OWN_RESETS: usize = 64;
/// What waits to be written, for each stream.
const SEND_BUFFER: usize = 64 * 1024;
/// How often a silent peer is asked whether it is there, and how long it may think about it.
const PING: Duration = Duration::from_secs(20);
const PONG: Duration = Duration::from_secs(10);

/// Serves the connection to its end. `ahead` is what was read of it already.
pub(super) async fn run<S, T>(serving: Serving<S>, stream: T, ahead: Vec<u8>, source: Source)
where
    S: Serve,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let busy = Arc::new(Busy::new());
    let stream = Calm::new(Ahead {
        bytes: ahead,
        stream: serving.timed(stream),
    });
    let untaken = Untaken::default();
    let (service, shared) = (serving.service, (Arc::clone(&busy), untaken.clone()));
    let patience = serving.limits.rest;
    let service = service_fn(move |request: Request<Incoming>| {
        let (request, kept) = Received::keep(request, patience);
        let answering = service.clone().answer(request, source);
        let (busy, untaken) = shared.clone();
        let counted = Counted::new(&busy);
        async move {
            let answer: Response<S::Body> = answering.await;
            Ok::<_, Infallible>(answer.map(|body| Counting {
                body: untaken.watch(body),
                _counted: counted,
                _kept: kept,
            }))
        }
    });
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD_LENGTH)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_pending_accept_reset_streams(PENDING_RESETS)
        .max_local_error_reset_streams(OWN_RESETS)
        .max_send_buf_size(SEND_BUFFER)
        .keep_alive_interval(PING)
        .keep_alive_timeout(PONG)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = serving.cut.cancelled() => return,
        () = untaken.lasts(serving.limits.idle) => return,
        () = busy.idles(serving.limits.idle) => {
            connection.as_mut().graceful_shutdown();
            // Nothing is in hand: what is still to be sent is what the other side does not take.
            match timeout(serving.limits.stall, connection.as_mut()).await {
                Ok(ended) => ended,
                Err(_) => return,
            }
        }
        () = serving.stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection.as_mut() => ended,
                () = serving.cut.cancelled() => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}

/// How many requests are in hand, and since when there is none.
struct Busy {
    since: Instant,
    in_hand: AtomicUsize,
    /// In milliseconds after `since`.
    rests_since: AtomicU64,
}

impl Busy {
    fn new() -> Self {
        Self {
            since: Instant::now(),
            in_hand: AtomicUsize::new(0),
            rests_since: AtomicU64::new(0),
        }
    }

    /// Comes to an end once nothing was in hand for so long.
    async fn idles(&self, patience: Duration) {
        loop {
            let rests_since = self.rests_since.load(Relaxed);
            let is_busy = self.in_hand.load(Relaxed) > 0;
            let from = if is_busy {
                Instant::now()
            } else {
                self.since + Duration::from_millis(rests_since)
            };
            // Nothing comes: the wait is for the time alone.
            let _ = timeout_at(from + patience, std::future::pending::<()>()).await;
            let is_busy = is_busy || self.in_hand.load(Relaxed) > 0;
            if !is_busy && self.rests_since.load(Relaxed) == rests_since {
                return;
            }
        }
    }
}

/// One request in hand.
struct Counted(Arc<Busy>);

impl Counted {
    fn new(busy: &Arc<Busy>) -> Self {
        busy.in_hand.fetch_add(1, Relaxed);
        Self(Arc::clone(busy))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let at = u64::try_from(self.0.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.rests_since.store(at, Relaxed);
        self.0.in_hand.fetch_sub(1, Relaxed);
    }
}

/// The body of an answer; its request is in hand until it is out.
struct Counting<B> {
    body: Watched<B>,
    _counted: Counted,
    /// What is left of the request.
    _kept: Option<Kept>,
}

impl<B: Body<Data = Bytes> + Unpin> Body for Counting<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
