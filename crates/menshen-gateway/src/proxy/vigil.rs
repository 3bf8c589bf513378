//! Watches over a session while something of it stays open: a WebSocket, a stream, a long download.
//!
//! In: how to ask after the session. Out: the news that it has ended: at once where this process ended it or
//! learned of it, else at the latest half a minute and the memory of `session` (five seconds) after it did
//! (S-066). Nothing is asked for what is over before: the first question comes after half a minute.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// Between two questions.
const EVERY: Duration = Duration::from_secs(30);

/// What can be asked after a session. The answer is whether it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Does it live now? A store that fails is not an end.
    Lives,
    /// Tell me when this process ends it: there is no answer before.
    Ends,
}

type Answer = Pin<Box<dyn Future<Output = bool> + Send>>;

/// Asks after a session.
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

/// One session, watched.
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

    /// Ready once the session has ended.
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
                let lives = ready!(answer.as_mut().poll(cx));
                self.answer = None;
                if !lives {
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
