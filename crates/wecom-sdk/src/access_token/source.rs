//! The one place that knows which token or ticket is in use, and who is waiting for the next.
//!
//! In: a wish for a token, or distrust of the one in use. Out: a token; callers that come together share
//! one fetch. Never: a loop of renewals, or a token in an error.

mod flight;
mod slot;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::{Fetcher, SecretSource, StoredToken, TokenStorage};
use crate::error::{Error, Kind};
use crate::secret::Secret;
use flight::{Errand, Flight};
pub(crate) use slot::Held;
use slot::Slot;

/// Hands out tokens. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct TokenSource(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    fetcher: Fetcher,
    secrets: Arc<dyn SecretSource>,
    storage: Arc<dyn TokenStorage>,
    slot: Mutex<Slot>,
}

/// The SHA-256 of a secret: tells one from another without keeping it. Blind in `Debug`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Credential(pub(super) [u8; 32]);

impl TokenSource {
    pub(crate) fn new(
        fetcher: Fetcher,
        secrets: Arc<dyn SecretSource>,
        storage: Arc<dyn TokenStorage>,
    ) -> Self {
        let slot = Mutex::new(Slot::new(fetcher.call()));
        Self(Arc::new(Shared {
            fetcher,
            secrets,
            storage,
            slot,
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

    /// A token in place of one that WeCom refused; `None` when fetching another would not help.
    pub(crate) async fn renew(&self, refused: &Held) -> Result<Option<Held>, Error> {
        let flight = match self.renewed_or_flight(refused)? {
            Some(Err(flight)) => flight,
            Some(Ok(held)) => return Ok(Some(held)),
            None => return Ok(None),
        };
        flight.land().await.map(Some)
    }

    /// Takes note that a renewed token was refused as well.
    pub(crate) fn distrust(&self, renewed: &Held) {
        let now = self.0.fetcher.now();
        self.0.lock().distrust(renewed, now);
    }

    /// Takes note that WeCom accepted a token.
    pub(crate) fn trust(&self) {
        self.0.lock().trust();
    }

    /// The token in hand, or the fetch to wait for.
    fn held_or_flight(&self) -> Result<Result<Held, Flight>, Error> {
        let now = self.0.fetcher.now();
        let secret = self.0.secrets.secret();
        let mut slot = self.0.lock();
        let held = slot.held.clone().filter(|held| held.is_good(now));
        let Ok(secret) = secret else {
            return held
                .map(Ok)
                .ok_or_else(|| Error::new(self.0.fetcher.call(), Kind::NoSecret));
        };
        let credential = Credential::of(&secret);
        let flight = slot.flight_for(credential);
        if let Some(held) = held.filter(|held| held.credential == credential) {
            let is_due = now >= held.renew_at && flight.is_none();
            if is_due && slot.may_fetch(credential, now).is_ok() {
                let older = Some(Arc::clone(&held.token));
                self.take_off(&mut slot, secret, credential, (older, false));
            }
            return Ok(Ok(held));
        }
        if let Some(flight) = flight {
            return Ok(Err(flight));
        }
        slot.may_fetch(credential, now)?;
        let flight = self.take_off(&mut slot, secret, credential, (None, false));
        Ok(Err(flight))
    }

    /// The token that somebody else has renewed meanwhile, or the fetch to wait for.
    fn renewed_or_flight(&self, refused: &Held) -> Result<Option<Result<Held, Flight>>, Error> {
        let now = self.0.fetcher.now();
        let secret = self.0.secrets.secret();
        let secret = secret.map_err(|_| Error::new(self.0.fetcher.call(), Kind::NoSecret))?;
        let credential = Credential::of(&secret);
        let mut slot = self.0.lock();
        let held = slot
            .held
            .clone()
            .filter(|held| held.credential == credential);
        if let Some(held) = held.filter(|held| held.generation > refused.generation) {
            return Ok(Some(Ok(held)));
        }
        if let Some(flight) = slot.flight_for(credential) {
            return Ok(Some(Err(flight)));
        }
        if slot.is_distrusted(credential, now) {
            return Ok(None);
        }
        slot.may_fetch(credential, now)?;
        // Security: only the token that failed is dropped, never a newer one.
        slot.held
            .take_if(|held| held.generation == refused.generation);
        let older = Some(Arc::clone(&refused.token));
        let flight = self.take_off(&mut slot, secret, credential, (older, true));
        Ok(Some(Err(flight)))
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
        credential: Credential,
        (older, is_refused): (Option<Arc<StoredToken>>, bool),
    ) -> Flight {
        let (land, outcome) = watch::channel(None);
        let flight = slot.take_off(credential, outcome);
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
            let landed = shared.settle(&errand, fetched);
            land.send_replace(Some(landed));
        });
        flight
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Credential {
    fn of(secret: &Secret) -> Self {
        use aws_lc_rs::digest::{SHA256, digest};
        let digest = digest(&SHA256, secret.expose().as_bytes());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest.as_ref());
        Self(bytes)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(…)")
    }
}
