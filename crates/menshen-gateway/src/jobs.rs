//! Work that outlives a request: counted, never lost, waited for at the end.
//!
//! In: futures. Out: their join handles, and at shutdown the news whether all came to an end.
//! Never: cancels work that was begun; only loops are asked to stop.

use std::future::Future;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The work in hand. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Jobs {
    /// Nothing in hand.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts work that goes on whatever becomes of the caller. Dropping the handle does not end it.
    pub fn spawn<F>(&self, work: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.tracker.spawn(work)
    }

    /// Runs `round` at once and then every `period`, until [`Jobs::drain`]; a round that was begun is
    /// finished. Rounds never overlap.
    pub fn repeat<F, R>(&self, period: Duration, mut round: F)
    where
        F: FnMut() -> R + Send + 'static,
        R: Future<Output = ()> + Send,
    {
        let stop = self.stop.clone();
        self.tracker.spawn(async move {
            let mut ticks = tokio::time::interval(period);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    biased;
                    () = stop.cancelled() => break,
                    _ = ticks.tick() => round().await,
                }
            }
        });
    }

    /// How many pieces of work are in hand.
    #[must_use]
    pub fn in_hand(&self) -> usize {
        self.tracker.len()
    }

    /// Whether [`Jobs::stop`] was called.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Comes to an end when [`Jobs::stop`] is called: for work that nobody has to wait for.
    pub fn stopping(&self) -> impl Future<Output = ()> + Send + 'static {
        self.stop.clone().cancelled_owned()
    }

    /// Asks loops to stop, and tells readiness that the gateway is stopping. Work goes on.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Asks loops to stop and waits for everything in hand, at most `patience`. Answers how many
    /// pieces of work were still going on then.
    pub async fn drain(&self, patience: Duration) -> usize {
        self.stop();
        self.tracker.close();
        match tokio::time::timeout(patience, self.tracker.wait()).await {
            Ok(()) => 0,
            Err(_) => self.tracker.len(),
        }
    }
}
