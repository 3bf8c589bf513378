//! WeCom access tokens in the store, sealed, so that nodes and restarts share them (product rule 9).
//!
//! The sdk's token storage on one side, the store's record on the other, the vault in between. A
//! store that fails costs a fetch and never a login. Never: keeps, prints or returns a token unsealed
//! to anybody but the sdk.

use std::sync::Arc;

use aws_lc_rs::digest;
use menshen_store::{Digest, Store, StoreError, WecomToken, WecomTokenKey};
use wecom_sdk::{
    AgentId, Clock, Secret, StorageUnavailable, StoredToken, Timestamp, TokenKey, TokenKind,
    TokenStorage,
};

use crate::vault::{Purpose, Vault};

/// The token storage of one connector.
#[derive(Debug)]
pub(super) struct SealedTokens {
    pub(super) store: Arc<dyn Store>,
    pub(super) vault: Vault,
    pub(super) clock: Arc<dyn Clock>,
}

#[async_trait::async_trait]
impl TokenStorage for SealedTokens {
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StorageUnavailable> {
        let found = self
            .store
            .find_wecom_token(&row_key(key), self.clock.now())
            .await
            .map_err(|error| unavailable("find", &error))?;
        Ok(found.and_then(|row| self.unseal(key, &row)))
    }

    async fn save(&self, key: &TokenKey, token: &StoredToken) -> Result<(), StorageUnavailable> {
        let sealed = self
            .vault
            .seal(
                Purpose::WecomToken,
                &context(key),
                token.token.expose().as_bytes(),
            )
            .map_err(|_| StorageUnavailable)?;
        let row = WecomToken {
            sealed,
            fetched_at: token.fetched_at,
            expires_at: token.expires_at,
        };
        self.store
            .upsert_wecom_token(&row_key(key), &row)
            .await
            .map_err(|error| unavailable("keep", &error))
    }

    async fn forget(
        &self,
        key: &TokenKey,
        fetched_at: Timestamp,
    ) -> Result<(), StorageUnavailable> {
        self.store
            .delete_wecom_token(&row_key(key), fetched_at)
            .await
            .map_err(|error| unavailable("forget", &error))
    }
}

impl SealedTokens {
    /// A token that does not open is no token: the sdk fetches another, which replaces it.
    fn unseal(&self, key: &TokenKey, row: &WecomToken) -> Option<StoredToken> {
        let opened = self
            .vault
            .open(Purpose::WecomToken, &context(key), &row.sealed)
            .ok()?;
        let token = std::str::from_utf8(&opened).ok()?;
        let token = Secret::new(token);
        Some(StoredToken::new(token, row.fetched_at, row.expires_at))
    }
}

/// The table has no column for the kind: for a ticket it goes into the digest, so that no ticket lies in
/// the row of the access token.
fn row_key(key: &TokenKey) -> WecomTokenKey {
    let credential = match key.kind {
        TokenKind::AccessToken => key.credential,
        kind => digest_of(kind, &key.credential),
    };
    WecomTokenKey {
        corp_id: key.corp_id.clone(),
        agent_id: agent_of(key),
        credential: Digest::from_bytes(credential),
    }
}

/// The column is never empty. No agent of ours has the number 0, and the digest tells contact sync apart anyway.
fn agent_of(key: &TokenKey) -> AgentId {
    key.agent_id.unwrap_or(AgentId(0))
}

fn digest_of(kind: TokenKind, credential: &[u8; 32]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(kind.as_str().as_bytes());
    context.update(credential);
    let mut bytes = [0; 32];
    bytes.copy_from_slice(context.finish().as_ref());
    bytes
}

/// What a sealed token belongs to, so that no row can be read under another agent's key.
fn context(key: &TokenKey) -> Vec<u8> {
    let mut context = format!("{}/{}/", key.corp_id, agent_of(key)).into_bytes();
    if key.kind != TokenKind::AccessToken {
        context.extend_from_slice(key.kind.as_str().as_bytes());
    }
    context.extend_from_slice(&key.credential);
    context
}

/// The sdk says that its storage failed, once and as a warning; why is for whoever looks for the reason.
fn unavailable(operation: &'static str, error: &StoreError) -> StorageUnavailable {
    tracing::debug!(operation, %error, "the store failed with a WeCom access token");
    StorageUnavailable
}

#[cfg(test)]
mod tests;
