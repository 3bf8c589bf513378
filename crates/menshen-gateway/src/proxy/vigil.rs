//! Watches over what stays open: a WebSocket, a stream, a long download.
//!
//! In: how to ask after what it rests on. Out: the news that it would not pass any more: at once where this
//! process ended the session or learned of its end, else at the latest half a minute and the memory of
//! `session` (five seconds) after the session ended or the person was found in other departments (S-049,
//! S-066). Nothing is asked for what is over before: the first question comes after half a minute.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// Between two questions.
const EVERY: Duration = Duration::from_secs(30);

/// What can be asked. The answer is whether the request would still pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Would it pass now? A store that fails is not an end.
    Lives,
    /// Tell me when this process ends the session: there is no answer before.
    Ends,
}

type Answer = Pin<Box<dyn Future<Output = bool> + Send>>;

/// Asks after what a request rests on.
#[derive(Clone)]
pub(crate) struct Asker(Arc<dyn Fn(Question) -> Answer + Send + Sync>);

impl Asker {
    /// Asks this way.
    pub(crate) fn new<F, R>(ask: F) -> Self
    where
        F: Fn(Question) -> R + Send + Sync + 'static,
        R: Future<Output = bool> + Send + 'static,
    {
        Self(Arc::new(move |question| Box::pin(ask(question))))
    }
}

/// One request that stays open, watched.
pub(super) struct Vigil {
    asker: Asker,
    timer: Option<Pin<Box<Sleep>>>,
    end: Option<Answer>,
    answer: Option<Answer>,
}

impl fmt::Debug for Vigil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vigil")
    }
}

impl Vigil {
    pub(super) fn new(asker: Asker) -> Self {
        Self {
            asker,
            timer: None,
            end: None,
            answer: None,
        }
    }

    /// Ready once it would not pass any more.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let end = self
            .end
            .get_or_insert_with(|| (self.asker.0)(Question::Ends));
        if end.as_mut().poll(cx).is_ready() {
            self.end = None;
            return Poll::Ready(());
        }
        loop {
            if let Some(answer) = &mut self.answer {
                let holds = ready!(answer.as_mut().poll(cx));
                self.answer = None;
                if !holds {
                    return Poll::Ready(());
                }
            }
            let timer = self
                .timer
                .get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + EVERY)));
            ready!(timer.as_mut().poll(cx));
            timer.as_mut().reset(Instant::now() + EVERY);
            self.answer = Some((self.asker.0)(Question::Lives));
        }
    }

    /// The same as a future.
    pub(super) async fn ended(&mut self) {
        std::future::poll_fn(|cx| self.poll(cx)).await;
    }
}
