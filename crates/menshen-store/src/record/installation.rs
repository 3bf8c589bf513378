//! The installation: which data key this store belongs to.
//!
//! Written once, when a store is made; read at every start, so that a missing, wrong or foreign data
//! key is refused before anything is read or written under it.

use wecom_sdk::Timestamp;

use crate::Result;

/// The single row that ties a store to a data key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// Random name of this store.
    pub id: uuid::Uuid,
    /// A known text sealed under the data key: opens only under the right one.
    pub key_check: Vec<u8>,
    /// When the store was made.
    pub created_at: Timestamp,
}

/// Keeps the [`Installation`].
#[async_trait::async_trait]
pub trait Installations {
    /// The installation, or `None` in a store that was just made.
    async fn find_installation(&self) -> Result<Option<Installation>>;
    /// Writes the installation; `Conflict` when there is one already.
    async fn insert_installation(&self, installation: &Installation) -> Result<()>;
}
