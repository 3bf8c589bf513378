//! A WebSocket: after both sides have agreed, bytes in both directions and nothing else.
//!
//! In: the browser's side and the upstream's, each on its way out of HTTP. Out: nothing; it ends when
//! either side does, when nothing has moved for too long, when it would not pass any more (S-049, S-066), or
//! when the gateway stops; where the gateway ends it, the browser is told so between two frames (S-214).
//! Bytes that the browser sent behind its request wait until the upstream has said 101.

use std::io;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{
    AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf,
    copy_bidirectional_with_sizes,
};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout, timeout_at};

use super::frames::Frames;
use super::vigil::Vigil;
use crate::jobs::Jobs;

/// How much waits in each direction.
const BUFFER: usize = 8 * 1024;
/// How long the two sides may take to leave HTTP once the 101 is out.
const SWITCH: Duration = Duration::from_secs(10);
/// How long the frame that is under way may take once the tunnel has to end.
const LAST_FRAME: Duration = Duration::from_secs(1);
/// How long the browser may take to hear the goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// Why the gateway ends a tunnel (RFC 6455, 7.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
enum Ending {
    /// The gateway stops, or nothing has moved for too long. The application's script may come back.
    GoingAway = 1001,
    /// The person would not be let in any more.
    Policy = 1008,
}

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
        drop(jobs.spawn(self.run(stopping)));
    }

    async fn run(self, stopping: impl Future<Output = ()>) {
        let mut stopping = pin!(stopping);
        let switch = async { tokio::try_join!(self.browser, self.upstream) };
        let (browser, upstream) = tokio::select! {
            switched = timeout(SWITCH, switch) => match switched {
                Ok(Ok(both)) => both,
                _ => return,
            },
            () = &mut stopping => return,
        };
        let moved = Moved::new();
        let mut browser = Counted::new(browser, &moved);
        let mut upstream = TokioIo::new(upstream);
        let watching = async {
            match self.vigil {
                Some(mut vigil) => vigil.ended().await,
                None => std::future::pending().await,
            }
        };
        let ending = {
            let copying =
                copy_bidirectional_with_sizes(&mut browser, &mut upstream, BUFFER, BUFFER);
            let mut copying = pin!(copying);
            let ending = tokio::select! {
                // Either side may break off; that is how WebSockets end.
                _ = &mut copying => return,
                () = watching => {
                    tracing::info!("a WebSocket was closed: nobody could open it any more");
                    Ending::Policy
                }
                () = moved.stands_still(self.idle) => Ending::GoingAway,
                () = &mut stopping => Ending::GoingAway,
            };
            let last_frame = async {
                tokio::select! {
                    _ = &mut copying => {}
                    () = moved.comes_between() => {}
                }
            };
            // A frame that takes longer is cut.
            let _ = timeout(LAST_FRAME, last_frame).await;
            ending
        };
        let goodbye = browser.say_goodbye(ending);
        // A browser that does not listen any more hears the connection end.
        let _ = timeout(GOODBYE, goodbye).await;
    }
}

/// When something last moved, and how far the frames to the browser have come.
struct Moved {
    since: Instant,
    at: AtomicU64,
    frames: Mutex<Frames>,
    is_ending: AtomicBool,
    between: Notify,
}

impl Moved {
    fn new() -> Self {
        Self {
            since: Instant::now(),
            at: AtomicU64::new(0),
            frames: Mutex::default(),
            is_ending: AtomicBool::new(false),
            between: Notify::new(),
        }
    }

    fn frames(&self) -> MutexGuard<'_, Frames> {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on no new frame begins; comes to an end when the last one has.
    async fn comes_between(&self) {
        self.is_ending.store(true, Relaxed);
        if !self.frames().is_between() {
            self.between.notified().await;
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

impl Counted<'_> {
    /// Tells the browser why, where a frame may begin, and reads on until it has heard: what it still sends
    /// would make the system take the last bytes back.
    async fn say_goodbye(mut self, ending: Ending) -> io::Result<()> {
        if !self.moved.frames().is_between() {
            return Ok(());
        }
        let [high, low] = (ending as u16).to_be_bytes();
        self.stream.write_all(&[0x88, 2, high, low]).await?;
        self.stream.shutdown().await?;
        let mut rest = [0; 512];
        while self.stream.read(&mut rest).await? > 0 {}
        Ok(())
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
        let moved = self.moved;
        let is_ending = moved.is_ending.load(Relaxed);
        let bytes = if is_ending {
            moved.frames().rest(bytes)
        } else {
            bytes
        };
        if is_ending && bytes.is_empty() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if let Poll::Ready(written) = &polled {
            moved.note();
            let written = written
                .as_ref()
                .ok()
                .and_then(|length| bytes.get(..*length));
            let mut frames = moved.frames();
            frames.pass(written.unwrap_or_default());
            if is_ending && frames.is_between() {
                moved.between.notify_one();
            }
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
