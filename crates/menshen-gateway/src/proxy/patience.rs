//! How long something may stand still.
//!
//! In: how long. Out: the news that nothing has moved for that long. The timer is made only when
//! something waits for the first time, and is never touched while things move: bodies that come at once
//! cost nothing.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// Bounded waiting.
pub(super) struct Patience {
    length: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    is_waiting: bool,
}

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Patience({:?})", self.length)
    }
}

impl Patience {
    pub(super) fn new(length: Duration) -> Self {
        Self {
            length,
            timer: None,
            is_waiting: false,
        }
    }

    /// Something moved.
    pub(super) fn rest(&mut self) {
        self.is_waiting = false;
    }

    /// Nothing moves. Ready once that has been so for too long.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let until = Instant::now() + self.length;
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(sleep_until(until)));
        if !self.is_waiting {
            self.is_waiting = true;
            timer.as_mut().reset(until);
        }
        ready!(timer.as_mut().poll(cx));
        self.is_waiting = false;
        Poll::Ready(())
    }
}
