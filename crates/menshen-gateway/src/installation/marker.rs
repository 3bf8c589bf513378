//! The marker file beside the data key: it remembers, outside the store, that a store was made.
//!
//! In: the path of the data key. Out: the name of the store that belongs to it, if one was made. It holds
//! no secret, and is never written before the store is there.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// What a reader of the file is told.
const WORDS: &str = "\
# Menshen made a store under the data key beside this file, and knows it by the name below.
# While this file is here, a missing store is an error and no blank one is made in its place.
";

/// The marker cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum MarkerError {
    /// The file system says no.
    #[error("the marker {0}: {1}")]
    Io(PathBuf, #[source] io::Error),
    /// The file holds something else.
    #[error(
        "the marker {0} does not name a store: restore it, or delete it if the store is in place"
    )]
    Malformed(PathBuf),
}

/// Where the marker of a data key lies.
pub(super) fn beside(key_file: &Path) -> PathBuf {
    let mut name: OsString = key_file.as_os_str().to_owned();
    name.push(".store");
    name.into()
}

/// The name of the store that was made, if one was.
pub(super) fn read(marker: &Path) -> Result<Option<Uuid>, MarkerError> {
    let text = match fs::read_to_string(marker) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(MarkerError::Io(marker.to_owned(), error)),
    };
    let id = text
        .lines()
        .find_map(|line| Uuid::try_parse(line.trim()).ok());
    id.map(Some)
        .ok_or_else(|| MarkerError::Malformed(marker.to_owned()))
}

/// Remembers the store.
pub(super) fn write(marker: &Path, id: Uuid) -> Result<(), MarkerError> {
    let write = || {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(marker)?;
        writeln!(file, "{WORDS}{id}")?;
        file.sync_all()
    };
    write().map_err(|error| MarkerError::Io(marker.to_owned(), error))
}
