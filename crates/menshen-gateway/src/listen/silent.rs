//! A timer for hyper that never rings.
//!
//! Hyper looks for the next request at once only if it has to measure how long its head takes, and it makes a timer
//! for each. Here the stream measures that by itself (`guarded`, with one timer for a connection), so hyper
//! gets a timer that costs nothing.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};

/// The timer. It has one moment, at which nothing is ever over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Silent(pub(super) Instant);

struct Never;

impl Future for Never {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}

impl Sleep for Never {}

impl Timer for Silent {
    fn sleep(&self, _: Duration) -> Pin<Box<dyn Sleep>> {
        Box::pin(Never)
    }

    fn sleep_until(&self, _: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Never)
    }

    fn now(&self) -> Instant {
        self.0
    }
}
