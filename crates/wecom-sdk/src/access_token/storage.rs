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
///
/// ```
/// use wecom_sdk::TokenKind;
///
/// /// A row of its own for each.
/// fn row(corp: &str, agent: u32, kind: TokenKind) -> String {
///     format!("{corp}/{agent}/{}", kind.as_str())
/// }
/// assert_ne!(row("ww1", 7, TokenKind::CorpTicket), row("ww1", 7, TokenKind::AgentTicket));
/// ```
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
///
/// ```
/// use wecom_sdk::{AgentId, CorpId, TokenKey, TokenKind};
///
/// let key = TokenKey {
///     kind: TokenKind::AccessToken,
///     corp_id: CorpId::parse("ww5f1e2d3c4b5a6978")?,
///     agent_id: Some(AgentId(1_000_002)),
///     credential: [7; 32],
/// };
/// assert!(!format!("{key:?}").contains("credential"), "the digest is not shown");
/// # Ok::<(), wecom_sdk::InvalidId>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenKey {
    /// Whether it is the access token or a ticket.
    pub kind: TokenKind,
    /// The corp.
    pub corp_id: CorpId,
    /// The agent; `None` for contact sync, which has none.
    pub agent_id: Option<AgentId>,
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
///
/// ```
/// use std::time::Duration;
/// use wecom_sdk::{Secret, StoredToken, Timestamp};
///
/// // As a storage gives back what it has read.
/// let fetched_at = Timestamp::from_seconds(1_700_000_000);
/// let expires_at = fetched_at.plus(Duration::from_secs(7200));
/// let stored = StoredToken::new(Secret::new("token"), fetched_at, expires_at);
/// assert!(!format!("{stored:?}").contains("token\""), "the token is not shown");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoredToken {
    /// The token or ticket. Sealed before it is written anywhere.
    pub token: Secret,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// When it ends: 60 s to 7200 s after it was fetched.
    pub expires_at: Timestamp,
}

impl StoredToken {
    /// A token with its times.
    #[must_use]
    pub const fn new(token: Secret, fetched_at: Timestamp, expires_at: Timestamp) -> Self {
        Self {
            token,
            fetched_at,
            expires_at,
        }
    }
}

/// The storage failed. Tokens then live in this client's memory alone.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
/// # fn main() { run(|client| async move {
/// # let (corp_id, wecom) = (client.corp_id().clone(), client.endpoints().clone());
/// use std::sync::Arc;
/// use wecom_sdk::{
///     AgentId, Client, Secret, StorageUnavailable, StoredToken, Timestamp, TokenKey, TokenStorage,
/// };
///
/// #[derive(Debug)]
/// struct Down;
///
/// #[async_trait::async_trait]
/// impl TokenStorage for Down {
///     async fn load(&self, _: &TokenKey) -> Result<Option<StoredToken>, StorageUnavailable> {
///         Err(StorageUnavailable)
///     }
///
///     async fn save(&self, _: &TokenKey, _: &StoredToken) -> Result<(), StorageUnavailable> {
///         Err(StorageUnavailable)
///     }
///
///     async fn forget(&self, _: &TokenKey, _: Timestamp) -> Result<(), StorageUnavailable> {
///         Err(StorageUnavailable)
///     }
/// }
///
/// let secret = Arc::new(Secret::new("from a file"));
/// let builder = Client::builder(corp_id, AgentId(1_000_002), secret).endpoints(wecom);
/// let client = builder.token_storage(Arc::new(Down)).build()?;
/// assert!(client.check_credentials().await.is_ok(), "no call fails for it");
/// # Ok(()) }) }
/// ```
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
///
/// ```
/// use wecom_sdk::{StorageUnavailable, StoredToken, Timestamp, TokenKey, TokenStorage};
///
/// /// Keeps nothing: each process fetches its own tokens again after a restart.
/// #[derive(Debug)]
/// struct Nowhere;
///
/// #[async_trait::async_trait]
/// impl TokenStorage for Nowhere {
///     async fn load(&self, _: &TokenKey) -> Result<Option<StoredToken>, StorageUnavailable> {
///         Ok(None)
///     }
///
///     async fn save(&self, _: &TokenKey, _: &StoredToken) -> Result<(), StorageUnavailable> {
///         Ok(())
///     }
///
///     async fn forget(&self, _: &TokenKey, _: Timestamp) -> Result<(), StorageUnavailable> {
///         Ok(())
///     }
/// }
/// ```
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
///
/// ```
/// use std::sync::Arc;
/// use wecom_sdk::{AgentId, Client, CorpId, MemoryStorage, Secret};
///
/// // Two clients of one agent in one process: one token for both.
/// let shared = Arc::new(MemoryStorage::default());
/// let client = |storage: Arc<MemoryStorage>| {
///     let corp_id = CorpId::parse("ww5f1e2d3c4b5a6978")?;
///     let secret = Arc::new(Secret::new("from a file"));
///     let builder = Client::builder(corp_id, AgentId(1_000_002), secret);
///     Ok::<_, Box<dyn std::error::Error>>(builder.token_storage(storage).build()?)
/// };
/// let pair = (client(shared.clone())?, client(shared)?);
/// # drop(pair);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
