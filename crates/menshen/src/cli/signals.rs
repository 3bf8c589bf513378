//! When to stop: Ctrl-C and SIGTERM; and when to look at files again: SIGHUP.
//!
//! In: what to run and stop. Out: its result, or the news that it was cut off by a second signal. Only who
//! asks for SIGHUP gets it: for everybody else it means, as ever, that the terminal is gone.

use std::convert::Infallible;
use std::future::Future;
use std::io;

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Runs `work`, which is handed the moment at which to stop. `None` when it was asked a second time
/// before it was done: an impatient operator wants out at once.
pub(super) async fn until_stopped<W, F>(work: W) -> io::Result<Option<F::Output>>
where
    W: FnOnce(WaitForCancellationFutureOwned) -> F,
    F: Future,
{
    // Listening begins before the work does: no signal is lost.
    let mut signals = Signals::listen()?;
    let stop = CancellationToken::new();
    let work = work(stop.clone().cancelled_owned());
    let asked_twice = async {
        let signal = signals.next().await;
        tracing::info!(signal, "stopping");
        stop.cancel();
        let signal = signals.next().await;
        tracing::warn!(signal, "stopping at once");
    };
    tokio::select! {
        done = work => Ok(Some(done)),
        () = asked_twice => Ok(None),
    }
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "Ctrl-C",
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> &'static str {
        // When it fails there is no Ctrl-C to wait for: the process is ended from outside.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "Ctrl-C"
    }
}

/// SIGHUP, from the moment of listening on.
#[derive(Debug)]
pub(super) struct Hangups(#[cfg(unix)] tokio::signal::unix::Signal);

impl Hangups {
    #[cfg(unix)]
    pub(super) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::hangup()).map(Self)
    }

    /// There is no such signal here.
    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self())
    }

    /// Calls `heard` for each, and never comes to an end.
    pub(super) async fn each(mut self, heard: impl AsyncFn()) -> Infallible {
        loop {
            self.next().await;
            heard().await;
        }
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        std::future::pending().await
    }
}
