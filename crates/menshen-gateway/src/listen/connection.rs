//! One connection: HTTP/1.1 by hyper's strict parser, with every limit set.
//!
//! In: an accepted socket and the router. Out: answers, until the other side or a limit ends it. It never
//! reads a request by itself: what one means is the door's affair.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::Limits;
use super::timed::Timed;
use crate::door::peer::Peer;
use crate::metrics::Metrics;

/// What the parser holds of one request's head. Wider than the door's own limits, so that the door
/// gives the readable answer; what exceeds even this is refused with a bare status.
const HEAD_LENGTH: usize = 80 * 1024;
const HEADERS: usize = 400;

/// What all connections of a listener share.
#[derive(Clone, Debug)]
pub(super) struct Serving {
    pub(super) router: Router,
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

impl Serving {
    /// Serves one connection to its end.
    pub(super) async fn run(self, stream: TcpStream, peer: SocketAddr) {
        let Self {
            router,
            metrics,
            limits,
            stop,
            cut,
        } = self;
        metrics.connection_opened();
        let _counted = Counted(metrics);
        let has_begun = Arc::new(AtomicBool::new(false));
        let begun = Arc::clone(&has_begun);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            begun.store(true, Ordering::Relaxed);
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer));
            router.clone().oneshot(request)
        });
        let io = TokioIo::new(Timed::new(stream, limits.stall));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_buf_size(HEAD_LENGTH)
            .max_headers(HEADERS)
            .half_close(false)
            .serve_connection(io, service);
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = cut.cancelled() => return,
            () = stop.cancelled() => {
                // Browsers open connections ahead of need. Hyper would wait for their first request.
                if !has_begun.load(Ordering::Relaxed) {
                    return;
                }
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    ended = connection.as_mut() => ended,
                    () = cut.cancelled() => return,
                }
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke");
        }
    }
}
