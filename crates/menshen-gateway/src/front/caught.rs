//! A panic costs one request and nothing else: not the connection, and none of the others on it (S-064).
//!
//! In: the work of one request. Out: its answer, or what the panic said. What it leaves behind is dropped
//! with it; the locks in this program are taken again after a panic.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

/// What a panic said.
#[derive(Debug)]
pub(super) struct Panicked(pub(super) String);

impl Panicked {
    fn of(panic: &(dyn Any + Send)) -> Self {
        let said = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Self(format!(
            "a handler panicked: {}",
            said.unwrap_or("no words")
        ))
    }
}

/// Works until the end, or until a panic. The work stays where it is pinned: moving it in here would make
/// every request's future twice as large.
pub(super) async fn caught<F: Future>(mut work: Pin<&mut F>) -> Result<F::Output, Panicked> {
    std::future::poll_fn(move |cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx)));
        match polled {
            Ok(polled) => polled.map(Ok),
            Err(panic) => Poll::Ready(Err(Panicked::of(&*panic))),
        }
    })
    .await
}

#[cfg(test)]
mod tests;
