//! A secret that lies in a file and may be replaced there while the gateway runs.
//!
//! A path goes in; each question gives the secret as it lies there now, or as it last did while a new one
//! is being written or the disk does not answer. Never: printed, or kept anywhere but in memory.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::runtime::Handle;
use wecom_sdk::{Secret, SecretSource, SecretUnavailable};

/// The longest secret file that is read.
const LENGTH: u64 = 4096;
/// How long whoever asks waits for the disk. A worker of the gateway waits here.
const PATIENCE: Duration = Duration::from_millis(250);

/// Why a secret file gives no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// It cannot be read.
    #[error("{0} cannot be read: {1}")]
    Io(PathBuf, #[source] io::Error),
    /// It holds nothing, several lines, or something that cannot be a secret.
    #[error("{0} must hold the secret alone, on one line")]
    Malformed(PathBuf),
    /// The file system does not answer.
    #[error("{0} cannot be read: its file system does not answer")]
    Silent(PathBuf),
}

/// A secret in a file. Read anew when the file changed, so that a rotation needs no restart.
pub struct SecretFile {
    path: PathBuf,
    known: Arc<Mutex<Known>>,
    /// Somebody reads it. No second thread waits for a disk that does not answer.
    is_being_read: Arc<AtomicBool>,
}

#[derive(Default)]
struct Known {
    /// What was read last, and could be used.
    last: Option<(Stamp, Secret)>,
    /// What was said about the file since then.
    said: Option<String>,
}

/// By what a changed file is known.
type Stamp = (Option<SystemTime>, u64);

impl fmt::Debug for SecretFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretFile({})", self.path.display())
    }
}

impl SecretFile {
    /// The secret in this file; nothing is read yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            known: Arc::default(),
            is_being_read: Arc::default(),
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The secret as the file holds it now, without the white space around it. While a new file is
    /// half written or unreadable, the last good secret is given, and the log says so once for each reason.
    pub fn read(&self) -> Result<Secret, SecretFileError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = known.last.as_ref().map(|(stamp, _)| *stamp);
        drop(known);
        let read = match Handle::try_current() {
            Ok(runtime) => self.read_aside(&runtime, stamp),
            Err(_) => read_changed(&self.path, stamp),
        };
        self.take(read)
    }

    /// Reads on a thread of its own, and waits a moment for it.
    fn read_aside(&self, runtime: &Handle, known: Option<Stamp>) -> Read {
        if self.is_being_read.swap(true, SeqCst) {
            return match known {
                // It is read this very moment.
                Some(_) => Ok(None),
                None => Err(SecretFileError::Silent(self.path.clone())),
            };
        }
        let (tell, heard) = sync_channel(1);
        let (path, reading) = (self.path.clone(), Reading(Arc::clone(&self.is_being_read)));
        let memory = Arc::clone(&self.known);
        drop(runtime.spawn_blocking(move || {
            let read = read_changed(&path, known);
            if let Ok(Some(changed)) = &read {
                // Whoever asked may have gone on with the old one; the next has the new one.
                memory.lock().unwrap_or_else(PoisonError::into_inner).last = Some(changed.clone());
            }
            drop(reading);
            let _ = tell.send(read);
        }));
        let silent = |_| Err(SecretFileError::Silent(self.path.clone()));
        heard.recv_timeout(PATIENCE).unwrap_or_else(silent)
    }

    /// What a look at the file comes to.
    fn take(&self, read: Read) -> Result<Secret, SecretFileError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = match read {
            Ok(changed) => changed,
            Err(error) => {
                let Some((_, secret)) = known.last.clone() else {
                    return Err(error);
                };
                let said = error.to_string();
                if known.said.as_ref() != Some(&said) {
                    tracing::warn!(
                        error = said,
                        "a secret file cannot be used; its last good secret still is"
                    );
                    known.said = Some(said);
                }
                return Ok(secret);
            }
        };
        known.said = None;
        if changed.is_some() {
            known.last = changed;
        }
        let secret = known.last.as_ref().map(|(_, secret)| secret.clone());
        secret.ok_or_else(|| SecretFileError::Malformed(self.path.clone()))
    }
}

/// What was found; nothing where the file is as it was.
type Read = Result<Option<(Stamp, Secret)>, SecretFileError>;

/// Tells, however it ends, that nobody reads any more.
struct Reading(Arc<AtomicBool>);

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.store(false, SeqCst);
    }
}

fn read_changed(path: &Path, known: Option<Stamp>) -> Read {
    let io = |error| SecretFileError::Io(path.to_owned(), error);
    let metadata = fs::metadata(path).map_err(io)?;
    let stamp = (metadata.modified().ok(), metadata.len());
    if known == Some(stamp) {
        return Ok(None);
    }
    if metadata.len() > LENGTH {
        return Err(SecretFileError::Malformed(path.to_owned()));
    }
    let text = fs::read_to_string(path).map_err(io)?;
    let secret = text.trim();
    if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(SecretFileError::Malformed(path.to_owned()));
    }
    Ok(Some((stamp, Secret::new(secret))))
}

impl SecretSource for SecretFile {
    fn secret(&self) -> Result<Secret, SecretUnavailable> {
        // The reason is read again by whoever tells the operator (`connector/error`).
        self.read().map_err(|_| SecretUnavailable)
    }
}
