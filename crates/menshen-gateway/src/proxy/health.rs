//! Whether an upstream is worth asking: learned from what happens to requests, and from a knock now and
//! then while it is down.
//!
//! In: that a connection was made, or could not be. Out: whether the next request should go elsewhere. An
//! upstream that fails rests, each time twice as long, up to half a minute. Never: refuses anybody; where
//! all upstreams rest, the one that rests least is asked all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::Instant;

const FIRST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(30);

/// How one upstream fares.
#[derive(Debug)]
pub(super) struct Health {
    since: Instant,
    failures: AtomicU32,
    /// In milliseconds after `since`.
    rests_until: AtomicU64,
    is_knocked: Arc<AtomicBool>,
}

/// The turn to knock at one upstream; its end lets the next one in.
#[derive(Debug)]
pub(super) struct Knock(Arc<AtomicBool>);

impl Drop for Knock {
    fn drop(&mut self) {
        self.0.store(false, Relaxed);
    }
}

impl Health {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            since: now,
            failures: AtomicU32::new(0),
            rests_until: AtomicU64::new(0),
            is_knocked: Arc::default(),
        }
    }

    /// It took a connection.
    pub(super) fn succeeded(&self) {
        if self.failures.load(Relaxed) > 0 {
            self.failures.store(0, Relaxed);
            self.rests_until.store(0, Relaxed);
        }
    }

    /// It took none, as is known at `now`. What fails while it rests began before it rested, or was asked
    /// all the same: many requests at once learn of one blip, and it counts once.
    pub(super) fn failed(&self, now: Instant) {
        let rested_until = self.rests_until.load(Relaxed);
        if self.millis(now) < rested_until {
            return;
        }
        let failures = self.failures.load(Relaxed).min(16);
        let rest = FIRST_REST.saturating_mul(1 << failures).min(LONGEST_REST);
        let rests_until = self.millis(now + rest);
        // Of those who fail at the same moment one counts.
        let counted =
            self.rests_until
                .compare_exchange(rested_until, rests_until, Relaxed, Relaxed);
        if counted.is_ok() {
            self.failures.fetch_add(1, Relaxed);
        }
    }

    /// The turn to knock, unless somebody is knocking.
    pub(super) fn take_knock(&self) -> Option<Knock> {
        let is_free = !self.is_knocked.swap(true, Relaxed);
        is_free.then(|| Knock(Arc::clone(&self.is_knocked)))
    }

    /// Whether it failed last time.
    pub(super) fn is_down(&self) -> bool {
        self.failures.load(Relaxed) > 0
    }

    /// How long it still rests; zero when it is worth asking.
    pub(super) fn rest(&self, now: Instant) -> Duration {
        let until = self.rests_until.load(Relaxed);
        Duration::from_millis(until.saturating_sub(self.millis(now)))
    }

    fn millis(&self, at: Instant) -> u64 {
        u64::try_from(at.duration_since(self.since).as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests;
