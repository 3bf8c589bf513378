//! A moment that moves with every request, and costs a timer only now and then.
//!
//! In: until when something may take. Out: the news that it took longer. The timer underneath is left where it
//! is as long as it rings early enough: when it rings too early, it is set again. So a busy connection
//! touches the timer wheel once in the length of a deadline, and not with every request.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::time::{Instant, Sleep, sleep_until};

#[cfg(test)]
mod tests;

/// The moment. Without one, nothing is waited for.
#[derive(Debug, Default)]
pub(crate) struct Deadline {
    until: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    /// Whether there is one.
    pub(crate) fn is_set(&self) -> bool {
        self.until.is_some()
    }

    /// From now on, until then.
    pub(crate) fn set(&mut self, until: Instant) {
        self.until = Some(until);
    }

    /// There is none any more.
    pub(crate) fn clear(&mut self) {
        self.until = None;
    }

    /// Ready once it is over.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(until) = self.until else {
            return Poll::Pending;
        };
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(sleep_until(until)));
        if timer.deadline() > until {
            timer.as_mut().reset(until);
        }
        loop {
            ready!(timer.as_mut().poll(cx));
            if timer.deadline() >= until {
                return Poll::Ready(());
            }
            timer.as_mut().reset(until);
        }
    }
}
