//! One call with everything around it: deadline, token, limit, repeats.
//!
//! A call is repeated for two reasons and no others: once with a renewed token after 40014, 42001 or
//! 40001, and up to three times after -1. The exchange of a code is never repeated after -1, because
//! whether WeCom has used the code up is then unknown.

use std::future::Future;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};

use super::{Answer, Client, Request};
use crate::access_token::Held;
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
}

impl<'c> Call<'c> {
    /// A GET that changes nothing at WeCom, so that it may be repeated.
    pub(crate) fn read(name: &'static str, query: &'c [(&'static str, &'c str)]) -> Self {
        Self {
            name,
            query,
            body: None,
            retries: Retries::WhenBusy,
        }
    }
}

impl Client {
    pub(crate) async fn call(&self, call: &Call<'_>) -> Result<Answer, Error> {
        self.within_deadline(call.name, self.with_token(call)).await
    }

    pub(super) async fn within_deadline<T>(
        &self,
        name: &'static str,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        tokio::time::timeout(self.0.timeout, work)
            .await
            .unwrap_or_else(|_| Err(Error::new(name, Kind::Timeout)))
    }

    async fn with_token(&self, call: &Call<'_>) -> Result<Answer, Error> {
        let token = self.0.tokens.get().await?;
        let refusal = match self.repeated(call, &token).await {
            Err(error) if is_stale_token(&error) => error,
            outcome => {
                if outcome.is_ok() {
                    self.0.tokens.trust();
                }
                return outcome;
            }
        };
        let Some(renewed) = self.0.tokens.renew(&token).await? else {
            return Err(refusal);
        };
        let outcome = self.repeated(call, &renewed).await;
        if outcome.as_ref().is_err_and(is_stale_token) {
            self.0.tokens.distrust(&renewed);
        }
        outcome
    }

    async fn repeated(&self, call: &Call<'_>, token: &Held) -> Result<Answer, Error> {
        match call.retries {
            Retries::Never => self.once(call, token).await,
            Retries::WhenBusy => {
                while_busy(&self.0.entropy, self.0.pause, || self.once(call, token)).await
            }
        }
    }

    async fn once(&self, call: &Call<'_>, token: &Held) -> Result<Answer, Error> {
        let inner = &self.0;
        let check = inner.circuits.check(call.name, inner.clock.now());
        check.map_err(|errcode| Error::new(call.name, Kind::CircuitOpen(errcode)))?;
        let mut query = vec![("access_token", token.expose())];
        query.extend_from_slice(call.query);
        let request = Request {
            call: call.name,
            query: &query,
            body: call.body,
        };
        let outcome = inner.exchange.send(&request).await;
        if let Some(errcode) = answered(&outcome) {
            inner.circuits.note(call.name, errcode, inner.clock.now());
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
