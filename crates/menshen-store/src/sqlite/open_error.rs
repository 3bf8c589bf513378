//! Why a database was not opened, and what to do about it.
//!
//! Each variant is one story with its remedy, for the operator who starts the program. When one of them
//! comes back, nothing has been made or changed.

use std::path::PathBuf;

/// Why a database was not opened. Nothing was created and nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no file, though there should be one.
    #[error(
        "the database {0} is missing: restore it from a backup, or correct the path; a new one is \
         not made in its place"
    )]
    Missing(PathBuf),
    /// There is a file without content, though there should be a database in it.
    #[error(
        "the database {0} is empty: restore it from a backup; a new one is not made in its place"
    )]
    Empty(PathBuf),
    /// The folder of the file does not exist.
    #[error("the folder of the database {0} does not exist: make it, or correct the path")]
    NoFolder(PathBuf),
    /// The file, or its folder, cannot be read and written.
    #[error(
        "the database {0} cannot be written: give this user read and write access to the file and \
         its folder"
    )]
    NotWritable(PathBuf),
    /// The file is no SQLite database.
    #[error("{0} is not a SQLite database: correct the path, or restore it from a backup")]
    NotADatabase(PathBuf),
    /// The file is a SQLite database of another program.
    #[error("{0} is a database of another program: correct the path")]
    Foreign(PathBuf),
    /// The file is damaged.
    #[error("the database {0} is damaged: restore it from a backup")]
    Damaged(PathBuf),
    /// The file was written by a newer version of this program.
    #[error(
        "the database {path} has schema version {found}, this program knows up to {known}: start the \
         version that wrote it, or a newer one"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version in the file.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// Another process holds the file.
    #[error("the database {0} is locked by another process: stop that process first")]
    Locked(PathBuf),
    /// Something else went wrong.
    #[error("the database {path} could not be opened: {reason}")]
    Failed {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
}
