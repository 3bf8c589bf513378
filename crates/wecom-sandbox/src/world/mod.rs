//! The world: corps and people, and everything WeCom would remember about them.
//!
//! In: a seed, then transitions. Out: the answers to every rule of the sandbox. All state lies
//! behind one lock, held for a few microseconds and never across an `await`. [`World`] is the
//! handle: it reads the clock, draws random values and takes the lock; the rules themselves are
//! pure functions of [`State`]. It never renders a page or an answer.

mod admit;
mod agent;
mod authorize;
mod authorize_query;
mod callback;
mod choice;
mod code;
mod consent;
mod consent_page;
mod corp;
mod counters;
mod desktop;
mod directory;
mod domain;
mod ext_attr;
mod js_ticket;
mod keeping;
mod kept;
mod limits;
mod member;
mod members;
mod noted;
mod person;
mod places;
mod quota;
mod refusal;
mod restore;
mod scan;
mod shelf;
mod state;
mod switch;
mod switches;
mod token;
mod touched;
mod two_step;
mod web_login;
mod window;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use wecom_sdk::{Clock, CorpId, Entropy, EntropyError, ManualClock, Timestamp, UserId};

pub use self::admit::{Allowed, Caller, Knock};
pub use self::agent::{Agent, NEW_RULES_AT, Ownership, TRUSTED_IPS_TAKE, TrustedIps, VisibleRange};
pub use self::authorize::{Authorization, AuthorizeStep};
pub use self::authorize_query::{AuthorizeQuery, AuthorizeRefusal};
pub(crate) use self::callback::Event;
pub use self::callback::{Callback, REDUCED_SINCE};
pub use self::choice::Choice;
pub use self::code::{CODE_LIVES, CodeGrant, CodeScope, Exchanged, TICKET_LIVES};
pub use self::consent::{CONSENT_LIVES, Consent, ConsentKey};
pub use self::consent_page::{ConsentError, ConsentPage, ConsentStatus};
pub use self::corp::{ContactSync, Corp, Department, OutsiderName, Tag};
pub use self::counters::Bar;
pub use self::desktop::{DesktopClient, Surroundings};
pub use self::domain::{Domain, RedirectUri};
pub(crate) use self::ext_attr::Written as WrittenExtAttr;
pub use self::ext_attr::{ExtAttr, ExtValue};
pub(crate) use self::js_ticket::hex;
pub use self::js_ticket::{JS_TICKET_LIVES, JsTicketKind, PageRefusal, SignedPage};
pub use self::limits::Limits;
pub use self::member::{Member, MemberStatus, Membership, SensitiveField};
pub use self::members::Members;
pub use self::noted::Noted;
pub use self::person::{Person, PersonKey};
pub use self::quota::Quota;
pub use self::refusal::{Refusal, errmsg};
pub use self::scan::{Scan, ScanError, ScanStatus};
pub use self::state::State;
pub use self::switch::*;
pub use self::switches::Switches;
pub use self::token::{Credential, Holder, IssuedToken, TOKEN_LIVES, TokenRecord};
pub use self::touched::Watched;
pub use self::two_step::{TFA_CODE_LIVES, TwoStep, TwoStepError, TwoStepKind};
pub use self::web_login::{
    LoginRefusal, Panel, RedirectType, ScanDoor, ScanRequest, WebLoginQuery,
};
use crate::keep::Batch;
use crate::seed::Seed;

/// How long WeCom's codes and secrets are in every public sample (dossier 15.5).
const CODE_LENGTH: usize = 43;

/// A handle to the world. Cheap to clone; all clones share one state.
#[derive(Clone, Debug)]
pub struct World {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    clock: Arc<ManualClock>,
    entropy: Arc<Entropy>,
    /// Told when the outbox gets something.
    news: Notify,
}

impl World {
    /// A world as the seed describes it.
    #[must_use]
    pub fn new(seed: &Seed, clock: Arc<ManualClock>, entropy: Arc<Entropy>) -> Self {
        Self::of(State::from_seed(seed), clock, entropy)
    }

    /// A world as it was when its state was written.
    pub(crate) fn of(state: State, clock: Arc<ManualClock>, entropy: Arc<Entropy>) -> Self {
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(state),
                clock,
                entropy,
                news: Notify::new(),
            }),
        }
    }

    /// The present time of the sandbox.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    /// The sandbox's clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<ManualClock> {
        &self.shared.clock
    }

    /// The sandbox's source of chance.
    #[must_use]
    pub fn entropy(&self) -> &Arc<Entropy> {
        &self.shared.entropy
    }

    /// Asks the state something. Keep it short: everybody else waits.
    pub fn read<R>(&self, ask: impl FnOnce(&State, Timestamp) -> R) -> R {
        let state = self.lock();
        ask(&state, self.now())
    }

    /// Changes the state. Keep it short: everybody else waits.
    pub fn change<R>(&self, transition: impl FnOnce(&mut State, Timestamp) -> R) -> R {
        let mut state = self.lock();
        // Under the lock: a reset must not come between the time and the state.
        let now = self.now();
        let before = state.watch();
        let outcome = transition(&mut state, now);
        if state.note_changes(now, before) {
            self.shared.news.notify_one();
        }
        outcome
    }

    /// Waits until there is something to push.
    pub(crate) async fn until_news(&self) {
        self.shared.news.notified().await;
    }

    /// Takes what is to be pushed, the oldest first.
    pub(crate) fn take_outbox(&self) -> Vec<Event> {
        self.lock().outbox.drain(..).collect()
    }

    /// Begins again from a seed, in one step: tokens, codes, consents and every move of the clock are gone.
    pub fn reset(&self, seed: &Seed) {
        let fresh = State::from_seed(seed);
        let mut state = self.lock();
        let was_kept = state.is_kept();
        *state = fresh;
        self.shared.clock.reset();
        if was_kept {
            state.keep_whole();
        }
    }

    /// From now on somebody keeps this world: see [`World::write`].
    pub(crate) fn keep(&self) {
        self.lock().keep_whole();
    }

    /// Writes what changed since the last time; everything at the first, or when told.
    pub(crate) fn write(&self, batch: &mut Batch, is_whole: bool) {
        let mut state = self.lock();
        if is_whole {
            state.keep_whole();
        }
        state.write(batch);
    }

    /// Issues a code for a checked OAuth link and says where the browser goes.
    ///
    /// # Errors
    /// Fails when the random source fails.
    pub fn authorize(
        &self,
        link: &Authorization,
        person: &Person,
        scope: CodeScope,
    ) -> Result<String, EntropyError> {
        let code = self.draw_code()?;
        let location = link.location(&code);
        let grant = link.grant(person.clone(), scope);
        self.change(|state, now| state.issue_code(now, code, grant));
        Ok(location)
    }

    /// Opens a consent page and gives its key.
    ///
    /// # Errors
    /// Fails when the random source fails.
    pub fn open_consent_page(
        &self,
        link: &Authorization,
        person: &Person,
    ) -> Result<String, EntropyError> {
        let key = self.draw_code()?;
        self.change(|state, now| state.open_consent_page(now, key.clone(), link, person));
        Ok(key)
    }

    /// Grants the fields of a waiting consent page; the outer error is the random source's.
    ///
    /// # Errors
    /// Fails when the random source fails; inside, when the page is unknown or was answered.
    pub fn grant_consent_page(
        &self,
        key: &str,
        fields: &BTreeSet<SensitiveField>,
    ) -> Result<Result<String, ConsentError>, EntropyError> {
        let code = self.draw_code()?;
        Ok(self.change(|state, now| state.grant_consent_page(now, key, fields, code)))
    }

    /// Opens a scan ticket and gives its key (`k` of the QR code's address).
    ///
    /// # Errors
    /// Fails when the random source fails.
    pub fn open_scan(&self, request: ScanRequest) -> Result<String, EntropyError> {
        let key = self.draw_code()?;
        self.change(|state, now| state.open_scan(now, key.clone(), request));
        Ok(key)
    }

    /// Confirms a scan as this person; the outer error is the random source's.
    ///
    /// # Errors
    /// Fails when the random source fails; inside, when the scan cannot go on.
    pub fn confirm_scan(
        &self,
        key: &str,
        person: &Person,
    ) -> Result<Result<String, ScanError>, EntropyError> {
        let code = self.draw_code()?;
        Ok(self.change(|state, now| state.confirm_scan(now, key, person, code)))
    }

    /// A member's client asks for two-step verification; the outer error is the random source's.
    ///
    /// # Errors
    /// Fails when the random source fails; inside, when no verification can begin.
    pub fn begin_two_step(
        &self,
        corp_id: &CorpId,
        user_id: &UserId,
        kind: TwoStepKind,
    ) -> Result<Result<String, TwoStepError>, EntropyError> {
        let code = self.draw_code()?;
        Ok(self.change(|state, now| state.begin_two_step(now, (corp_id, user_id), kind, code)))
    }

    /// A value of the shape of WeCom's codes.
    pub(crate) fn draw_code(&self) -> Result<String, EntropyError> {
        self.shared.entropy.url_safe(CODE_LENGTH)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A transition that panicked is a bug that its test has to find; the state itself is sound.
        let lock = self.shared.state.lock();
        lock.unwrap_or_else(PoisonError::into_inner)
    }
}
