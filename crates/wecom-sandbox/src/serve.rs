//! The listener: HTTP/1.1 over TCP, one task for each connection.
//!
//! In: a bound socket and the router. Out: answers, or a dropped connection where the script says
//! so. It ends when told to: gently, letting calls finish, or at once.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::room::{Lost, Peer};

/// How long a client may take to send its headers.
const HEADERS_TAKE: Duration = Duration::from_secs(30);

/// After a failed `accept`, how long until the next.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The two ways to end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Endings {
    /// Stop accepting, finish what is under way.
    pub(crate) gently: CancellationToken,
    /// Drop everything.
    pub(crate) at_once: CancellationToken,
}

/// The answer that is never sent.
#[derive(Debug)]
struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the script says that this answer is lost")
    }
}

impl std::error::Error for Dropped {}

pub(crate) async fn accept(
    listener: TcpListener,
    router: Router,
    endings: Endings,
    tasks: TaskTracker,
) {
    loop {
        let accepted = tokio::select! {
            () = endings.gently.cancelled() => break,
            () = endings.at_once.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                tasks.spawn(connection(stream, peer, router.clone(), endings.clone()));
            }
            // Out of descriptors, or the client gave up: let others finish, then try again.
            Err(error) => {
                tracing::warn!(%error, "the sandbox could not accept a connection");
                let _ = tokio::time::timeout(ACCEPT_PAUSE, endings.at_once.cancelled()).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, endings: Endings) {
    // Small answers must not wait for more.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(router.clone(), peer, request));
    let mut connection = http1::Builder::new();
    connection
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TAKE);
    let connection = connection.serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let mut is_closing = false;
    loop {
        tokio::select! {
            // A broken connection is the client's affair.
            _ = connection.as_mut() => break,
            () = endings.at_once.cancelled() => break,
            () = endings.gently.cancelled(), if !is_closing => {
                is_closing = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn answer(
    router: Router,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Body>, Dropped> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(Peer(peer));
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if response.extensions().get::<Lost>().is_some() {
        return Err(Dropped);
    }
    Ok(response)
}
