//! Watches over a session while something of it stays open: a WebSocket, a stream, a long download.
//!
//! In: how to ask whether the session lives. Out: the news that it has ended, at the latest half a minute
//! and the memory of `session` (five seconds) after it did (S-066). Nothing is asked for what is over
//! before: the first question comes after half a minute.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// Between two questions.
const EVERY: Duration = Duration::from_secs(30);

type Question = Pin<Box<dyn Future<Output = bool> + Send>>;

/// Asks whether a session lives. A store that fails is not an end.
#[derive(Clone)]
pub(crate) struct Asker(Arc<dyn Fn() -> Question + Send + Sync>);

impl Asker {
    /// Asks this way.
    pub(crate) fn new<F, R>(ask: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = bool> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(ask())))
    }
}

/// One session, watched.
pub(super) struct Vigil {
    asker: Asker,
    timer: Option<Pin<Box<Sleep>>>,
    question: Option<Question>,
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
            question: None,
        }
    }

    /// Ready once the session has ended.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some(question) = &mut self.question {
                let lives = ready!(question.as_mut().poll(cx));
                self.question = None;
                if !lives {
                    return Poll::Ready(());
                }
            }
            let timer = self
                .timer
                .get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + EVERY)));
            ready!(timer.as_mut().poll(cx));
            timer.as_mut().reset(Instant::now() + EVERY);
            self.question = Some((self.asker.0)());
        }
    }

    /// The same as a future.
    pub(super) async fn ended(&mut self) {
        std::future::poll_fn(|cx| self.poll(cx)).await;
    }
}
