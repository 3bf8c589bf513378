//! The keys that assertions are signed with: one signs, all are published.
//!
//! In: the store's records. Out: assertions and public keys. The first key is made when there is none. A key
//! that follows is published an hour before it signs, so that every verifier has it by then. Whoever
//! serves looks into the store every minute; a store that fails leaves the keys as they were.

use std::sync::{Arc, PoisonError, RwLock};

use http::HeaderValue;
use menshen_store::{KeyUse, Store, StoreError};
use wecom_sdk::Timestamp;

use super::claims::{About, Claims, Wanted};
use super::keep::{Assertion, Kept};
use super::key::{Key, PublicKey};
use super::{PUBLISHED_AFTER, PUBLISHED_AHEAD};
use crate::vault::{Vault, VaultError};

/// Why there is no key, or no signature.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The cipher failed.
    #[error("the cipher failed")]
    Cipher,
    /// A key of the store does not open, or is no key.
    #[error("the signing key {0} in the store cannot be used: restore the store from a backup")]
    Unusable(String),
    /// There is no key at all.
    #[error("there is no signing key")]
    None,
    /// A key could not be sealed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The keys of this installation. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct AssertionKeys(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    vault: Vault,
    keys: RwLock<Arc<[Key]>>,
}

impl AssertionKeys {
    /// Reads the keys, and makes the first one if there is none.
    pub async fn open(store: &dyn Store, vault: &Vault, now: Timestamp) -> Result<Self, KeyError> {
        if store
            .list_signing_keys(KeyUse::Assertion, now)
            .await?
            .is_empty()
        {
            let first = Key::generate(vault, now, now)?;
            // Another gateway may have been first; then its key is ours too.
            store.insert_first_signing_key(&first).await?;
        }
        let this = Self(Arc::new(Inner {
            vault: vault.clone(),
            keys: RwLock::new(Arc::new([])),
        }));
        this.refresh(store, now).await?;
        Ok(this)
    }

    /// Reads the keys again.
    pub(crate) async fn refresh(&self, store: &dyn Store, now: Timestamp) -> Result<(), KeyError> {
        let records = store.list_signing_keys(KeyUse::Assertion, now).await?;
        let keys = records
            .iter()
            .map(|record| Key::open(&self.0.vault, record));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = keys.into();
        Ok(())
    }

    /// The assertion that is wanted: the one that is kept, or a new one, which is kept then. `kept` belongs
    /// to the person's session; `about` is only asked for what has to be signed.
    pub fn assertion(
        &self,
        kept: &Kept,
        wanted: Wanted<'_>,
        about: impl FnOnce() -> About,
    ) -> Result<HeaderValue, KeyError> {
        kept.get_or_make(wanted, || {
            let about = about();
            let claims = Claims::new(wanted, &about);
            let token = self.in_force(wanted.now).sign(&claims)?;
            Assertion::new(&token, wanted)
        })
    }

    /// The public keys that a verifier may meet at `now`, in the order in which they begin to sign.
    pub(crate) fn published(&self, now: Timestamp) -> Vec<PublicKey> {
        let keys = self.keys();
        let is_published = |key: &&Key| key.withdrawn_at.is_none_or(|end| now < end);
        let published = keys.iter().filter(is_published);
        published.map(|key| key.public().clone()).collect()
    }

    /// The youngest key whose time has come; the oldest, if the clock was set back before all of them.
    fn in_force(&self, now: Timestamp) -> Signer {
        let keys = self.keys();
        let index = keys.iter().rposition(|key| key.signs_from <= now);
        Signer {
            index: index.unwrap_or(0),
            keys,
        }
    }

    fn keys(&self) -> Arc<[Key]> {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&keys)
    }
}

/// One key of a set that may be replaced meanwhile.
struct Signer {
    keys: Arc<[Key]>,
    index: usize,
}

impl Signer {
    fn sign(&self, claims: &Claims<'_>) -> Result<String, KeyError> {
        let key = self.keys.get(self.index).ok_or(KeyError::None)?;
        key.sign(claims)
    }
}

/// What a rotation has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The name of the new key.
    pub id: String,
    /// When it begins to sign.
    pub signs_from: Timestamp,
    /// When the key before it is no longer published.
    pub others_end_at: Timestamp,
}

/// Makes the key that follows. It is published from now on and signs after an hour.
pub async fn rotate(store: &dyn Store, vault: &Vault, now: Timestamp) -> Result<Rotated, KeyError> {
    let signs_from = now.plus(PUBLISHED_AHEAD);
    let others_end_at = signs_from.plus(PUBLISHED_AFTER);
    let key = Key::generate(vault, now, signs_from)?;
    store.rotate_signing_key(&key, others_end_at).await?;
    Ok(Rotated {
        id: key.id,
        signs_from,
        others_end_at,
    })
}
