//! Which messages were received already: a small, bounded value that the caller owns.
//!
//! In: fingerprints of messages that passed every other check, with the time they were sent. It forgets
//! what the time window refuses anyway; when it is full it forgets the oldest and from then on refuses
//! everything that old, so that nothing ever passes twice.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use super::received::Fingerprint;
use crate::clock::Timestamp;

/// What was received lately. Share one among all addresses of a process, behind a lock.
///
/// ```
/// use wecom_sdk::event::ReplayMemory;
///
/// let memory = ReplayMemory::holding(10_000);
/// assert!(memory.is_empty());
/// ```
#[derive(Debug)]
pub struct ReplayMemory {
    capacity: usize,
    sent_at: HashMap<Fingerprint, Timestamp>,
    by_age: BTreeSet<(Timestamp, Fingerprint)>,
    /// Whatever was sent until then may have been forgotten, and is refused.
    floor: Option<Timestamp>,
}

impl Default for ReplayMemory {
    /// Room for 50,000 messages, about 8 MiB when full: a reorganisation of a large corp.
    fn default() -> Self {
        Self::holding(50_000)
    }
}

impl ReplayMemory {
    /// Room for so many messages, at least one.
    #[must_use]
    pub fn holding(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            sent_at: HashMap::new(),
            by_age: BTreeSet::new(),
            floor: None,
        }
    }

    /// How many messages it remembers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sent_at.len()
    }

    /// Whether it remembers none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sent_at.is_empty()
    }

    /// Forgets a message that could not be processed, so that WeCom's next try counts as the first.
    pub fn forget(&mut self, fingerprint: &Fingerprint) {
        if let Some(sent_at) = self.sent_at.remove(fingerprint) {
            self.by_age.remove(&(sent_at, *fingerprint));
        }
    }

    /// Enters a message; `false` if it was there, or is so old that it may have been.
    pub(super) fn is_first(
        &mut self,
        fingerprint: Fingerprint,
        sent_at: Timestamp,
        (now, window): (Timestamp, Duration),
    ) -> bool {
        self.drop_before(now.minus(window));
        let is_forgotten = self.floor.is_some_and(|floor| sent_at <= floor);
        if is_forgotten || self.sent_at.contains_key(&fingerprint) {
            return false;
        }
        if self.sent_at.len() >= self.capacity {
            self.drop_oldest();
        }
        self.sent_at.insert(fingerprint, sent_at);
        self.by_age.insert((sent_at, fingerprint));
        true
    }

    /// What the window refuses need not be remembered.
    fn drop_before(&mut self, earliest: Timestamp) {
        while self
            .by_age
            .first()
            .is_some_and(|(sent_at, _)| *sent_at < earliest)
        {
            self.drop_oldest();
        }
    }

    /// Security: whatever is forgotten raises the floor. So it stays refused when the clock steps back.
    fn drop_oldest(&mut self) {
        if let Some((sent_at, fingerprint)) = self.by_age.pop_first() {
            self.sent_at.remove(&fingerprint);
            self.floor = self.floor.max(Some(sent_at));
        }
    }
}
