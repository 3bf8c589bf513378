//! How a login attempt ended, for every request that waits for it.
//!
//! The WeCom client may fire a callback twice, or drop the connection half way (product rule 5). The
//! first request's exchange runs in a job; this module lets its repeats wait for the outcome: in
//! process where the job runs here, else by looking into the store now and then, and never longer
//! than it takes. It never starts an exchange.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use menshen_store::{Digest, LoginOutcome, Store, StoreError, TakenAttempt};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};
use wecom_sdk::Timestamp;

use crate::connector::Trouble;
use crate::door::Failure;
use crate::door::codes::{self, Code};

/// How long after its beginning an exchange is waited for: longer than one can take.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
/// How often the store is asked about an exchange that runs on another node.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How a login attempt ended.
#[derive(Clone, Debug)]
pub(super) enum Ending {
    /// With a session.
    SignedIn,
    /// With a refusal that is kept under this public code. What the operator should read of it goes to
    /// the one request that brought it about, and is not kept.
    Refused(&'static Code, Option<Arc<Trouble>>),
    /// With trouble of our own: nothing could be kept. The code is spent all the same.
    Broken(Failure),
}

impl Ending {
    /// The same, for those who only hear of it.
    pub(super) fn retold(&self) -> Self {
        match self {
            Self::Refused(code, _) => Self::Refused(code, None),
            other => other.clone(),
        }
    }
}

impl From<LoginOutcome> for Ending {
    fn from(outcome: LoginOutcome) -> Self {
        match outcome {
            LoginOutcome::SignedIn => Self::SignedIn,
            LoginOutcome::Refused { code } => {
                Self::Refused(codes::find(&code).unwrap_or(codes::LOGIN_EXPIRED), None)
            }
        }
    }
}

type Waiting = Mutex<HashMap<Digest, watch::Receiver<Option<Ending>>>>;

/// The exchanges that run in this process.
#[derive(Clone, Debug, Default)]
pub(super) struct Endings(Arc<Waiting>);

/// The right to announce one ending. Dropping it without a word lets the waiters look into the store.
#[derive(Debug)]
pub(super) struct Announcement {
    endings: Endings,
    key: Digest,
    sender: watch::Sender<Option<Ending>>,
}

impl Announcement {
    /// Tells everybody who waits.
    pub(super) fn announce(self, ending: Ending) {
        self.sender.send_replace(Some(ending));
    }
}

impl Drop for Announcement {
    fn drop(&mut self) {
        self.endings.lock().remove(&self.key);
    }
}

impl Endings {
    /// Says that an exchange begins here.
    pub(super) fn begin(&self, key: Digest) -> Announcement {
        let (sender, receiver) = watch::channel(None);
        self.lock().insert(key, receiver);
        Announcement {
            endings: self.clone(),
            key,
            sender,
        }
    }

    /// Waits for the ending of an exchange that was begun somewhere, for `patience` at most. `None`: it
    /// did not come.
    pub(super) async fn wait(
        &self,
        store: &dyn Store,
        keys: &Keys<'_>,
        patience: Duration,
    ) -> Result<Option<Ending>, StoreError> {
        let until = Instant::now() + patience;
        let running = self.lock().get(&keys.state).cloned();
        if let Some(mut running) = running {
            let told = timeout_at(until, running.wait_for(Option::is_some)).await;
            if let Ok(Ok(ending)) = told
                && let Some(ending) = ending.clone()
            {
                return Ok(Some(ending));
            }
        }
        look(store, keys, until).await
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Digest, watch::Receiver<Option<Ending>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// By what an attempt is found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys<'a> {
    pub state: Digest,
    pub browser: Digest,
    pub connector_id: &'a str,
    pub now: Timestamp,
}

async fn look(
    store: &dyn Store,
    keys: &Keys<'_>,
    until: Instant,
) -> Result<Option<Ending>, StoreError> {
    let mut turns = interval(LOOK_EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        let found = store
            .take_login_attempt(&keys.state, &keys.browser, keys.connector_id, keys.now)
            .await?;
        if let TakenAttempt::TakenBefore {
            outcome: Some((outcome, _)),
            ..
        } = found
        {
            return Ok(Some(outcome.into()));
        }
        let is_still_coming = matches!(found, TakenAttempt::TakenBefore { .. });
        if !is_still_coming || Instant::now() >= until {
            return Ok(None);
        }
    }
}
