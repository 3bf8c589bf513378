//! How many logins of one connector talk to WeCom at a time, and how many wait for their turn.
//!
//! In: a login that wants to talk. Out: its turn, or a no: at once when too many wait already, after a while
//! when the turn does not come. So a WeCom that is slow costs waiting and never all memory or all connections.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// How many talk at a time.
const MOST_AT_A_TIME: usize = 64;
/// How many wait for their turn; the next one is turned away at once.
const MOST_WAITING: usize = 2048;
/// How long one waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// The bulkhead of one connector.
#[derive(Debug)]
pub(super) struct Bulkhead {
    gate: Semaphore,
    waiting: AtomicUsize,
}

/// There is no turn for this one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Busy;

impl Bulkhead {
    /// An empty one.
    pub(super) fn new() -> Self {
        Self {
            gate: Semaphore::new(MOST_AT_A_TIME),
            waiting: AtomicUsize::new(0),
        }
    }

    /// Waits for a turn, which lasts until it is dropped.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>, Busy> {
        if let Ok(permit) = self.gate.try_acquire() {
            return Ok(permit);
        }
        let place = Place::take(&self.waiting);
        if place.number >= MOST_WAITING {
            return Err(Busy);
        }
        let turn = timeout(PATIENCE, self.gate.acquire()).await;
        turn.ok().and_then(Result::ok).ok_or(Busy)
    }
}

/// A place among those who wait, given back however the wait ends: a login that is cancelled must not hold it
/// for ever.
struct Place<'b> {
    waiting: &'b AtomicUsize,
    /// How many waited before.
    number: usize,
}

impl<'b> Place<'b> {
    fn take(waiting: &'b AtomicUsize) -> Self {
        let number = waiting.fetch_add(1, Ordering::Relaxed);
        Self { waiting, number }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
