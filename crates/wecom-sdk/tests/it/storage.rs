//! Token storages of tests: shared between clients, or broken.

use wecom_sdk::{StorageUnavailable, StoredToken, Timestamp, TokenKey, TokenStorage};

/// Fails at everything.
#[derive(Debug)]
pub(crate) struct Broken;

#[async_trait::async_trait]
impl TokenStorage for Broken {
    async fn load(&self, _: &TokenKey) -> Result<Option<StoredToken>, StorageUnavailable> {
        Err(StorageUnavailable)
    }

    async fn save(&self, _: &TokenKey, _: &StoredToken) -> Result<(), StorageUnavailable> {
        Err(StorageUnavailable)
    }

    async fn forget(&self, _: &TokenKey, _: Timestamp) -> Result<(), StorageUnavailable> {
        Err(StorageUnavailable)
    }
}
