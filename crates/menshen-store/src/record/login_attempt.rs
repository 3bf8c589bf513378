//! A login attempt: one trip of one browser to WeCom and back.
//!
//! In: the digests of state and browser binding. Out: the attempt, once. Used up in one atomic step, never
//! by a read and a write; neither state nor binding nor code is ever kept.

use serde::{Deserialize, Serialize};
use wecom_sdk::{AgentId, CorpId, Timestamp};

use super::session::Session;
use crate::{Digest, Result};

/// Which of WeCom's doors the browser was sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// The OAuth2 link, inside the WeCom client.
    InApp,
    /// The web login page, to be scanned or confirmed.
    Scan,
}

impl Door {
    /// The word that is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InApp => "in_app",
            Self::Scan => "scan",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::InApp, Self::Scan]
            .into_iter()
            .find(|door| door.as_str() == word)
    }
}

/// One trip to WeCom and back. It fixes everything that the callback must match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginAttempt {
    /// Digest of the login state; the key.
    pub state_digest: Digest,
    /// Digest of the browser binding: the value of the attempt's own cookie.
    pub browser_digest: Digest,
    /// The connector, whose callback path is the only one that fits.
    pub connector_id: String,
    /// The corp whose credentials will exchange the code.
    pub corp_id: CorpId,
    /// The agent whose credentials will exchange the code.
    pub agent_id: AgentId,
    /// The door the browser was sent to.
    pub door: Door,
    /// Where the browser goes after login: a place on our own sites, checked.
    pub return_to: String,
    /// Digest of the binding that a site on another host gave the browser, if one has sent it here. The
    /// ticket for that site will be bound to it.
    pub site_browser_digest: Option<Digest>,
    /// When the attempt began.
    pub created_at: Timestamp,
    /// When it can no longer be taken.
    pub expires_at: Timestamp,
}

/// How a login attempt ended, for the same browser to fetch again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginOutcome {
    /// A session was opened. Its id can be computed again by the browser's own cookie and the data
    /// key only; it is not kept.
    SignedIn,
    /// The login was refused, for the reason with this public code (`docs/errors.md`).
    Refused {
        /// The code, such as `login.not_a_member`.
        code: String,
    },
}

/// What [`LoginAttempts::take_login_attempt`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenAttempt {
    /// This caller claimed it and must bring it to an end. No other caller ever gets this answer.
    Claimed(LoginAttempt),
    /// Another caller claimed it; the outcome is there once that caller has finished.
    TakenBefore {
        /// The attempt.
        attempt: LoginAttempt,
        /// When it was claimed.
        taken_at: Timestamp,
        /// How it ended, with the time of the end.
        outcome: Option<(LoginOutcome, Timestamp)>,
    },
    /// There is none with this state for this browser: never issued, expired unclaimed, swept, or
    /// bound to another browser. Nothing was changed.
    Absent,
}

/// Keeps [`LoginAttempt`]s.
#[async_trait::async_trait]
pub trait LoginAttempts {
    /// Writes a new attempt.
    async fn insert_login_attempt(&self, attempt: &LoginAttempt) -> Result<()>;

    /// Reads an attempt by its state alone, to name a refusal; never to let anyone in. Expired ones
    /// that were not swept yet are found too.
    async fn find_login_attempt(&self, state_digest: &Digest) -> Result<Option<LoginAttempt>>;

    /// Claims the attempt once, in one atomic step. Both digests and the connector must match. An
    /// unclaimed attempt must not be expired at `now`; a claimed one is reported until it is swept.
    async fn take_login_attempt(
        &self,
        state_digest: &Digest,
        browser_digest: &Digest,
        connector_id: &str,
        now: Timestamp,
    ) -> Result<TakenAttempt>;

    /// Ends a claimed attempt without a session. `Conflict` when the attempt was not claimed or has
    /// ended already.
    async fn refuse_login_attempt(
        &self,
        state_digest: &Digest,
        code: &str,
        now: Timestamp,
    ) -> Result<()>;

    /// Ends a claimed attempt with a session, all or nothing: writes the session, ends the session
    /// `replaces` (the one the browser presented, if any), and notes the outcome. `Conflict` when the
    /// attempt was not claimed or has ended already, when it is of another corp or connector than the
    /// session, when a session with this digest exists, or when the subject is not in force (it may
    /// have been retired a moment ago).
    async fn complete_login_attempt(
        &self,
        state_digest: &Digest,
        session: &Session,
        replaces: Option<&Digest>,
        now: Timestamp,
    ) -> Result<()>;

    /// Deletes at most `most` attempts that expired before `before`; answers how many.
    async fn sweep_login_attempts(&self, before: Timestamp, most: u32) -> Result<u64>;
}
