//! What is wrong with a data folder, each with its remedy.
//!
//! In: what the file system or a file said. Out: one sentence for the operator. Nothing in the folder has
//! been changed when one of these is told.

use std::io;
use std::path::{Path, PathBuf};

use super::file::FORM;

/// A data folder that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or its folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another sandbox keeps its state there.
    #[error(
        "{} is in use by another sandbox: stop that one, or name another folder",
        .0.display()
    )]
    InUse(PathBuf),
    /// The file is not a sandbox's.
    #[error(
        "{} is no state of a sandbox: move that file away, or name another folder",
        .0.display()
    )]
    Foreign(PathBuf),
    /// The file was written by a newer program.
    #[error(
        "{} has form {found}, and this program reads form {FORM} and older: run the newer program that \
         wrote it, or name another folder",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its form.
        found: u32,
    },
    /// The file is a sandbox's, and part of it cannot be believed.
    #[error(
        "{} is damaged ({what}): put a copy back in its place, or move it away to begin again from the seed",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where, and how.
        what: String,
    },
}

impl DataError {
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File {
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            what: what.into(),
        }
    }
}
