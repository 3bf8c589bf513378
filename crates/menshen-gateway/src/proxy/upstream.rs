//! One upstream: where it is, how it fares, and the connections to it.
//!
//! In: a wish for a connection. Out: one that waited for work, or a new one. A connection comes back only
//! after the answer on it was read to its end (`answer`); whatever else happened to it, it is closed.
//! Every connection is driven by a job of its own and knows nothing of this pool, so that it ends when
//! nobody holds it any more.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::dial::{Dialer, Spoken, Stream};
use super::health::Health;
use super::settings::Listened;
use super::shared::{MOST_SEATS, Seat, Shared};
use super::upload::Sent;
use crate::deadline::Deadline;
use crate::jobs::Jobs;

/// How long a connection may wait for work. Shorter than what common servers allow, or a request would
/// often meet a closed door.
const IDLE: Duration = Duration::from_secs(4);
/// The most connections of one shelf that wait for work.
const MOST_IDLE: usize = 128;
/// Where connections wait, by the worker that opened them.
const SHELVES: usize = 8;
/// What the parser holds of an answer's head.
const HEAD_LENGTH: usize = 64 * 1024;
/// The most that is read of an answer at once: a large download costs two thirds of what it costs with 64 KiB.
/// As much is held of each answer that its reader does not take.
const READ_LENGTH: usize = 256 * 1024;
/// How much of one HTTP/2 stream may be under way: enough for long ways, bounded for memory.
const STREAM_WINDOW: u32 = 512 * 1024;
/// All streams of a connection together: none that is read slowly takes the room of another.
const CONNECTION_WINDOW: u32 = STREAM_WINDOW * MOST_SEATS;

/// What an upstream speaks on a connection.
#[derive(Debug)]
pub(super) enum Sender {
    /// One request at a time.
    Http1(Own),
    /// Many.
    Http2(http2::SendRequest<Sent>, Seat),
}

/// What an answer comes on.
#[derive(Debug)]
pub(super) enum Under {
    /// A connection on which nobody else is.
    Http1(Own),
    /// A place on one that is shared.
    Http2 { _seat: Seat },
}

/// What kind of connection is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Want {
    pub(super) spoken: Spoken,
    /// The worker that serves the request.
    pub(super) worker: usize,
}

/// A connection that serves one request at a time.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) sender: http1::SendRequest<Sent>,
    /// The worker that opened it, and on which it runs.
    worker: usize,
    /// Until when an answer may take.
    pub(super) deadline: Deadline,
}

/// A connection that waits for work.
#[derive(Debug)]
struct Idle {
    own: Own,
    since: Instant,
}

/// The connections of one worker.
#[derive(Debug, Default)]
struct Shelf {
    idle: Mutex<Vec<Idle>>,
    /// How many there are, those at work included.
    open: Arc<AtomicUsize>,
}

impl Shelf {
    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a connection for as long as it lives.
struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// One upstream.
#[derive(Debug)]
pub(super) struct Upstream {
    dialer: Dialer,
    jobs: Jobs,
    shelves: [Shelf; SHELVES],
    shared: Shared,
    /// How it fares.
    pub(super) health: Health,
}

impl Upstream {
    pub(super) fn new(dialer: Dialer, jobs: Jobs) -> Self {
        Self {
            dialer,
            jobs,
            shelves: Default::default(),
            shared: Shared::default(),
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

    /// A connection that is open already. A worker uses its own, so that no other thread has to be woken for
    /// a request; as long as it has none, another's: an application with few visitors sees few connections.
    pub(super) fn waiting(&self, now: Instant, worker: usize) -> Option<Sender> {
        if self.dialer.may_speak_http2()
            && let Some((sender, seat)) = self.shared.seat()
        {
            return Some(Sender::Http2(sender, seat));
        }
        let own = self.idle_of(worker, now);
        if own.is_some() || self.shelf(worker).open.load(Relaxed) > 0 {
            return own;
        }
        (0..SHELVES).find_map(|other| self.idle_of(other, now))
    }

    fn idle_of(&self, worker: usize, now: Instant) -> Option<Sender> {
        let mut idle = self.shelf(worker).idle();
        // The latest first: those below it grow old and go.
        while let Some(Idle { own, since }) = idle.pop() {
            if now.duration_since(since) < IDLE && !own.sender.is_closed() {
                return Some(Sender::Http1(own));
            }
        }
        None
    }

    /// Where connections of a worker wait. Workers beyond the last shelf share.
    fn shelf(&self, worker: usize) -> &Shelf {
        &self.shelves[worker % SHELVES]
    }

    /// A connection whose answer was read to its end.
    pub(super) fn put_back(&self, own: Own) {
        if own.sender.is_closed() {
            return;
        }
        let since = Instant::now();
        let mut idle = self.shelf(own.worker).idle();
        if idle.len() >= MOST_IDLE {
            idle.remove(0);
        }
        idle.push(Idle { own, since });
    }

    /// Closes what has waited too long.
    pub(super) fn sweep(&self, now: Instant) {
        self.shared.sweep(now);
        for worker in 0..SHELVES {
            let is_good =
                |idle: &Idle| now.duration_since(idle.since) < IDLE && !idle.own.sender.is_closed();
            self.shelf(worker).idle().retain(is_good);
        }
    }

    /// Whether it takes a connection now.
    pub(super) async fn is_reachable(&self, patience: Duration) -> bool {
        let dialing = self.dialer.dial(Spoken::Any);
        matches!(timeout(patience, dialing).await, Ok(Ok(_)))
    }

    /// A new connection. WebSocket needs one that speaks HTTP/1.1.
    pub(super) async fn connect(&self, patience: Duration, want: Want) -> Result<Sender, String> {
        let is_shared = want.spoken == Spoken::Any && self.dialer.may_speak_http2();
        let mut turn = None;
        if is_shared && !self.shared.is_refused() {
            match timeout(patience, self.shared.turn()).await {
                // Whoever waited for a turn in vain need not wait again.
                Ok(Ok(_)) if self.shared.is_refused() => {}
                Ok(Ok(own)) => turn = Some(own),
                Ok(Err((sender, seat))) => return Ok(Sender::Http2(sender, seat)),
                // Others open connections, one after the other; `turn` stays empty.
                Err(_) => return self.take_any(late(patience)),
            }
        }
        let opened = timeout(patience, self.open(want)).await;
        drop(turn);
        match opened.unwrap_or_else(|_| Err(late(patience))) {
            Err(reason) if is_shared => self.take_any(reason),
            opened => opened,
        }
    }

    /// What is open already serves where no further connection can be had.
    fn take_any(&self, reason: String) -> Result<Sender, String> {
        let seat = self.shared.any_seat();
        let seat = seat.map(|(sender, seat)| Sender::Http2(sender, seat));
        seat.ok_or(reason)
    }

    async fn open(&self, want: Want) -> Result<Sender, String> {
        let (stream, is_http2) = self.dialer.dial(want.spoken).await?;
        if want.spoken == Spoken::Any {
            self.shared.chosen(is_http2);
        }
        if is_http2 {
            return self.speak_http2(stream).await;
        }
        self.speak_http1(stream, want.worker).await
    }

    async fn speak_http1(&self, stream: Stream, worker: usize) -> Result<Sender, String> {
        let (sender, connection) = http1::Builder::new()
            .max_header_size(HEAD_LENGTH)
            .max_buf_size(READ_LENGTH)
            .handshake::<_, Sent>(TokioIo::new(stream))
            .await
            .map_err(|error| error.to_string())?;
        let open = Arc::clone(&self.shelf(worker).open);
        open.fetch_add(1, Relaxed);
        let open = Open(open);
        drop(self.jobs.spawn(async move {
            if let Err(error) = connection.with_upgrades().await {
                tracing::debug!(%error, "a connection to an upstream broke");
            }
            drop(open);
        }));
        let deadline = Deadline::default();
        Ok(Sender::Http1(Own {
            sender,
            worker,
            deadline,
        }))
    }

    async fn speak_http2(&self, stream: Stream) -> Result<Sender, String> {
        let (stream, allowed) = Listened::new(stream);
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
        let allowed = allowed.await;
        let allowed = allowed.map_err(|_| "it does not speak HTTP/2".to_owned())?;
        let (sender, seat) = self.shared.add(sender, allowed);
        Ok(Sender::Http2(sender, seat))
    }
}

fn late(patience: Duration) -> String {
    format!("no connection within {} s", patience.as_secs())
}

/// Opens a plain connection.
pub(super) async fn open(address: &str) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    // Requests are small and written at once. A socket that refuses works all the same.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}
