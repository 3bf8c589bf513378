//! Ties a store to its data key, at every start, before anything is read or written under that key.
//!
//! In: the configuration. Out: the store and the vault, proved to belong together, or a refusal that
//! says what to do. Two things remember the tie: a row in the store, sealed under the key, and a
//! marker file beside the key that names the store. Never: makes an empty store where the marker says
//! that there was one, or overwrites a row that does not open.

mod marker;

use std::path::PathBuf;
use std::sync::Arc;

use menshen_store::{Installation, OpenError, OpenMode, Sqlite, Store, StoreError};
use uuid::Uuid;
use wecom_sdk::{Clock, Entropy, EntropyError, Timestamp};

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
        "{error}. The marker {marker} says that a store was made under this data key. To give up what \
         was in it and begin anew, delete the marker"
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
        "the store is blank, but the marker {0} says that one was made under this data key: restore \
         the store from a backup, or correct store.url; to begin anew, delete the marker"
    )]
    Blank(PathBuf),
    /// The store belongs to another data key.
    #[error(
        "the store belongs to another data key than {0}: restore the key that was used with it, or \
         correct store.url; nothing was changed"
    )]
    WrongKey(PathBuf),
    /// The data key belongs to another store.
    #[error(
        "the marker {0} names another store than the configured one: correct store.url, or, if this \
         store is meant to take its place, delete the marker"
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
    let store = open_store(config, mode, known.is_some())
        .await
        .map_err(|error| match known {
            Some(_) if is_absence(&error) => InstallationError::Lost {
                marker: marker.clone(),
                error,
            },
            _ => error.into(),
        })?;
    let found = store.find_installation().await?;
    let tied = match (found, known) {
        (None, Some(_)) => Err(InstallationError::Blank(marker)),
        (None, None) => {
            let id = insert(&*store, &vault, &entropy, clock.now()).await?;
            marker::write(&marker, id)?;
            Ok(())
        }
        (Some(found), _) if !is_ours(&found, &vault) => {
            Err(InstallationError::WrongKey(key_file.clone()))
        }
        (Some(found), Some(id)) if found.id != id => Err(InstallationError::OtherStore(marker)),
        (Some(_), Some(_)) => Ok(()),
        (Some(found), None) => marker::write(&marker, found.id).map_err(Into::into),
    };
    match tied {
        Ok(()) => Ok(Opened { store, vault }),
        Err(error) => {
            store.close().await;
            Err(error)
        }
    }
}

async fn open_store(
    config: &Config,
    mode: OpenMode,
    is_marked: bool,
) -> Result<Arc<dyn Store>, OpenError> {
    let mode = if is_marked { OpenMode::MustExist } else { mode };
    let StoreConfig::Sqlite { path } = &config.store;
    Ok(Arc::new(Sqlite::open(path, mode).await?))
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

/// Whether this process runs as root, which no gateway has to: worth a warning at the start.
#[must_use]
pub fn runs_as_root() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
    }
    #[cfg(not(unix))]
    {
        false
    }
}
