//! One upstream: where it is, how it fares, and the connections to it.
//!
//! In: a wish for a connection. Out: one that waited for work, or a new one. A connection comes back only
//! after the answer on it was read to its end (`answer`); whatever else happened to it, it is closed.
//! Every connection is driven by a job of its own and knows nothing of this pool, so that it ends when
//! nobody holds it any more.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::dial::{Dialer, Spoken, Stream};
use super::health::Health;
use super::upload::Sent;
use crate::jobs::Jobs;

/// How long a connection may wait for work. Shorter than what common servers allow, or a request would
/// often meet a closed door.
const IDLE: Duration = Duration::from_secs(4);
/// The most connections that wait for work.
const MOST_IDLE: usize = 256;
/// What the parser holds of an answer's head.
const HEAD_LENGTH: usize = 64 * 1024;
/// How much of one HTTP/2 stream may be under way: enough for long ways, bounded for memory.
const STREAM_WINDOW: u32 = 1024 * 1024;
const CONNECTION_WINDOW: u32 = 4 * 1024 * 1024;

/// What an upstream speaks on a connection.
#[derive(Debug)]
pub(super) enum Sender {
    /// One request at a time.
    Http1(http1::SendRequest<Sent>),
    /// Many.
    Http2(http2::SendRequest<Sent>),
}

/// A connection that waits for work.
#[derive(Debug)]
struct Idle {
    sender: http1::SendRequest<Sent>,
    since: Instant,
}

/// One upstream.
#[derive(Debug)]
pub(super) struct Upstream {
    dialer: Dialer,
    jobs: Jobs,
    idle: Mutex<Vec<Idle>>,
    shared: Mutex<Option<http2::SendRequest<Sent>>>,
    /// How it fares.
    pub(super) health: Health,
}

impl Upstream {
    pub(super) fn new(dialer: Dialer, jobs: Jobs) -> Self {
        Self {
            dialer,
            jobs,
            idle: Mutex::default(),
            shared: Mutex::default(),
            health: Health::new(Instant::now()),
        }
    }

    /// Host and port, for a log line.
    pub(super) fn address(&self) -> &str {
        self.dialer.address()
    }

    /// Whether it is reached by TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.dialer.is_secure()
    }

    /// A connection that is open already.
    pub(super) fn waiting(&self, now: Instant) -> Option<Sender> {
        if self.dialer.may_speak_http2() {
            let shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(sender) = shared.as_ref().filter(|sender| !sender.is_closed()) {
                return Some(Sender::Http2(sender.clone()));
            }
        }
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // The latest first: those below it grow old and go.
        while let Some(Idle { sender, since }) = idle.pop() {
            if now.duration_since(since) < IDLE && !sender.is_closed() {
                return Some(Sender::Http1(sender));
            }
        }
        None
    }

    /// A connection whose answer was read to its end.
    pub(super) fn put_back(&self, sender: http1::SendRequest<Sent>) {
        if sender.is_closed() {
            return;
        }
        let since = Instant::now();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() >= MOST_IDLE {
            idle.remove(0);
        }
        idle.push(Idle { sender, since });
    }

    /// Closes what has waited too long.
    pub(super) fn sweep(&self, now: Instant) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|idle| now.duration_since(idle.since) < IDLE && !idle.sender.is_closed());
    }

    /// Whether it takes a connection now.
    pub(super) async fn is_reachable(&self, patience: Duration) -> bool {
        let dialing = self.dialer.dial(Spoken::Any);
        matches!(timeout(patience, dialing).await, Ok(Ok(_)))
    }

    /// A new connection. WebSocket needs one that speaks HTTP/1.1.
    pub(super) async fn connect(
        &self,
        patience: Duration,
        spoken: Spoken,
    ) -> Result<Sender, String> {
        let connecting = async {
            let (stream, is_http2) = self.dialer.dial(spoken).await?;
            if is_http2 {
                return self.speak_http2(stream).await;
            }
            self.speak_http1(stream).await
        };
        match timeout(patience, connecting).await {
            Ok(connected) => connected,
            Err(_) => Err(format!("no connection within {} s", patience.as_secs())),
        }
    }

    async fn speak_http1(&self, stream: Stream) -> Result<Sender, String> {
        let (sender, connection) = http1::Builder::new()
            .max_buf_size(HEAD_LENGTH)
            .handshake::<_, Sent>(TokioIo::new(stream))
            .await
            .map_err(|error| error.to_string())?;
        drop(self.jobs.spawn(async move {
            if let Err(error) = connection.with_upgrades().await {
                tracing::debug!(%error, "a connection to an upstream broke");
            }
        }));
        Ok(Sender::Http1(sender))
    }

    async fn speak_http2(&self, stream: Stream) -> Result<Sender, String> {
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_header_list_size(64 * 1024)
            .keep_alive_interval(Duration::from_secs(20))
            .keep_alive_timeout(Duration::from_secs(10))
            .handshake::<_, Sent>(TokioIo::new(stream))
            .await
            .map_err(|error| error.to_string())?;
        drop(self.jobs.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to an upstream broke");
            }
        }));
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        *shared = Some(sender.clone());
        Ok(Sender::Http2(sender))
    }
}

/// Opens a plain connection.
pub(super) async fn open(address: &str) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    // Requests are small and written at once. A socket that refuses works all the same.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}
