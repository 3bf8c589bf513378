//! A WebSocket: after both sides have agreed, bytes in both directions and nothing else.
//!
//! In: the browser's side and the upstream's, each on its way out of HTTP. Out: nothing; it ends when
//! either side does, when nothing has moved for too long, when the session ends (S-066), or when the
//! gateway stops. Bytes that the browser sent behind its request wait until the upstream has said 101.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, copy_bidirectional_with_sizes};
use tokio::time::{Instant, timeout, timeout_at};

use super::vigil::Vigil;
use crate::jobs::Jobs;

/// How much waits in each direction.
const BUFFER: usize = 8 * 1024;
/// How long the two sides may take to leave HTTP once the 101 is out.
const SWITCH: Duration = Duration::from_secs(10);

/// Both sides of a tunnel that is about to open.
pub(super) struct Tunnel {
    pub(super) browser: OnUpgrade,
    pub(super) upstream: OnUpgrade,
    pub(super) idle: Duration,
    pub(super) vigil: Option<Vigil>,
}

impl Tunnel {
    /// Runs as a job until it ends.
    pub(super) fn open(self, jobs: &Jobs) {
        let stopping = jobs.stopping();
        drop(jobs.spawn(async move {
            tokio::select! {
                () = self.run() => {}
                () = stopping => {}
            }
        }));
    }

    async fn run(self) {
        let switch = async { tokio::try_join!(self.browser, self.upstream) };
        let Ok(Ok((browser, upstream))) = timeout(SWITCH, switch).await else {
            return;
        };
        let moved = Moved::new();
        let mut browser = Counted::new(browser, &moved);
        let mut upstream = TokioIo::new(upstream);
        let copying = copy_bidirectional_with_sizes(&mut browser, &mut upstream, BUFFER, BUFFER);
        let watching = async {
            match self.vigil {
                Some(mut vigil) => vigil.ended().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            // Either side may break off; that is how WebSockets end.
            _ = copying => {}
            () = watching => tracing::info!("a WebSocket was closed: its session has ended"),
            () = moved.stands_still(self.idle) => {}
        }
    }
}

/// When something last moved.
struct Moved {
    since: Instant,
    at: AtomicU64,
}

impl Moved {
    fn new() -> Self {
        Self {
            since: Instant::now(),
            at: AtomicU64::new(0),
        }
    }

    fn note(&self) {
        let at = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.at.store(at, Relaxed);
    }

    async fn stands_still(&self, idle: Duration) {
        loop {
            let at = self.at.load(Relaxed);
            let until = self.since + Duration::from_millis(at) + idle;
            // Nothing comes: the wait is for the time alone.
            let _ = timeout_at(until, std::future::pending::<()>()).await;
            if self.at.load(Relaxed) == at {
                return;
            }
        }
    }
}

/// The browser's side; every byte in either direction passes here.
struct Counted<'m> {
    stream: TokioIo<Upgraded>,
    moved: &'m Moved,
}

impl<'m> Counted<'m> {
    fn new(upgraded: Upgraded, moved: &'m Moved) -> Self {
        Self {
            stream: TokioIo::new(upgraded),
            moved,
        }
    }
}

impl AsyncRead for Counted<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if polled.is_ready() {
            self.moved.note();
        }
        polled
    }
}

impl AsyncWrite for Counted<'_> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if polled.is_ready() {
            self.moved.note();
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
