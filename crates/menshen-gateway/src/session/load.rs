//! Loads the session of a request: the cookie goes in, a living session with its identity comes out,
//! or nobody.
//!
//! For the gateway's own pages. Nothing is remembered from one request to the next: every load asks
//! the store, so a session that was ended is gone at once; what is judged for every request of a site
//! goes by `lookup`. Absence and failure differ: a store that fails is an error, never
//! "nobody is signed in". This module never judges where the session may pass.

use std::time::Duration;

use http::HeaderMap;
use menshen_store::{Digest, Identity, Session, StoreError};
use wecom_sdk::Timestamp;

use super::SessionRoom;
use super::cookie;
use super::id::SessionId;
use super::recheck::Verdict;

/// How often a request is noted, at most.
const TOUCH_AFTER: Duration = Duration::from_mins(1);

/// A signed-in browser and who it is.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    pub session: Session,
    pub identity: Identity,
}

impl SessionRoom {
    /// The session of the request with these headers, if it has a living one.
    pub(crate) async fn load(
        &self,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Option<Loaded>, StoreError> {
        match self.presented(headers) {
            Some(id) => self.load_digest(&id.digest(), now).await,
            None => Ok(None),
        }
    }

    /// The session with this digest, if it lives.
    pub(super) async fn load_digest(
        &self,
        digest: &Digest,
        now: Timestamp,
    ) -> Result<Option<Loaded>, StoreError> {
        let Some(loaded) = self.find(digest, now).await? else {
            return Ok(None);
        };
        if self.is_due(&loaded.session, now) {
            return self.load_rechecked(digest, loaded, now).await;
        }
        self.touch(&loaded.session, now).await?;
        Ok(Some(loaded))
    }

    /// The session id that the request presents, if it presents exactly one of the right shape.
    pub(crate) fn presented(&self, headers: &HeaderMap) -> Option<SessionId> {
        let found = cookie::find(headers, self.cookies.session_name());
        if found == cookie::Found::Many {
            tracing::warn!("a request presents several session cookies; none of them counts");
        }
        found.only().and_then(SessionId::parse)
    }

    pub(super) async fn find(
        &self,
        digest: &Digest,
        now: Timestamp,
    ) -> Result<Option<Loaded>, StoreError> {
        let found = self.store.find_session(digest, self.config.idle, now);
        match found.await? {
            Some(session) if self.is_vouched_for(&session) => self.with_identity(session).await,
            _ => Ok(None),
        }
    }

    /// A connector that was taken out of the configuration, or now speaks for another corp, no longer
    /// vouches for anybody.
    pub(super) fn is_vouched_for(&self, session: &Session) -> bool {
        let connector = self.connectors.get(&session.connector_id);
        connector.is_some_and(|connector| *connector.corp_id() == session.corp_id)
    }

    pub(super) async fn with_identity(
        &self,
        session: Session,
    ) -> Result<Option<Loaded>, StoreError> {
        // Security: what another agent of the corp was told, or what the person consented to there, is never
        // shown in this session, whoever signed in last.
        let Session {
            subject_id,
            connector_id,
            ..
        } = &session;
        let identity = self.store.find_identity(subject_id, connector_id).await?;
        // Security: nor an identity of another corp.
        let identity = identity.filter(|identity| identity.corp_id == session.corp_id);
        Ok(identity.map(|identity| Loaded { session, identity }))
    }

    /// Whether WeCom has to be asked again. A check that lies in the future was made before the clock
    /// stepped back, and says nothing.
    pub(super) fn is_due(&self, session: &Session, now: Timestamp) -> bool {
        let is_from_the_future = session.checked_at.since(now) > TOUCH_AFTER;
        is_from_the_future || now.since(session.checked_at) >= self.config.recheck
    }

    async fn load_rechecked(
        &self,
        digest: &Digest,
        loaded: Loaded,
        now: Timestamp,
    ) -> Result<Option<Loaded>, StoreError> {
        match self.recheck(&loaded, now).await? {
            Verdict::Ended => Ok(None),
            // Asking took time: the session may have been ended meanwhile.
            Verdict::Confirmed | Verdict::Kept => {
                let loaded = self.find(digest, now).await?;
                if let Some(loaded) = &loaded {
                    self.touch(&loaded.session, now).await?;
                }
                Ok(loaded)
            }
        }
    }

    async fn touch(&self, session: &Session, now: Timestamp) -> Result<(), StoreError> {
        if now.since(session.last_seen_at) >= self.touch_after() {
            self.store.touch_session(&session.id_digest, now).await?;
        }
        Ok(())
    }

    /// How often a session in use is noted, at most.
    pub(super) fn touch_after(&self) -> Duration {
        TOUCH_AFTER.min(self.config.idle / 4)
    }
}
