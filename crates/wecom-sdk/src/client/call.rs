//! One call with everything around it: deadline, token, limit, repeats.
//!
//! A call is repeated for two reasons and no others: once with a renewed token after 40014, 42001 or
//! 40001, and up to three times after -1. What spends a code or lets somebody in is never repeated after -1,
//! because whether WeCom has done it is then unknown.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};

use super::{Answer, Circuits, Client, Exchange, Request};
use crate::access_token::{Held, TokenSource};
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::error::{Error, Kind};

/// Whether a call may be repeated when WeCom was too busy for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retries {
    WhenBusy,
    Never,
}

/// A call that needs an access token.
#[derive(Debug)]
pub(crate) struct Call<'c> {
    /// The path after `/cgi-bin/`.
    pub(crate) name: &'static str,
    /// The query without the token.
    pub(crate) query: &'c [(&'static str, &'c str)],
    /// A JSON body; with it the call is a POST.
    pub(crate) body: Option<&'c str>,
    pub(crate) retries: Retries,
    /// How much of an answer is read: [`MOST_BYTES_OF_ONE`], or [`MOST_BYTES_OF_LIST`].
    pub(crate) most_bytes: usize,
}

/// No answer about one thing needs more.
pub(crate) const MOST_BYTES_OF_ONE: usize = 1024 * 1024;
/// Ten thousand members with all their fields stay below it.
pub(crate) const MOST_BYTES_OF_LIST: usize = 8 * 1024 * 1024;

impl<'c> Call<'c> {
    /// A GET that changes nothing at WeCom, so that it may be repeated.
    pub(crate) fn read(name: &'static str, query: &'c [(&'static str, &'c str)]) -> Self {
        Self {
            name,
            query,
            body: None,
            retries: Retries::WhenBusy,
            most_bytes: MOST_BYTES_OF_ONE,
        }
    }

    /// As [`read`](Self::read), for an answer that lists many.
    pub(crate) fn list(name: &'static str, query: &'c [(&'static str, &'c str)]) -> Self {
        Self {
            most_bytes: MOST_BYTES_OF_LIST,
            ..Self::read(name, query)
        }
    }

    /// A GET that must not be repeated, because it changes something at WeCom or uses something up.
    pub(crate) fn once(name: &'static str, query: &'c [(&'static str, &'c str)]) -> Self {
        Self {
            retries: Retries::Never,
            ..Self::read(name, query)
        }
    }

    /// A POST that must not be repeated, because it may use something up.
    pub(crate) fn spend(name: &'static str, body: &'c str) -> Self {
        Self {
            name,
            query: &[],
            body: Some(body),
            retries: Retries::Never,
            most_bytes: MOST_BYTES_OF_ONE,
        }
    }
}

/// Everything that a call goes through. Shared by the client and its tickets.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) exchange: Exchange,
    pub(crate) tokens: TokenSource,
    pub(crate) circuits: Arc<Circuits>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<Entropy>,
    /// For a whole call: token, repeats and all.
    pub(crate) timeout: Duration,
    /// Before the first repeat of a call that WeCom was too busy for.
    pub(crate) pause: Duration,
}

impl Client {
    pub(crate) async fn call(&self, call: &Call<'_>) -> Result<Answer, Error> {
        self.0.caller.call(call).await
    }
}

impl Caller {
    pub(crate) async fn call(&self, call: &Call<'_>) -> Result<Answer, Error> {
        self.within_deadline(call.name, self.with_token(call)).await
    }

    pub(crate) async fn within_deadline<T>(
        &self,
        name: &'static str,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        tokio::time::timeout(self.timeout, work)
            .await
            .unwrap_or_else(|_| Err(Error::new(name, Kind::Timeout)))
    }

    async fn with_token(&self, call: &Call<'_>) -> Result<Answer, Error> {
        let token = self.tokens.get().await?;
        let refusal = match self.repeated(call, &token).await {
            Err(error) if is_stale_token(&error) => error,
            outcome => {
                if outcome.is_ok() {
                    self.tokens.trust();
                }
                return outcome;
            }
        };
        let Some(renewed) = self.tokens.renew(&token).await? else {
            return Err(refusal);
        };
        let outcome = self.repeated(call, &renewed).await;
        if outcome.as_ref().is_err_and(is_stale_token) {
            self.tokens.distrust(&renewed);
        }
        outcome
    }

    async fn repeated(&self, call: &Call<'_>, token: &Held) -> Result<Answer, Error> {
        match call.retries {
            Retries::Never => self.once(call, token).await,
            Retries::WhenBusy => {
                while_busy(&self.entropy, self.pause, || self.once(call, token)).await
            }
        }
    }

    async fn once(&self, call: &Call<'_>, token: &Held) -> Result<Answer, Error> {
        let check = self.circuits.check(call.name, self.clock.now());
        check.map_err(|errcode| Error::new(call.name, Kind::CircuitOpen(errcode)))?;
        let mut query = vec![("access_token", token.expose())];
        query.extend_from_slice(call.query);
        let request = Request {
            call: call.name,
            query: &query,
            body: call.body,
            most_bytes: call.most_bytes,
        };
        let outcome = self.exchange.send(&request).await;
        if let Some(errcode) = answered(&outcome) {
            self.circuits.note(call.name, errcode, self.clock.now());
        }
        outcome
    }
}

/// The errcode of an answer of WeCom; `None` when there was no answer.
pub(crate) fn answered(outcome: &Result<Answer, Error>) -> Option<i64> {
    match outcome {
        Ok(_) => Some(0),
        Err(error) => error.errcode(),
    }
}

/// Repeats `attempt` at most three times while WeCom says that it is busy (-1).
pub(crate) async fn while_busy<F, W>(
    entropy: &Entropy,
    pause: Duration,
    attempt: F,
) -> Result<Answer, Error>
where
    F: FnMut() -> W,
    W: Future<Output = Result<Answer, Error>>,
{
    // Chance only spreads the repeats out here: if there is none, they are not spread.
    let seed = entropy.bytes().map_or(0, u64::from_le_bytes);
    let policy = ExponentialBuilder::default()
        .with_min_delay(pause)
        .with_factor(2.0)
        .with_max_times(3)
        .with_jitter()
        .with_jitter_seed(seed);
    attempt
        .retry(policy)
        .when(|error| error.is_rejected() && error.errcode() == Some(-1))
        .await
}

fn is_stale_token(error: &Error) -> bool {
    error.is_rejected() && matches!(error.errcode(), Some(40014 | 42001 | 40001))
}
