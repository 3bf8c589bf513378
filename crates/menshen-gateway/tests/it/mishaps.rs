//! A store that fails, or is slow to answer, at the call that a test names: before the call has had any
//! effect, or after it. Everything else goes through to a real store.

mod sites;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use menshen_store::{
    Digest, Identities, Identity, Installation, Installations, LoginAttempt, LoginAttempts, Result,
    Session, SessionFilter, Sessions, Store, StoreError, Subject, SubjectId, SubjectKind, Subjects,
    TakenAttempt, WecomToken, WecomTokenKey, WecomTokens,
};
use tokio::sync::watch;
use wecom_sdk::{CorpId, Timestamp};

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// It fails and nothing has changed.
    Fails,
    /// It does its work, and the answer is lost.
    IsLost,
    /// It does its work, and the answer waits for [`Mishaps::release`].
    IsHeld,
}

/// The store.
#[derive(Debug)]
pub(crate) struct Mishaps {
    store: Arc<dyn Store>,
    planned: Mutex<HashMap<&'static str, Mishap>>,
    calls: Mutex<HashMap<String, usize>>,
    is_open: watch::Sender<bool>,
    held: watch::Sender<usize>,
}

impl Mishaps {
    pub(crate) fn before(store: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self {
            store,
            planned: Mutex::default(),
            calls: Mutex::default(),
            is_open: watch::Sender::new(false),
            held: watch::Sender::new(0),
        })
    }

    /// From now on this call goes wrong.
    pub(crate) fn plan(&self, call: &'static str, mishap: Mishap) {
        self.planned.lock().unwrap().insert(call, mishap);
    }

    /// From now on nothing goes wrong.
    pub(crate) fn recover(&self) {
        self.planned.lock().unwrap().clear();
    }

    /// How often this call came.
    pub(crate) fn calls(&self, call: &str) -> usize {
        self.calls.lock().unwrap().get(call).copied().unwrap_or(0)
    }

    /// Waits until a call is held.
    pub(crate) async fn is_holding(&self) {
        let mut held = self.held.subscribe();
        held.wait_for(|held| *held > 0).await.unwrap();
    }

    /// Lets held answers through, and holds none any more.
    pub(crate) fn release(&self) {
        self.recover();
        self.is_open.send_replace(true);
    }

    async fn meet<T>(&self, call: &str, work: impl Future<Output = Result<T>> + Send) -> Result<T> {
        *self
            .calls
            .lock()
            .unwrap()
            .entry(call.to_owned())
            .or_default() += 1;
        let mishap = self.planned.lock().unwrap().get(call).copied();
        let failed = || Err(StoreError::Unavailable("planned by a test".to_owned()));
        match mishap {
            None => work.await,
            Some(Mishap::Fails) => failed(),
            Some(Mishap::IsLost) => {
                work.await?;
                failed()
            }
            Some(Mishap::IsHeld) => {
                let done = work.await;
                self.held.send_modify(|held| *held += 1);
                let mut is_open = self.is_open.subscribe();
                is_open.wait_for(|is_open| *is_open).await.unwrap();
                done
            }
        }
    }
}

#[async_trait::async_trait]
impl Installations for Mishaps {
    async fn find_installation(&self) -> Result<Option<Installation>> {
        self.meet("find_installation", self.store.find_installation())
            .await
    }

    async fn insert_installation(&self, installation: &Installation) -> Result<()> {
        self.meet(
            "insert_installation",
            self.store.insert_installation(installation),
        )
        .await
    }
}

#[async_trait::async_trait]
impl LoginAttempts for Mishaps {
    async fn insert_login_attempt(&self, attempt: &LoginAttempt) -> Result<()> {
        self.meet(
            "insert_login_attempt",
            self.store.insert_login_attempt(attempt),
        )
        .await
    }

    async fn find_login_attempt(&self, state_digest: &Digest) -> Result<Option<LoginAttempt>> {
        self.meet(
            "find_login_attempt",
            self.store.find_login_attempt(state_digest),
        )
        .await
    }

    async fn take_login_attempt(
        &self,
        state_digest: &Digest,
        browser_digest: &Digest,
        connector_id: &str,
        now: Timestamp,
    ) -> Result<TakenAttempt> {
        self.meet(
            "take_login_attempt",
            self.store
                .take_login_attempt(state_digest, browser_digest, connector_id, now),
        )
        .await
    }

    async fn refuse_login_attempt(
        &self,
        state_digest: &Digest,
        code: &str,
        now: Timestamp,
    ) -> Result<()> {
        self.meet(
            "refuse_login_attempt",
            self.store.refuse_login_attempt(state_digest, code, now),
        )
        .await
    }

    async fn complete_login_attempt(
        &self,
        state_digest: &Digest,
        session: &Session,
        replaces: Option<&Digest>,
        now: Timestamp,
    ) -> Result<()> {
        self.meet(
            "complete_login_attempt",
            self.store
                .complete_login_attempt(state_digest, session, replaces, now),
        )
        .await
    }

    async fn sweep_login_attempts(&self, before: Timestamp, most: u32) -> Result<u64> {
        self.meet(
            "sweep_login_attempts",
            self.store.sweep_login_attempts(before, most),
        )
        .await
    }
}

#[async_trait::async_trait]
impl Sessions for Mishaps {
    async fn find_session(
        &self,
        id_digest: &Digest,
        idle: Duration,
        now: Timestamp,
    ) -> Result<Option<Session>> {
        self.meet(
            "find_session",
            self.store.find_session(id_digest, idle, now),
        )
        .await
    }

    async fn touch_session(&self, id_digest: &Digest, now: Timestamp) -> Result<()> {
        self.meet("touch_session", self.store.touch_session(id_digest, now))
            .await
    }

    async fn update_checked_at(
        &self,
        subject_id: &SubjectId,
        connector_id: &str,
        now: Timestamp,
    ) -> Result<()> {
        self.meet(
            "update_checked_at",
            self.store.update_checked_at(subject_id, connector_id, now),
        )
        .await
    }

    async fn end_session(&self, id_digest: &Digest) -> Result<bool> {
        self.meet("end_session", self.store.end_session(id_digest))
            .await
    }

    async fn end_sessions_of(
        &self,
        subject_id: &SubjectId,
        connector_id: Option<&str>,
    ) -> Result<Vec<Digest>> {
        self.meet(
            "end_sessions_of",
            self.store.end_sessions_of(subject_id, connector_id),
        )
        .await
    }

    async fn end_sessions(&self, filter: &SessionFilter) -> Result<u64> {
        self.meet("end_sessions", self.store.end_sessions(filter))
            .await
    }

    async fn list_sessions(&self, filter: &SessionFilter) -> Result<Vec<Session>> {
        self.meet("list_sessions", self.store.list_sessions(filter))
            .await
    }

    async fn sweep_sessions(
        &self,
        now: Timestamp,
        seen_before: Timestamp,
        most: u32,
    ) -> Result<u64> {
        self.meet(
            "sweep_sessions",
            self.store.sweep_sessions(now, seen_before, most),
        )
        .await
    }
}

#[async_trait::async_trait]
impl Identities for Mishaps {
    async fn find_identity(
        &self,
        subject_id: &SubjectId,
        connector_id: &str,
    ) -> Result<Option<Identity>> {
        self.meet(
            "find_identity",
            self.store.find_identity(subject_id, connector_id),
        )
        .await
    }

    async fn upsert_identity(&self, identity: &Identity) -> Result<()> {
        self.meet("upsert_identity", self.store.upsert_identity(identity))
            .await
    }

    async fn update_directory_facts(&self, identity: &Identity) -> Result<()> {
        self.meet(
            "update_directory_facts",
            self.store.update_directory_facts(identity),
        )
        .await
    }

    async fn sweep_consents(&self, before: Timestamp, most: u32) -> Result<u64> {
        self.meet("sweep_consents", self.store.sweep_consents(before, most))
            .await
    }

    async fn list_identities_by_user(&self, user_id: &str) -> Result<Vec<Identity>> {
        self.meet(
            "list_identities_by_user",
            self.store.list_identities_by_user(user_id),
        )
        .await
    }
}

#[async_trait::async_trait]
impl Subjects for Mishaps {
    async fn find_subject(&self, id: &SubjectId) -> Result<Option<Subject>> {
        self.meet("find_subject", self.store.find_subject(id)).await
    }

    async fn find_subject_by_key(
        &self,
        corp_id: &CorpId,
        kind: SubjectKind,
        key: &str,
    ) -> Result<Option<Subject>> {
        self.meet(
            "find_subject_by_key",
            self.store.find_subject_by_key(corp_id, kind, key),
        )
        .await
    }

    async fn find_or_insert_subject(&self, candidate: &Subject) -> Result<Subject> {
        self.meet(
            "find_or_insert_subject",
            self.store.find_or_insert_subject(candidate),
        )
        .await
    }

    async fn retire_subject(&self, id: &SubjectId, now: Timestamp) -> Result<bool> {
        self.meet("retire_subject", self.store.retire_subject(id, now))
            .await
    }
}

#[async_trait::async_trait]
impl WecomTokens for Mishaps {
    async fn find_wecom_token(
        &self,
        key: &WecomTokenKey,
        now: Timestamp,
    ) -> Result<Option<WecomToken>> {
        self.meet("find_wecom_token", self.store.find_wecom_token(key, now))
            .await
    }

    async fn upsert_wecom_token(&self, key: &WecomTokenKey, token: &WecomToken) -> Result<()> {
        self.meet(
            "upsert_wecom_token",
            self.store.upsert_wecom_token(key, token),
        )
        .await
    }

    async fn delete_wecom_token(&self, key: &WecomTokenKey, fetched_at: Timestamp) -> Result<()> {
        self.meet(
            "delete_wecom_token",
            self.store.delete_wecom_token(key, fetched_at),
        )
        .await
    }

    async fn sweep_wecom_tokens(&self, before: Timestamp) -> Result<u64> {
        self.meet("sweep_wecom_tokens", self.store.sweep_wecom_tokens(before))
            .await
    }
}

#[async_trait::async_trait]
impl Store for Mishaps {
    async fn ping(&self) -> Result<()> {
        self.store.ping().await
    }

    async fn close(&self) {
        self.store.close().await;
    }
}
