//! A cancellation token that is looked at with every request.
//!
//! In: the token. Out: ready once it is cancelled. To ask the token's own future each time would cost as much as
//! reading a small head: it is asked once for each task, which it then wakes, and after that a flag is enough.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// A token, watched.
#[derive(Debug)]
pub(super) struct Watched {
    token: CancellationToken,
    wait: Pin<Box<WaitForCancellationFutureOwned>>,
    /// Whom the token wakes.
    told: Option<Waker>,
}

impl Watched {
    pub(super) fn new(token: &CancellationToken) -> Self {
        Self {
            wait: Box::pin(token.clone().cancelled_owned()),
            token: token.clone(),
            told: None,
        }
    }

    /// Ready once the token is cancelled.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.token.is_cancelled() {
            return Poll::Ready(());
        }
        let is_told = |told: &Waker| told.will_wake(cx.waker());
        if self.told.as_ref().is_some_and(is_told) {
            return Poll::Pending;
        }
        let polled = self.wait.as_mut().poll(cx);
        self.told = Some(cx.waker().clone());
        polled
    }

    /// The same as a future.
    pub(super) async fn cancelled(&mut self) {
        std::future::poll_fn(|cx| self.poll(cx)).await;
    }
}
