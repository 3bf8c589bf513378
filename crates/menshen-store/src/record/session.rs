//! A session: a signed-in browser at the gateway.
//!
//! In: the digest of the id that only the browser has. Out: the session while it lives. The id itself is
//! never kept, and an ended session is never opened again.

use std::time::Duration;

use wecom_sdk::{CorpId, Timestamp};

use super::login_attempt::Door;
use super::subject::SubjectId;
use crate::{Digest, DigestPrefix, Result};

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Digest of the session id; the key. The id itself is only in the browser's cookie.
    pub id_digest: Digest,
    /// Who is signed in.
    pub subject_id: SubjectId,
    /// The corp, repeated here so that every read can check it.
    pub corp_id: CorpId,
    /// The connector that signed them in.
    pub connector_id: String,
    /// The door they came through.
    pub door: Door,
    /// What the browser called itself, cut to 256 bytes: for the list an operator reads.
    pub user_agent: String,
    /// When the session was opened.
    pub created_at: Timestamp,
    /// The absolute end; no activity moves it.
    pub expires_at: Timestamp,
    /// The last request, within the throttle of `touch`.
    pub last_seen_at: Timestamp,
    /// When WeCom last confirmed that the person may be here.
    pub checked_at: Timestamp,
}

/// Which sessions are meant. `None` means any.
#[derive(Clone, Debug, Default)]
pub struct SessionFilter {
    /// Of this subject only.
    pub subject_id: Option<SubjectId>,
    /// Of this corp only.
    pub corp_id: Option<CorpId>,
    /// Only sessions whose digest begins like this.
    pub prefix: Option<DigestPrefix>,
    /// Only sessions whose digest is after this one in byte order: the last of the page before.
    pub after: Option<Digest>,
    /// At most this many.
    pub limit: u32,
}

/// Keeps [`Session`]s. They are opened by `complete_login_attempt` and nowhere else.
#[async_trait::async_trait]
pub trait Sessions {
    /// The session, unless it is past its absolute end at `now` or was last seen `idle` or longer ago.
    async fn find_session(
        &self,
        id_digest: &Digest,
        idle: Duration,
        now: Timestamp,
    ) -> Result<Option<Session>>;

    /// Notes a request. Never brings back a session that was ended; never moves `last_seen_at` back.
    async fn touch_session(&self, id_digest: &Digest, now: Timestamp) -> Result<()>;

    /// Notes that WeCom confirmed the subject at `now` through this connector, in all sessions that it
    /// opened for the subject. Security: what one agent may see says nothing about another.
    async fn update_checked_at(
        &self,
        subject_id: &SubjectId,
        connector_id: &str,
        now: Timestamp,
    ) -> Result<()>;

    /// Ends one session; answers whether there was one.
    async fn end_session(&self, id_digest: &Digest) -> Result<bool>;

    /// Ends every session of a subject, or every one that this connector opened for it; answers which.
    async fn end_sessions_of(
        &self,
        subject_id: &SubjectId,
        connector_id: Option<&str>,
    ) -> Result<Vec<Digest>>;

    /// Ends the sessions that the filter means, at most its `limit`, in byte order of their digests;
    /// answers how many. A caller that wants all repeats until the answer is less than the limit.
    async fn end_sessions(&self, filter: &SessionFilter) -> Result<u64>;

    /// Lists sessions in byte order of their digests, ended ones excepted, expired ones included
    /// until they are swept.
    async fn list_sessions(&self, filter: &SessionFilter) -> Result<Vec<Session>>;

    /// Deletes at most `most` sessions that are past their end or were last seen before
    /// `seen_before`; answers how many.
    async fn sweep_sessions(
        &self,
        now: Timestamp,
        seen_before: Timestamp,
        most: u32,
    ) -> Result<u64>;
}
