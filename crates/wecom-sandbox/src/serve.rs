//! The listeners: HTTP/1.1 over TCP, HTTP/1.1 and HTTP/2 over TLS, one task for each connection.
//!
//! In: bound sockets and the router. Out: answers, or a dropped connection (in HTTP/2 a reset
//! stream) where the script says so. It ends when told to: gently, letting calls finish, or at once.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, StatusCode, Uri, header};
use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::room::{Lost, Peer, Room, Secure};

/// How long a client may take to send its headers.
const HEADERS_TAKE: Duration = Duration::from_secs(30);

/// After a failed `accept`, how long until the next.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves a connection until it ends, or until it is told to. A macro, because the two kinds of
/// connection share no trait with `graceful_shutdown`.
macro_rules! drive {
    ($connection:expr, $endings:expr) => {{
        let mut connection = std::pin::pin!($connection);
        let mut is_closing = false;
        loop {
            tokio::select! {
                // A broken connection is the client's affair.
                _ = connection.as_mut() => break,
                () = $endings.at_once.cancelled() => break,
                () = $endings.gently.cancelled(), if !is_closing => {
                    is_closing = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }};
}

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

/// A socket, what answers there, and how.
#[derive(Clone)]
pub(crate) struct Port {
    listener: Arc<TcpListener>,
    answers: Answers,
    tls: Option<TlsAcceptor>,
}

/// The router, and the room whose state is kept before an answer leaves.
#[derive(Clone)]
struct Answers {
    router: Router,
    room: Room,
}

impl Port {
    pub(crate) fn plain(listener: Arc<TcpListener>, room: Room, router: Router) -> Self {
        Self {
            listener,
            answers: Answers { router, room },
            tls: None,
        }
    }

    /// The same, behind TLS.
    pub(crate) fn tls(self, tls: TlsAcceptor) -> Self {
        Self {
            tls: Some(tls),
            ..self
        }
    }
}

pub(crate) async fn accept(port: Port, endings: Endings, tasks: TaskTracker) {
    loop {
        let accepted = tokio::select! {
            () = endings.gently.cancelled() => break,
            () = endings.at_once.cancelled() => break,
            accepted = port.listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let streams = Streams(tasks.clone());
                let port = port.clone();
                tasks.spawn(connection(port, (stream, peer), endings.clone(), streams));
            }
            // Out of descriptors, or the client gave up: let others finish, then try again.
            Err(error) => {
                tracing::warn!(%error, "the sandbox could not accept a connection");
                let _ = tokio::time::timeout(ACCEPT_PAUSE, endings.at_once.cancelled()).await;
            }
        }
    }
}

/// Spawns the streams of an HTTP/2 connection where stopping waits for them.
#[derive(Clone)]
struct Streams(TaskTracker);

impl<F> Executor<F> for Streams
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, stream: F) {
        self.0.spawn(stream);
    }
}

async fn connection(
    port: Port,
    (stream, peer): (TcpStream, SocketAddr),
    endings: Endings,
    streams: Streams,
) {
    // Small answers must not wait for more.
    let _ = stream.set_nodelay(true);
    let answers = port.answers;
    let Some(acceptor) = port.tls else {
        let service = service_fn(move |request| answer(answers.clone(), peer, None, request));
        return http1_on(TokioIo::new(stream), service, endings).await;
    };
    let accepted = tokio::select! {
        accepted = tokio::time::timeout(HEADERS_TAKE, acceptor.accept(stream)) => accepted,
        () = endings.at_once.cancelled() => return,
        () = endings.gently.cancelled() => return,
    };
    // A handshake that failed or never ended is the client's affair.
    let Ok(Ok(stream)) = accepted else { return };
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let service = service_fn(move |request| answer(answers.clone(), peer, Some(Secure), request));
    if !is_http2 {
        return http1_on(TokioIo::new(stream), service, endings).await;
    }
    let mut connection = http2::Builder::new(streams);
    connection.timer(TokioTimer::new());
    let connection = connection.serve_connection(TokioIo::new(stream), service);
    drive!(connection, endings);
}

async fn http1_on<I, S>(io: I, service: S, endings: Endings)
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    S: hyper::service::HttpService<Incoming, ResBody = Body>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut connection = http1::Builder::new();
    connection
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TAKE);
    let connection = connection.serve_connection(io, service);
    drive!(connection, endings);
}

async fn answer(
    Answers { router, room }: Answers,
    peer: SocketAddr,
    secure: Option<Secure>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Dropped> {
    let mut request = request.map(Body::new);
    settle(&mut request);
    request.extensions_mut().insert(Peer(peer));
    if let Some(secure) = secure {
        request.extensions_mut().insert(secure);
    }
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if let Err(lost) = room.settled().await {
        tracing::error!(error = %lost, "an answer was held back");
        return Ok(unkept(&lost));
    }
    if response.extensions().get::<Lost>().is_some() {
        return Err(Dropped);
    }
    Ok(response)
}

/// What stands in the place of an answer that might be forgotten.
fn unkept(lost: &crate::keep::Lost) -> Response<Body> {
    let mut response = Response::new(Body::from(lost.to_string()));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response
}

/// HTTP/2 carries the host inside the address: from here on both versions look alike.
fn settle(request: &mut Request<Body>) {
    let Some(authority) = request.uri().authority() else {
        return;
    };
    let host = HeaderValue::from_str(authority.as_str());
    let path = request.uri().path_and_query().cloned();
    if let Ok(host) = host {
        request.headers_mut().entry(header::HOST).or_insert(host);
    }
    *request.uri_mut() = path.map_or_else(Uri::default, Uri::from);
}
