//! What a source holds: the token in hand, the fetch under way, and reasons not to fetch.
//!
//! Plain state under one lock; every method takes `now`, and none waits.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::Credential;
use super::flight::{Errand, Flight};
use crate::access_token::StoredToken;
use crate::access_token::hold_off::HoldOff;
use crate::clock::Timestamp;
use crate::errcode::{self, Class};
use crate::error::{Error, Kind};

/// After a fetch ahead of time failed, the token in hand does a while longer.
const PATIENCE: Duration = Duration::from_secs(20);
/// After a token that was fetched a moment ago is refused too, fetching more of them helps nobody.
const DISTRUST: Duration = Duration::from_mins(1);

/// A token in use.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(super) token: Arc<StoredToken>,
    pub(super) credential: Credential,
    /// When to look for the next one.
    pub(super) renew_at: Timestamp,
    /// Counts the tokens of this source, equal texts included: WeCom may hand out the same one again.
    pub(super) generation: u64,
    /// Whether it came from WeCom just now, and not from the storage.
    is_fetched: bool,
}

#[derive(Debug)]
pub(super) struct Slot {
    /// The call that fetches.
    call: &'static str,
    pub(super) held: Option<Held>,
    flight: Option<Flight>,
    hold_off: Option<HoldOff>,
    distrust: Option<(Credential, Timestamp)>,
    generation: u64,
    flights: u64,
}

/// What a flight brought: the token, when to renew it, and whether it came from WeCom just now.
pub(super) type Fetched = Result<(StoredToken, Timestamp, bool), Error>;

impl Held {
    /// For the query of a call.
    pub(crate) fn expose(&self) -> &str {
        self.token.token.expose()
    }

    pub(super) fn is_good(&self, now: Timestamp) -> bool {
        now < self.token.expires_at
    }
}

impl Slot {
    pub(super) const fn new(call: &'static str) -> Self {
        Self {
            call,
            held: None,
            flight: None,
            hold_off: None,
            distrust: None,
            generation: 0,
            flights: 0,
        }
    }

    pub(super) fn take_off(
        &mut self,
        credential: Credential,
        outcome: watch::Receiver<Option<Result<Held, Error>>>,
    ) -> Flight {
        self.flights += 1;
        let flight = Flight {
            call: self.call,
            number: self.flights,
            credential,
            outcome,
        };
        self.flight = Some(flight.clone());
        flight
    }

    /// The fetch under way for this secret, unless its task is gone.
    pub(super) fn flight_for(&self, credential: Credential) -> Option<Flight> {
        let flight = self.flight.as_ref()?;
        let is_alive = flight.outcome.has_changed().is_ok();
        (flight.credential == credential && is_alive).then(|| flight.clone())
    }

    pub(super) fn may_fetch(&self, credential: Credential, now: Timestamp) -> Result<(), Error> {
        let refused = self.hold_off.and_then(|hold| hold.refuses(credential, now));
        refused.map_or(Ok(()), |errcode| {
            Err(Error::new(self.call, Kind::HeldOff(errcode)))
        })
    }

    pub(super) fn distrust(&mut self, renewed: &Held, now: Timestamp) {
        if renewed.is_fetched {
            self.distrust = Some((renewed.credential, now.plus(DISTRUST)));
        }
    }

    pub(super) fn trust(&mut self) {
        self.distrust = None;
    }

    pub(super) fn is_distrusted(&self, credential: Credential, now: Timestamp) -> bool {
        self.distrust
            .is_some_and(|(distrusted, until)| distrusted == credential && now < until)
    }

    /// Enters what a flight brought.
    pub(super) fn settle(
        &mut self,
        errand: &Errand,
        fetched: Fetched,
        now: Timestamp,
    ) -> Result<Held, Error> {
        // A flight for an older secret has been overtaken: its callers get it, nobody else.
        let is_current = self
            .flight
            .as_ref()
            .is_some_and(|f| f.number == errand.number);
        if is_current {
            self.flight = None;
        }
        let (token, renew_at, is_fetched) = match fetched {
            Ok(fetched) => fetched,
            Err(error) => {
                if is_current {
                    self.note_failure(errand, &error, now);
                }
                return Err(error);
            }
        };
        self.generation += 1;
        let held = Held {
            token: Arc::new(token),
            credential: errand.credential,
            renew_at,
            generation: self.generation,
            is_fetched,
        };
        if is_current {
            self.held = Some(held.clone());
            self.hold_off = None;
        }
        Ok(held)
    }

    fn note_failure(&mut self, errand: &Errand, error: &Error, now: Timestamp) {
        if let Some(errcode) = refusal(error) {
            let hold_off = HoldOff::after(self.hold_off, errand.credential, errcode, now);
            self.hold_off = Some(hold_off);
        } else if let Some(held) = self.held.as_mut() {
            held.renew_at = held.renew_at.max(now.plus(PATIENCE));
        }
    }
}

/// The errcode of a refusal that time alone does not cure.
fn refusal(error: &Error) -> Option<i64> {
    let errcode = error.errcode().filter(|_| error.is_rejected())?;
    let passes = errcode::lookup(errcode).is_some_and(|info| info.class == Class::RetryLater);
    (!passes).then_some(errcode)
}
