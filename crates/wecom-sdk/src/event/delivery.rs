//! A message that passed every check but the last: whether it came before.
//!
//! In: what a [`Receiver`](super::Receiver) has opened. Out: the event, once. It never gives the event away
//! before the memory was asked.

use std::time::Duration;

use super::received::Event;
use super::refused::{Refused, Why};
use super::replay::ReplayMemory;
use crate::clock::Timestamp;

/// A message of WeCom's server, verified and opened, that may still be a repetition.
///
/// ```
/// use std::sync::Mutex;
/// use wecom_sdk::event::{Event, Receiver, Refused, ReplayMemory};
///
/// /// Parsing and decryption run beside each other; the lock is held for the look into the memory alone.
/// fn receive(
///     receiver: &Receiver,
///     memory: &Mutex<ReplayMemory>,
///     (query, body): (&str, &[u8]),
///     now: wecom_sdk::Timestamp,
/// ) -> Result<Event, Refused> {
///     let delivery = receiver.open(query, body, now)?;
///     delivery.accept(&mut memory.lock().unwrap())
/// }
/// # let _ = receive;
/// ```
#[derive(Debug)]
#[must_use = "whether it came before is not known yet"]
pub struct Delivery {
    event: Event,
    sent_at: Timestamp,
    /// When it was opened, and how old a message might be then.
    judged_at: (Timestamp, Duration),
}

impl Delivery {
    pub(super) const fn new(
        event: Event,
        sent_at: Timestamp,
        judged_at: (Timestamp, Duration),
    ) -> Self {
        Self {
            event,
            sent_at,
            judged_at,
        }
    }

    /// Enters it into the memory and gives the event.
    ///
    /// When the event then cannot be processed after all, give it back by [`ReplayMemory::forget`] and answer
    /// 500, so that WeCom's next try counts.
    ///
    /// # Errors
    /// [`Refused::is_repeated`]: it was received before. Answer 200, and do nothing.
    pub fn accept(self, memory: &mut ReplayMemory) -> Result<Event, Refused> {
        if memory.is_first(self.event.fingerprint, self.sent_at, self.judged_at) {
            Ok(self.event)
        } else {
            Err(Refused::new(Why::Repeated))
        }
    }
}
