//! Work that outlives a request: counted, never lost, waited for at the end.
//!
//! In: futures. Out: their join handles, and at shutdown the news whether all came to an end.
//! Never: cancels work that was begun; only loops are asked to stop.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::metrics::Metrics;
use crate::panics::{Panicked, caught};

/// The work in hand. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    tracker: TaskTracker,
    stop: CancellationToken,
    metrics: Metrics,
}

impl Jobs {
    /// Nothing in hand.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing in hand; what panics is counted here.
    #[must_use]
    pub fn counted_by(metrics: &Metrics) -> Self {
        Self {
            metrics: metrics.clone(),
            ..Self::default()
        }
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
    /// finished. Rounds never overlap. One that panics is told, counted, and followed by the next: what ends
    /// with it would be missing until somebody restarts the gateway.
    pub fn repeat<F, R>(&self, period: Duration, mut round: F)
    where
        F: FnMut() -> R + Send + 'static,
        R: Future<Output = ()> + Send,
    {
        let (stop, metrics) = (self.stop.clone(), self.metrics.clone());
        self.tracker.spawn(async move {
            let mut ticks = tokio::time::interval(period);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    biased;
                    () = stop.cancelled() => break,
                    _ = ticks.tick() => {}
                }
                let working = pin!(async { round().await });
                if let Err(Panicked(said)) = caught(working).await {
                    metrics.panicked();
                    tracing::error!(
                        said,
                        "a round of background work panicked; the next one comes in time"
                    );
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
