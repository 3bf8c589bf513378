//! The file of a database, before SQLite opens it.
//!
//! In: a path and an [`OpenMode`]. Out: whether there is a database of ours, or an empty file of the
//! right mode that may become one. It never changes a file that exists.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use super::open::APPLICATION_ID;
use super::{OpenError, OpenMode};

const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Where the header holds the application id (<https://www.sqlite.org/fileformat.html>).
const APPLICATION_ID_AT: usize = 68;

/// Judges the file by its first bytes, and makes it if that is allowed. Answers whether it is new.
pub(super) fn is_new(path: &Path, mode: OpenMode) -> Result<bool, OpenError> {
    let at = || path.to_owned();
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(mut file) => {
            warn_if_readable_by_others(&file, path);
            match (judge_header(&mut file, path)?, mode) {
                (Header::Ours, _) => Ok(false),
                (Header::Empty, OpenMode::MayCreate) => Ok(true),
                (Header::Empty, OpenMode::MustExist) => Err(OpenError::Empty(at())),
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if !has_folder(path) {
                Err(OpenError::NoFolder(at()))
            } else if mode == OpenMode::MustExist {
                Err(OpenError::Missing(at()))
            } else {
                create(path)?;
                Ok(true)
            }
        }
        Err(error) => Err(io_cause(path, &error)),
    }
}

enum Header {
    Empty,
    Ours,
}

fn judge_header(file: &mut File, path: &Path) -> Result<Header, OpenError> {
    let mut header = Vec::with_capacity(100);
    file.take(100)
        .read_to_end(&mut header)
        .map_err(|error| io_cause(path, &error))?;
    if header.is_empty() {
        return Ok(Header::Empty);
    }
    if header.len() < 100 || !header.starts_with(MAGIC) {
        return Err(OpenError::NotADatabase(path.to_owned()));
    }
    if header[APPLICATION_ID_AT..].starts_with(&APPLICATION_ID.to_be_bytes()) {
        Ok(Header::Ours)
    } else {
        Err(OpenError::Foreign(path.to_owned()))
    }
}

/// Makes the file before SQLite does, so that nobody else can read it for a moment. SQLite gives its
/// companions (`-wal`, `-shm`) the same mode.
fn create(path: &Path) -> Result<(), OpenError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map(drop)
        .map_err(|error| io_cause(path, &error))
}

fn warn_if_readable_by_others(file: &File, path: &Path) {
    #[cfg(unix)]
    if let Ok(metadata) = file.metadata() {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        if mode & 0o077 != 0 {
            let path = path.display();
            tracing::warn!(%path, mode = format!("{mode:o}"), "the database is open to other users: chmod 600");
        }
    }
}

fn has_folder(path: &Path) -> bool {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => true,
        Some(folder) => folder.is_dir(),
        None => false,
    }
}

fn io_cause(path: &Path, error: &std::io::Error) -> OpenError {
    let path = path.to_owned();
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => OpenError::NotWritable(path),
        ErrorKind::NotADirectory => OpenError::NoFolder(path),
        _ => OpenError::Failed {
            path,
            reason: error.to_string(),
        },
    }
}
