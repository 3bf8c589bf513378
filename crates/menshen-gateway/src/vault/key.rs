//! The data key: 32 random bytes in a file of its own, as text.
//!
//! `menshen init` makes it; `serve` reads it. The file holds one line of base64url, so that it can be
//! copied by hand and kept in a secret store.

use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wecom_sdk::{Entropy, EntropyError};
use zeroize::Zeroizing;

use crate::config::files;

/// The data key.
pub struct DataKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

/// Why there is no data key. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DataKeyError {
    /// There is no such file.
    #[error(
        "the data key file {0} does not exist; for a new installation make one with `menshen init`, \
         otherwise restore it from where you keep it: without it the store cannot be read"
    )]
    Missing(PathBuf),
    /// The file exists already, and is never overwritten.
    #[error("the file {0} exists already; a data key is never overwritten")]
    Exists(PathBuf),
    /// The file holds something else.
    #[error(
        "the data key file {0} does not hold a data key (43 characters of base64url on one line); \
         restore it from where you keep it"
    )]
    Malformed(PathBuf),
    /// Everybody on the machine may read the file.
    #[error("the data key file {0} may be read by everybody on this machine; run: chmod 600 {0}")]
    Exposed(PathBuf),
    /// The file cannot be read or written.
    #[error("the data key file {0}: {1}")]
    Io(PathBuf, #[source] io::Error),
    /// There is no chance to make a key from.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl DataKey {
    /// Draws a new key.
    pub fn generate(entropy: &Entropy) -> Result<Self, EntropyError> {
        Ok(Self(Zeroizing::new(entropy.bytes()?)))
    }

    /// Reads the key from its file, which not everybody may read. (Its group may: that is how
    /// Kubernetes hands out secrets.)
    pub fn read(path: &Path) -> Result<Self, DataKeyError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(DataKeyError::Missing(path.to_owned()));
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(DataKeyError::Malformed(path.to_owned()));
            }
            Err(error) => return Err(DataKeyError::Io(path.to_owned(), error)),
        };
        if files::is_open_to_all(path).map_err(|error| DataKeyError::Io(path.to_owned(), error))? {
            return Err(DataKeyError::Exposed(path.to_owned()));
        }
        let mut bytes = Zeroizing::new([0; 32]);
        match URL_SAFE_NO_PAD.decode_slice(text.trim(), bytes.as_mut_slice()) {
            Ok(32) => Ok(Self(bytes)),
            _ => Err(DataKeyError::Malformed(path.to_owned())),
        }
    }

    /// Writes the key to a new file that only its owner may read.
    pub fn write_new(&self, path: &Path) -> Result<(), DataKeyError> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => DataKeyError::Exists(path.to_owned()),
            _ => DataKeyError::Io(path.to_owned(), error),
        })?;
        let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.as_slice()) + "\n");
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|error| DataKeyError::Io(path.to_owned(), error))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}
