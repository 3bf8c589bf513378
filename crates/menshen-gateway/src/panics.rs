//! A panic costs one request, or one round of background work, and nothing else: not the connection, none of
//! the others on it, and no later round (S-064).
//!
//! In: the work. Out: what came of it, or what the panic said. What it leaves behind is dropped with it; the
//! locks in this program are taken again after a panic.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

/// What a panic said.
#[derive(Debug)]
pub(crate) struct Panicked(pub(crate) String);

impl Panicked {
    pub(crate) fn of(panic: &(dyn Any + Send)) -> Self {
        let said = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Self(said.unwrap_or("no words").to_owned())
    }
}

/// Works at once, or until a panic.
pub(crate) fn caught_now<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| Panicked::of(&*panic))
}

/// Works until the end, or until a panic. The work stays where it is pinned: moving it in here would make
/// every request's future twice as large.
pub(crate) async fn caught<F: Future>(mut work: Pin<&mut F>) -> Result<F::Output, Panicked> {
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
