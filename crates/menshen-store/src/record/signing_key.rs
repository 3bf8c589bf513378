//! A signing key: what the gateway signs with, each for one use only.
//!
//! In: a new key, its private half sealed. Out: the keys that verifiers may still meet. A key is published
//! before it signs for the first time and stays published until nothing that it signed is alive; what is
//! withdrawn is deleted. The private half is never kept in the open.

use wecom_sdk::Timestamp;

use crate::Result;

/// What a key signs. A key of one use is never good for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyUse {
    /// The assertions that upstreams get with each request (ES256).
    Assertion,
}

impl KeyUse {
    /// The word that is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assertion => "assertion",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Assertion]
            .into_iter()
            .find(|key_use| key_use.as_str() == word)
    }
}

/// One key pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// Its public name (`kid`), unique among all keys.
    pub id: String,
    /// What it signs.
    pub key_use: KeyUse,
    /// The public half, in the form of the algorithm.
    pub public: Vec<u8>,
    /// The private half, sealed under the data key.
    pub sealed: Vec<u8>,
    /// When it was made; it is published from then on.
    pub created_at: Timestamp,
    /// When it begins to sign.
    pub signs_from: Timestamp,
    /// When it is no longer published. `None`: nothing follows it yet.
    pub withdrawn_at: Option<Timestamp>,
}

/// Keeps [`SigningKey`]s.
#[async_trait::async_trait]
pub trait SigningKeys {
    /// The keys of a use that are not withdrawn at `now`, in the order in which they begin to sign.
    async fn list_signing_keys(&self, key_use: KeyUse, now: Timestamp) -> Result<Vec<SigningKey>>;

    /// Writes the first key of its use, unless there is one that is not withdrawn when this one was
    /// made; answers whether it was written. Of many callers at once, one writes.
    async fn insert_first_signing_key(&self, key: &SigningKey) -> Result<bool>;

    /// Writes a key that follows, and withdraws at `others_end_at` the keys of its use that nothing
    /// followed yet; all or nothing. `Conflict` when there is a key with this id.
    async fn rotate_signing_key(&self, key: &SigningKey, others_end_at: Timestamp) -> Result<()>;

    /// Deletes the keys that were withdrawn at `now`; answers how many.
    async fn sweep_signing_keys(&self, now: Timestamp) -> Result<u64>;
}
