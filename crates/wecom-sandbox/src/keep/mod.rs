//! The state on disk, for `--data DIR`: what an answer has told is never forgotten.
//!
//! In: a folder, and whoever can say what has changed. Out: the state of before at the start; from then on,
//! each answer waits here until every change it may speak of lies on the disk. Changes of many requests are
//! flushed together. When the disk fails, nothing is answered any more. The journal is not kept.

mod batch;
mod error;
mod file;
mod folder;
mod line;
#[cfg(test)]
mod tests;
mod things;

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio_util::sync::CancellationToken;

pub(crate) use self::batch::{Batch, Known};
pub use self::error::DataError;
use self::file::StateFile;
use self::folder::Folder;
pub(crate) use self::things::{Things, Unreadable};

/// The state cannot be kept any more: the disk is full, or gone.
#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "the sandbox cannot keep its state any more ({0}): it answers nothing that it might forget"
)]
pub struct Lost(Arc<str>);

impl Lost {
    pub(crate) fn new(error: &impl std::fmt::Display) -> Self {
        Self(error.to_string().into())
    }

    /// What the system said.
    pub(crate) fn why(&self) -> &str {
        &self.0
    }
}

/// What was read from a folder.
pub(crate) struct Opened {
    file: StateFile,
    bytes: Option<Vec<u8>>,
}

impl Opened {
    /// Takes a folder, making it if there is none.
    pub(crate) fn open(path: &Path) -> Result<Self, DataError> {
        let file = StateFile::new(Folder::open(path)?);
        let bytes = file.read()?;
        Ok(Self { file, bytes })
    }

    /// What the file says makes no sense.
    pub(crate) fn damaged(&self, error: &Unreadable) -> DataError {
        self.file.damaged(error)
    }

    /// Reads the state of before. What cannot be understood is damage, like what cannot be read.
    pub(crate) fn restore<T>(
        &self,
        read: impl FnOnce(&mut Things<'_>) -> Result<T, Unreadable>,
    ) -> Result<Option<T>, DataError> {
        let Some(bytes) = &self.bytes else {
            return Ok(None);
        };
        let mut things = self.file.things(bytes)?;
        let read = read(&mut things).and_then(|read| things.finish().map(|()| read));
        read.map(Some).map_err(|error| self.damaged(&error))
    }

    pub(crate) fn keeper(self) -> Keeper {
        Keeper(Arc::new(Shared {
            file: Mutex::new(self.file),
            written: AtomicU64::new(0),
            flushed: Mutex::new(0),
            lost: OnceLock::new(),
            is_lost: CancellationToken::new(),
        }))
    }
}

/// Writes changes down before their answers leave. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Keeper(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    file: Mutex<StateFile>,
    /// How many batches have been written. It changes while `file` is held.
    written: AtomicU64,
    /// How many of them lie on the disk. Taken while `file` is held, never the other way round.
    flushed: Mutex<u64>,
    lost: OnceLock<Lost>,
    is_lost: CancellationToken,
}

/// What has to lie on the disk before an answer leaves.
struct Written {
    file: Arc<File>,
    count: u64,
}

impl Keeper {
    /// Writes what has changed and waits until it, and everything written before, lies on the disk. It
    /// blocks. `collect` is told whether to give everything; then the file is written anew.
    pub(crate) fn settle(&self, collect: impl FnOnce(&mut Batch, bool)) -> Result<(), Lost> {
        let settled = self.write(collect).and_then(|written| self.flush(written));
        settled.map_err(|error| self.lose(&error))
    }

    /// Waits until nothing can be kept any more, and says why.
    pub(crate) async fn until_lost(&self) -> Lost {
        self.0.is_lost.cancelled().await;
        let lost = self.0.lost.get().cloned();
        lost.unwrap_or_else(|| Lost::new(&"it is not known why"))
    }

    fn write(&self, collect: impl FnOnce(&mut Batch, bool)) -> io::Result<Option<Written>> {
        let mut file = lock(&self.0.file);
        // One who failed may have left half a line: nothing may follow it.
        if let Some(lost) = self.0.lost.get() {
            return Err(io::Error::other(lost.why().to_owned()));
        }
        let mut batch = Batch::default();
        collect(&mut batch, file.is_long());
        if !batch.is_empty() {
            let is_whole = batch.is_whole();
            // Told before the lock goes: nobody writes behind half a line.
            file.write(batch).inspect_err(|error| {
                self.lose(error);
            })?;
            let count = self.0.written.fetch_add(1, Ordering::SeqCst) + 1;
            if is_whole {
                *lock(&self.0.flushed) = count;
            }
        }
        let count = self.0.written.load(Ordering::SeqCst);
        let open = file.current();
        Ok(open.map(|file| Written { file, count }))
    }

    /// Who comes first flushes for everybody who has written by then.
    fn flush(&self, written: Option<Written>) -> io::Result<()> {
        let Some(Written { file, count }) = written else {
            return Ok(());
        };
        let mut flushed = lock(&self.0.flushed);
        if *flushed >= count {
            return Ok(());
        }
        // All of these lie in this file: before another takes its place, `flushed` is taken.
        let count = self.0.written.load(Ordering::SeqCst);
        file.sync_data()?;
        *flushed = count;
        Ok(())
    }

    fn lose(&self, error: &io::Error) -> Lost {
        let lost = self.0.lost.get_or_init(|| Lost::new(error));
        self.0.is_lost.cancel();
        lost.clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whoever panicked here left numbers that are too small at worst: the next one flushes once more.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
