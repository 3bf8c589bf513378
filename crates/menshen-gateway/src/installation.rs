//! Ties a store to its data key, at every start, before anything is read or written under that key.
//!
//! In: the configuration. Out: the store and the vault, proved to belong together, or a refusal that
//! says what to do. Two things remember the tie: a row in the store, sealed under the key, and a
//! marker file beside the key that names the store. Never: makes an empty store where the marker says
//! that there was one, overwrites a row that does not open, or migrates a store before it is known to be ours.

mod marker;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use menshen_store::{Installation, OpenError, OpenMode, Sqlite, Store, StoreError, Unmigrated};
use uuid::Uuid;
use wecom_sdk::{Clock, Entropy, EntropyError, Timestamp};

use crate::assertion::{AssertionKeys, KeyError};
use crate::config::{Config, StoreConfig};
use crate::vault::{DataKey, DataKeyError, Purpose, Vault, VaultError};
pub use marker::MarkerError;

/// What the row in the store holds under its seal.
const KEY_CHECK: &[u8] = b"menshen: this store belongs to this data key";

/// A store and a vault that belong together.
#[derive(Debug)]
pub struct Opened {
    /// Where records are kept.
    pub store: Arc<dyn Store>,
    /// The data key at work.
    pub vault: Vault,
    /// What assertions are signed with.
    pub assertion_keys: AssertionKeys,
}

/// Why the installation was not opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum InstallationError {
    /// There is no usable data key.
    #[error(transparent)]
    Key(#[from] DataKeyError),
    /// The store could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The marker says that there was a store, and it is not there.
    #[error(
        "{error}\n    the marker {marker} says that a store was made under this data key\n    → to give up \
         what was in it and begin anew, delete the marker"
    )]
    Lost {
        /// The marker.
        marker: PathBuf,
        /// What is the matter with the store.
        #[source]
        error: OpenError,
    },
    /// The marker says that there was a store, and this one is blank.
    #[error(
        "the store is blank, but the marker {0} says that one was made under this data key\n    → restore the \
         store from a backup, or correct store.url; to begin anew, delete the marker"
    )]
    Blank(PathBuf),
    /// The store belongs to another data key.
    #[error(
        "the store belongs to another data key than {0}; nothing was changed\n    → restore the key that was used \
         with it, or correct store.url"
    )]
    WrongKey(PathBuf),
    /// The data key belongs to another store.
    #[error(
        "the marker {0} names another store than the configured one\n    → correct store.url, or, if this store is \
         meant to take its place, delete the marker"
    )]
    OtherStore(PathBuf),
    /// The marker cannot be read or written.
    #[error(transparent)]
    Marker(#[from] MarkerError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The random source or the cipher failed.
    #[error("the data key cannot be used: {0}")]
    Vault(#[from] VaultError),
    /// There are no keys to sign with.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// There is no chance to draw a name from.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// Opens the installation of a configuration. With [`OpenMode::MayCreate`] the store is made if there
/// never was one.
pub async fn open(
    config: &Config,
    clock: &dyn Clock,
    entropy: Arc<Entropy>,
    mode: OpenMode,
) -> Result<Opened, InstallationError> {
    let key_file = &config.data_key_file;
    let vault = Vault::new(&DataKey::read(key_file)?, Arc::clone(&entropy))?;
    let marker = marker::beside(key_file);
    let known = marker::read(&marker)?;
    let unmigrated =
        look_into(config, mode, known.is_some())
            .await
            .map_err(|error| match known {
                Some(_) if is_absence(&error) => InstallationError::Lost {
                    marker: marker.clone(),
                    error,
                },
                _ => error.into(),
            })?;
    // Security: a store of another key is left as it is, migrations included.
    let tie = match judge(&unmigrated, &vault, known).await {
        Ok(tie) => tie,
        Err(stranger) => {
            unmigrated.close().await;
            return Err(stranger.explain(key_file, marker));
        }
    };
    let store: Arc<dyn Store> = Arc::new(unmigrated.migrate().await?);
    let tied = match tie {
        Tie::Known => Ok(()),
        Tie::Unmarked(id) => marker::write(&marker, id).map_err(Into::into),
        Tie::New => match insert(&*store, &vault, &entropy, clock.now()).await {
            Ok(id) => marker::write(&marker, id).map_err(Into::into),
            Err(error) => Err(error),
        },
    };
    let keys = match tied {
        Ok(()) => AssertionKeys::open(&*store, &vault, clock.now()).await,
        Err(error) => {
            store.close().await;
            return Err(error);
        }
    };
    match keys {
        Ok(assertion_keys) => Ok(Opened {
            store,
            vault,
            assertion_keys,
        }),
        Err(error) => {
            store.close().await;
            Err(error.into())
        }
    }
}

/// How a store and a data key belong together.
enum Tie {
    /// Store and marker know each other.
    Known,
    /// The store is ours, and the marker that names it is missing.
    Unmarked(Uuid),
    /// The store was just made.
    New,
}

/// Why they do not.
enum Stranger {
    Blank,
    WrongKey,
    OtherStore,
    Unreadable(StoreError),
}

impl Stranger {
    fn explain(self, key_file: &Path, marker: PathBuf) -> InstallationError {
        match self {
            Self::Blank => InstallationError::Blank(marker),
            Self::WrongKey => InstallationError::WrongKey(key_file.to_owned()),
            Self::OtherStore => InstallationError::OtherStore(marker),
            Self::Unreadable(error) => error.into(),
        }
    }
}

/// Compares what the store says of itself with the key and with what the marker remembers.
async fn judge(
    unmigrated: &Unmigrated,
    vault: &Vault,
    known: Option<Uuid>,
) -> Result<Tie, Stranger> {
    let found = unmigrated.find_installation().await;
    match (found.map_err(Stranger::Unreadable)?, known) {
        (None, Some(_)) => Err(Stranger::Blank),
        (None, None) => Ok(Tie::New),
        (Some(found), _) if !is_ours(&found, vault) => Err(Stranger::WrongKey),
        (Some(found), Some(id)) if found.id != id => Err(Stranger::OtherStore),
        (Some(_), Some(_)) => Ok(Tie::Known),
        (Some(found), None) => Ok(Tie::Unmarked(found.id)),
    }
}

async fn look_into(
    config: &Config,
    mode: OpenMode,
    is_marked: bool,
) -> Result<Unmigrated, OpenError> {
    let mode = if is_marked { OpenMode::MustExist } else { mode };
    let StoreConfig::Sqlite { path } = &config.store;
    Sqlite::look_into(path, mode).await
}

fn is_absence(error: &OpenError) -> bool {
    matches!(
        error,
        OpenError::Missing(_) | OpenError::Empty(_) | OpenError::NoFolder(_)
    )
}

async fn insert(
    store: &dyn Store,
    vault: &Vault,
    entropy: &Entropy,
    now: Timestamp,
) -> Result<Uuid, InstallationError> {
    let millis = u64::try_from(now.as_millis()).unwrap_or(0);
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &entropy.bytes()?).into_uuid();
    let key_check = vault.seal(Purpose::KeyCheck, id.as_bytes(), KEY_CHECK)?;
    let installation = Installation {
        id,
        key_check,
        created_at: now,
    };
    store.insert_installation(&installation).await?;
    Ok(id)
}

fn is_ours(found: &Installation, vault: &Vault) -> bool {
    vault
        .open(Purpose::KeyCheck, found.id.as_bytes(), &found.key_check)
        .is_ok_and(|text| text.as_slice() == KEY_CHECK)
}
