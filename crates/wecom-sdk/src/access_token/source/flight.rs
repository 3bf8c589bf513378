//! One fetch, for everybody who waits: first a look into the storage, then WeCom.
//!
//! In: what is known and distrusted. Out: one outcome for all who wait. A storage that fails is
//! told in the log and never fails the flight.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::slot::{Fetched, Held};
use super::{Credential, Shared};
use crate::access_token::{LONGEST_LIFE, StoredToken};
use crate::clock::Timestamp;
use crate::error::{Error, Kind};
use crate::secret::Secret;

/// A fetch under way.
#[derive(Clone, Debug)]
pub(super) struct Flight {
    pub(super) call: &'static str,
    pub(super) number: u64,
    pub(super) credential: Credential,
    pub(super) outcome: watch::Receiver<Option<Result<Held, Error>>>,
}

/// What a flight is for.
#[derive(Debug)]
pub(super) struct Errand {
    pub(super) number: u64,
    pub(super) secret: Secret,
    pub(super) credential: Credential,
    /// The token to do better than.
    pub(super) older: Option<Arc<StoredToken>>,
    /// Whether that one was refused, and not merely old.
    pub(super) is_refused: bool,
}

impl Flight {
    /// Waits for the outcome.
    pub(super) async fn land(mut self) -> Result<Held, Error> {
        let outcome = self.outcome.wait_for(Option::is_some).await;
        let outcome = outcome.ok().and_then(|outcome| outcome.clone());
        outcome.unwrap_or_else(|| Err(Error::new(self.call, Kind::Interrupted)))
    }
}

impl Shared {
    /// Looks whether another node has a better token, and else fetches one.
    pub(super) async fn fly(&self, errand: &Errand) -> Result<(StoredToken, bool), Error> {
        let key = self.fetcher.key(errand.credential.0);
        let stored = self.storage.load(&key).await.unwrap_or_else(|_| {
            degraded("load");
            None
        });
        let now = self.fetcher.now();
        if let Some(token) = stored.filter(|token| errand.is_served_by(token, now)) {
            return Ok((token, false));
        }
        if let Some(refused) = errand.older.as_ref().filter(|_| errand.is_refused) {
            let forgotten = self.storage.forget(&key, refused.fetched_at).await;
            forgotten.unwrap_or_else(|_| degraded("forget"));
        }
        let token = self.fetcher.fetch(&errand.secret).await?;
        let saved = self.storage.save(&key, &token).await;
        saved.unwrap_or_else(|_| degraded("save"));
        Ok((token, true))
    }

    pub(super) fn settle(
        &self,
        errand: &Errand,
        fetched: Result<(StoredToken, bool), Error>,
    ) -> Result<Held, Error> {
        let fetched: Fetched = fetched.map(|(token, is_fetched)| {
            let renew_at = self.renew_at(&token);
            (token, renew_at, is_fetched)
        });
        let now = self.fetcher.now();
        self.lock().settle(errand, fetched, now)
    }

    /// Renewal begins in the last fifth of a token's life, each node at a moment of its own.
    fn renew_at(&self, token: &StoredToken) -> Timestamp {
        let life = token.expires_at.since(token.fetched_at).min(LONGEST_LIFE);
        let tenth = life / 10;
        let spread = u64::try_from(tenth.as_millis()).unwrap_or(u64::MAX);
        // Chance only spreads the nodes out here: if there is none, they are not spread.
        let early = self.fetcher.entropy().below(spread.saturating_add(1));
        let early = Duration::from_millis(early.unwrap_or(0));
        token.expires_at.minus(tenth).minus(early)
    }
}

impl Errand {
    fn is_served_by(&self, token: &StoredToken, now: Timestamp) -> bool {
        // Two nodes may fetch within one tick of the clock: another token of the same moment counts.
        let is_better = self.older.as_ref().is_none_or(|older| {
            token.fetched_at >= older.fetched_at && !token.token.is_same_as(older.token.expose())
        });
        let is_believable = token.expires_at <= now.plus(LONGEST_LIFE);
        is_better && is_believable && now < token.expires_at
    }
}

fn degraded(verb: &'static str) {
    tracing::warn!(
        operation = verb,
        "the token storage failed; the token lives in this process alone"
    );
}
