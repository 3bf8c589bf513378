//! WeCom access tokens in the store, sealed, so that nodes and restarts share them (product rule 9).
//!
//! The sdk's token storage on one side, the store's record on the other, the vault in between. A
//! store that fails costs a fetch and never a login. Never: keeps, prints or returns a token unsealed
//! to anybody but the sdk.

use std::sync::Arc;

use menshen_store::{Digest, Store, StoreError, WecomToken, WecomTokenKey};
use wecom_sdk::{
    Clock, Secret, StorageUnavailable, StoredToken, Timestamp, TokenKey, TokenStorage,
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
            .map_err(|error| unavailable(&error))?;
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
            .map_err(|error| unavailable(&error))
    }

    async fn forget(
        &self,
        key: &TokenKey,
        fetched_at: Timestamp,
    ) -> Result<(), StorageUnavailable> {
        self.store
            .delete_wecom_token(&row_key(key), fetched_at)
            .await
            .map_err(|error| unavailable(&error))
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
        Some(StoredToken {
            token: Secret::new(token),
            fetched_at: row.fetched_at,
            expires_at: row.expires_at,
        })
    }
}

fn row_key(key: &TokenKey) -> WecomTokenKey {
    WecomTokenKey {
        corp_id: key.corp_id.clone(),
        agent_id: key.agent_id,
        credential: Digest::from_bytes(key.credential),
    }
}

/// What a sealed token belongs to, so that no row can be read under another agent's key.
fn context(key: &TokenKey) -> Vec<u8> {
    let mut context = format!("{}/{}/", key.corp_id, key.agent_id).into_bytes();
    context.extend_from_slice(&key.credential);
    context
}

fn unavailable(error: &StoreError) -> StorageUnavailable {
    tracing::warn!(error = %error, "the store did not keep a WeCom access token; it lives in memory only");
    StorageUnavailable
}
