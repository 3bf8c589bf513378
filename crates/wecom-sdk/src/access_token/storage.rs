//! Where tokens are kept between fetches, so that nodes and restarts can share them.
//!
//! In and out: tokens under the digest of their secret. A storage that fails never fails a call: the token
//! is then fetched.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Timestamp;
use crate::ids::{AgentId, CorpId};
use crate::secret::Secret;

/// What is kept under a [`TokenKey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// The agent's access token.
    AccessToken,
    /// The JS-SDK ticket of the corp, fetched by the agent (`jsapi_ticket`, for `config`).
    CorpTicket,
    /// The JS-SDK ticket of the agent (for `agentConfig`).
    AgentTicket,
}

impl TokenKind {
    /// A word for it that never changes: a storage may keep it as a part of its key.
    ///
    /// ```
    /// assert_eq!(wecom_sdk::TokenKind::CorpTicket.as_str(), "corp_ticket");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::CorpTicket => "corp_ticket",
            Self::AgentTicket => "agent_ticket",
        }
    }
}

/// What a token belongs to, all parts together: a storage that leaves one out mixes tokens up, and one
/// agent's token then redeems another's code.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenKey {
    /// Whether it is the access token or a ticket.
    pub kind: TokenKind,
    /// The corp.
    pub corp_id: CorpId,
    /// The agent.
    pub agent_id: AgentId,
    /// SHA-256 of the secret that fetched it: a new secret never meets an old token.
    pub credential: [u8; 32],
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKey")
            .field("kind", &self.kind)
            .field("corp_id", &self.corp_id)
            .field("agent_id", &self.agent_id)
            .finish_non_exhaustive()
    }
}

/// A token or ticket with its times.
#[derive(Clone, Debug)]
pub struct StoredToken {
    /// The token or ticket. Sealed before it is written anywhere.
    pub token: Secret,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// When it ends: 60 s to 7200 s after it was fetched.
    pub expires_at: Timestamp,
}

/// The storage failed. Tokens then live in this client's memory alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageUnavailable;

impl fmt::Display for StorageUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the token storage is not available")
    }
}

impl std::error::Error for StorageUnavailable {}

/// Keeps tokens and tickets, for all nodes that share it.
///
/// The client asks only when its own memory has no good token, so a slow storage costs little. A
/// failing one costs a fetch: it never fails a call.
#[async_trait::async_trait]
pub trait TokenStorage: Send + Sync + fmt::Debug {
    /// The token under `key`, if there is one.
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StorageUnavailable>;

    /// Keeps `token` under `key`, unless the one there was fetched later.
    async fn save(&self, key: &TokenKey, token: &StoredToken) -> Result<(), StorageUnavailable>;

    /// Removes the token under `key` if it is still the one that was fetched at `fetched_at`: a node
    /// never throws away what another has just fetched.
    async fn forget(&self, key: &TokenKey, fetched_at: Timestamp)
    -> Result<(), StorageUnavailable>;
}

/// Keeps tokens in memory: the default, for one process.
#[derive(Debug, Default)]
pub struct MemoryStorage(Mutex<HashMap<TokenKey, StoredToken>>);

impl MemoryStorage {
    fn lock(&self) -> MutexGuard<'_, HashMap<TokenKey, StoredToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl TokenStorage for MemoryStorage {
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StorageUnavailable> {
        Ok(self.lock().get(key).cloned())
    }

    async fn save(&self, key: &TokenKey, token: &StoredToken) -> Result<(), StorageUnavailable> {
        let mut tokens = self.lock();
        // One credential at a time: the token of an older secret is of no use to anybody.
        tokens.retain(|other, _| {
            let is_of_another = other.corp_id != key.corp_id
                || other.agent_id != key.agent_id
                || other.kind != key.kind;
            other == key || is_of_another
        });
        match tokens.get(key) {
            Some(kept) if kept.fetched_at > token.fetched_at => {}
            _ => {
                tokens.insert(key.clone(), token.clone());
            }
        }
        Ok(())
    }

    async fn forget(
        &self,
        key: &TokenKey,
        fetched_at: Timestamp,
    ) -> Result<(), StorageUnavailable> {
        let mut tokens = self.lock();
        if tokens
            .get(key)
            .is_some_and(|kept| kept.fetched_at == fetched_at)
        {
            tokens.remove(key);
        }
        Ok(())
    }
}
