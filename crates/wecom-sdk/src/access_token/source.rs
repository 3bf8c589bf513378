//! The one place that knows which token is in use.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::fetcher::CALL;
use super::hold_off::HoldOff;
use super::{SecretSource, StoredToken, TokenFetcher, TokenKey, TokenStorage};
use crate::clock::Timestamp;
use crate::errcode::{self, Class};
use crate::error::{Error, Kind};
use crate::secret::Secret;

/// No token is believed for longer, whatever a storage says.
const LONGEST_LIFE: Duration = Duration::from_hours(2);
/// After a fetch ahead of time failed, the token in hand does a while longer.
const PATIENCE: Duration = Duration::from_secs(20);
/// After a token that was fetched a moment ago is refused too, fetching more of them helps nobody.
const DISTRUST: Duration = Duration::from_mins(1);

/// A token in use.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    token: Arc<StoredToken>,
    credential: [u8; 32],
    /// When to look for the next one.
    renew_at: Timestamp,
    /// Counts the tokens of this source, equal texts included: WeCom may hand out the same one again.
    generation: u64,
    /// Whether it came from WeCom just now, and not from the storage.
    is_fetched: bool,
}

impl Held {
    /// For the query of a call.
    pub(crate) fn expose(&self) -> &str {
        self.token.token.expose()
    }
}

/// Hands out tokens. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct TokenSource(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    fetcher: TokenFetcher,
    secrets: Arc<dyn SecretSource>,
    storage: Arc<dyn TokenStorage>,
    slot: Mutex<Slot>,
}

#[derive(Debug, Default)]
struct Slot {
    held: Option<Held>,
    flight: Option<Flight>,
    hold_off: Option<HoldOff>,
    distrust_until: Option<Timestamp>,
    generation: u64,
    flights: u64,
}

/// A fetch under way.
#[derive(Clone, Debug)]
struct Flight {
    number: u64,
    credential: [u8; 32],
    outcome: watch::Receiver<Option<Result<Held, Error>>>,
}

/// What a flight is for.
#[derive(Debug)]
struct Errand {
    number: u64,
    secret: Secret,
    credential: [u8; 32],
    /// The token to do better than.
    older: Option<Arc<StoredToken>>,
    /// Whether that one was refused, and not merely old.
    is_refused: bool,
}

impl TokenSource {
    pub(crate) fn new(
        fetcher: TokenFetcher,
        secrets: Arc<dyn SecretSource>,
        storage: Arc<dyn TokenStorage>,
    ) -> Self {
        Self(Arc::new(Shared {
            fetcher,
            secrets,
            storage,
            slot: Mutex::default(),
        }))
    }

    /// A token to call with.
    pub(crate) async fn get(&self) -> Result<Held, Error> {
        let flight = match self.held_or_flight()? {
            Ok(held) => return Ok(held),
            Err(flight) => flight,
        };
        flight.land().await
    }

    /// The token in hand, or the fetch to wait for.
    fn held_or_flight(&self) -> Result<Result<Held, Flight>, Error> {
        let now = self.0.fetcher.clock.now();
        let secret = self.0.secrets.secret();
        let mut slot = self.0.lock();
        let held = slot.held.clone().filter(|held| held.is_good(now));
        let Ok(secret) = secret else {
            return held.map(Ok).ok_or_else(|| Error::new(CALL, Kind::NoSecret));
        };
        let credential = digest(&secret);
        let flight = slot.flight_for(&credential);
        if let Some(held) = held.filter(|held| held.credential == credential) {
            let is_due = now >= held.renew_at && flight.is_none();
            if is_due && slot.may_fetch(&credential, now).is_ok() {
                let older = Some(Arc::clone(&held.token));
                self.take_off(&mut slot, secret, credential, (older, false));
            }
            return Ok(Ok(held));
        }
        if let Some(flight) = flight {
            return Ok(Err(flight));
        }
        slot.may_fetch(&credential, now)?;
        Ok(Err(self.take_off(
            &mut slot,
            secret,
            credential,
            (None, false),
        )))
    }

    /// A token in place of one that WeCom refused; `None` when fetching another would not help.
    pub(crate) async fn renew(&self, refused: &Held) -> Result<Option<Held>, Error> {
        let flight = {
            let now = self.0.fetcher.clock.now();
            let secret = self.0.secrets.secret();
            let secret = secret.map_err(|_| Error::new(CALL, Kind::NoSecret))?;
            let credential = digest(&secret);
            let mut slot = self.0.lock();
            let held = slot
                .held
                .clone()
                .filter(|held| held.credential == credential);
            // Somebody else renewed it while our call was under way.
            if let Some(held) = held.filter(|held| held.generation > refused.generation) {
                return Ok(Some(held));
            }
            match slot.flight_for(&credential) {
                Some(flight) => flight,
                None if slot.distrust_until.is_some_and(|until| now < until) => return Ok(None),
                None => {
                    slot.may_fetch(&credential, now)?;
                    // Security: only the token that failed is dropped, never a newer one.
                    slot.held
                        .take_if(|held| held.generation == refused.generation);
                    let older = Some(Arc::clone(&refused.token));
                    self.take_off(&mut slot, secret, credential, (older, true))
                }
            }
        };
        flight.land().await.map(Some)
    }

    /// Takes note that a renewed token was refused as well.
    pub(crate) fn distrust(&self, renewed: &Held) {
        let now = self.0.fetcher.clock.now();
        let mut slot = self.0.lock();
        if renewed.is_fetched {
            slot.distrust_until = Some(now.plus(DISTRUST));
        }
    }

    /// Starts a fetch that outlives whoever asked for it.
    #[expect(
        clippy::disallowed_methods,
        reason = "a fetch serves all waiting callers, so it must not end with the first of them; it ends by its own deadline, and losing it at shutdown loses nothing"
    )]
    fn take_off(
        &self,
        slot: &mut Slot,
        secret: Secret,
        credential: [u8; 32],
        (older, is_refused): (Option<Arc<StoredToken>>, bool),
    ) -> Flight {
        let (land, outcome) = watch::channel(None);
        slot.flights += 1;
        let flight = Flight {
            number: slot.flights,
            credential,
            outcome,
        };
        slot.flight = Some(flight.clone());
        let errand = Errand {
            number: flight.number,
            secret,
            credential,
            older,
            is_refused,
        };
        let shared = Arc::clone(&self.0);
        tokio::spawn(async move {
            let fetched = shared.fly(&errand).await;
            let landed = shared.lock().settle(&shared, &errand, fetched);
            land.send_replace(Some(landed));
        });
        flight
    }
}

impl Flight {
    async fn land(mut self) -> Result<Held, Error> {
        let outcome = self.outcome.wait_for(Option::is_some).await;
        let outcome = outcome.ok().and_then(|outcome| outcome.clone());
        outcome.unwrap_or_else(|| Err(Error::new(CALL, Kind::Interrupted)))
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks whether another node has a better token, and else fetches one.
    async fn fly(&self, errand: &Errand) -> Result<(StoredToken, bool), Error> {
        let key = TokenKey {
            corp_id: self.fetcher.corp_id.clone(),
            agent_id: self.fetcher.agent_id,
            credential: errand.credential,
        };
        let stored = self.storage.load(&key).await.unwrap_or_else(|_| {
            degraded("load");
            None
        });
        let now = self.fetcher.clock.now();
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

    /// Renewal begins in the last fifth of a token's life, each node at a moment of its own.
    fn renew_at(&self, token: &StoredToken) -> Timestamp {
        let life = token.expires_at.since(token.fetched_at).min(LONGEST_LIFE);
        let tenth = life / 10;
        let spread = u64::try_from(tenth.as_millis()).unwrap_or(u64::MAX);
        // Chance only spreads the nodes out here: if there is none, they are not spread.
        let early = self
            .fetcher
            .entropy
            .below(spread.saturating_add(1))
            .unwrap_or(0);
        token
            .expires_at
            .minus(tenth)
            .minus(Duration::from_millis(early))
    }
}

impl Errand {
    fn is_served_by(&self, token: &StoredToken, now: Timestamp) -> bool {
        let is_better = self.older.as_ref().is_none_or(|older| {
            token.fetched_at > older.fetched_at && !token.token.is_same_as(older.token.expose())
        });
        let is_believable = token.expires_at <= now.plus(LONGEST_LIFE);
        is_better && is_believable && now < token.expires_at
    }
}

impl Held {
    fn is_good(&self, now: Timestamp) -> bool {
        now < self.token.expires_at
    }
}

impl Slot {
    /// The fetch under way for this secret, unless its task is gone.
    fn flight_for(&self, credential: &[u8; 32]) -> Option<Flight> {
        let flight = self.flight.as_ref()?;
        let is_alive = flight.outcome.has_changed().is_ok();
        (flight.credential == *credential && is_alive).then(|| flight.clone())
    }

    fn may_fetch(&self, credential: &[u8; 32], now: Timestamp) -> Result<(), Error> {
        let refused = self.hold_off.and_then(|hold| hold.refuses(credential, now));
        refused.map_or(Ok(()), |errcode| {
            Err(Error::new(CALL, Kind::HeldOff(errcode)))
        })
    }

    /// Enters the outcome of a flight.
    fn settle(
        &mut self,
        shared: &Shared,
        errand: &Errand,
        fetched: Result<(StoredToken, bool), Error>,
    ) -> Result<Held, Error> {
        let now = shared.fetcher.clock.now();
        // A flight for an older secret has been overtaken: its callers get it, nobody else.
        let is_current = self
            .flight
            .as_ref()
            .is_some_and(|f| f.number == errand.number);
        if is_current {
            self.flight = None;
        }
        match fetched {
            Ok((token, is_fetched)) => {
                self.generation += 1;
                let held = Held {
                    renew_at: shared.renew_at(&token),
                    token: Arc::new(token),
                    credential: errand.credential,
                    generation: self.generation,
                    is_fetched,
                };
                if is_current {
                    self.held = Some(held.clone());
                    self.hold_off = None;
                }
                Ok(held)
            }
            Err(error) => {
                if let Some(errcode) = refusal(&error) {
                    let hold = HoldOff::after(self.hold_off, errand.credential, errcode, now);
                    self.hold_off = Some(hold);
                } else if let Some(held) = self.held.as_mut() {
                    held.renew_at = held.renew_at.max(now.plus(PATIENCE));
                }
                Err(error)
            }
        }
    }
}

/// The errcode of a refusal that time alone does not cure.
fn refusal(error: &Error) -> Option<i64> {
    let errcode = error.errcode().filter(|_| error.is_rejected())?;
    let passes = errcode::lookup(errcode).is_some_and(|info| info.class == Class::RetryLater);
    (!passes).then_some(errcode)
}

fn digest(secret: &Secret) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, secret.expose().as_bytes());
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    bytes
}

fn degraded(verb: &'static str) {
    tracing::warn!(
        operation = verb,
        "the token storage failed; the token lives in this process alone"
    );
}
