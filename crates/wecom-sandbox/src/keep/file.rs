//! The state file: a heading with its form, then lines; the first is everything, the others are changes.
//!
//! In: batches. Out: the file, flushed to the disk when told. Everything is written beside the file and moved
//! there, so that nobody finds half of it; changes are added at its end. It is never written over in place.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use super::batch::Batch;
use super::error::DataError;
use super::folder::{Folder, for_owner};
use super::line;
use super::things::{Things, Unreadable};

/// The form of the file. It grows with each change that an older program could not read.
pub(super) const FORM: u32 = 1;

const HEADING: &str = "menshen sandbox state, form ";

/// From this length on, and four times that of everything, the file is written anew.
const LONG: u64 = 32 * 1024 * 1024;

/// The file as it is being written.
#[derive(Debug)]
pub(super) struct StateFile {
    folder: Folder,
    /// None before everything was written once.
    open: Option<Arc<File>>,
    length: u64,
    whole: u64,
}

impl StateFile {
    pub(super) fn new(folder: Folder) -> Self {
        Self {
            folder,
            open: None,
            length: 0,
            whole: 0,
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.file("state")
    }

    /// What the file says, whole; `None` when there is none.
    pub(super) fn read(&self) -> Result<Option<Vec<u8>>, DataError> {
        let path = self.path();
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(DataError::at(&path)(error)),
        }
    }

    /// Reads what [`StateFile::read`] gave. A last line that was never whole is passed over: nobody was
    /// answered from it.
    pub(super) fn things<'a>(&self, bytes: &'a [u8]) -> Result<Things<'a>, DataError> {
        let path = self.path();
        let body = self.check_heading(bytes)?;
        let mut things = Things::default();
        let mut rest = body;
        let mut number = 1;
        while !rest.is_empty() {
            number += 1;
            let end = rest.iter().position(|byte| *byte == b'\n');
            let rows = end.and_then(|end| line::open(rest.get(..end)?));
            let Some((end, rows)) = end.zip(rows) else {
                // Everything was moved there whole: it cannot be torn.
                if number == 2 || !is_torn(rest) {
                    return Err(DataError::damaged(&path, format!("line {number}")));
                }
                tracing::warn!(file = %path.display(), "the last change of the state was not whole");
                break;
            };
            let read = things.add(rows);
            read.map_err(|error| DataError::damaged(&path, format!("line {number}: {error}")))?;
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        if number == 1 {
            return Err(DataError::damaged(&path, "nothing after its heading"));
        }
        Ok(things)
    }

    /// The text after the heading.
    fn check_heading<'a>(&self, bytes: &'a [u8]) -> Result<&'a [u8], DataError> {
        let foreign = || DataError::Foreign(self.path());
        let rest = bytes.strip_prefix(HEADING.as_bytes()).ok_or_else(foreign)?;
        let end = rest.iter().position(|byte| *byte == b'\n');
        let (form, body) = rest
            .split_at_checked(end.unwrap_or(0))
            .ok_or_else(foreign)?;
        let form = std::str::from_utf8(form)
            .ok()
            .and_then(|form| form.parse().ok());
        match form {
            Some(form) if form > FORM => Err(DataError::Newer {
                path: self.path(),
                found: form,
            }),
            Some(FORM) => Ok(body.get(1..).unwrap_or_default()),
            _ => Err(foreign()),
        }
    }

    /// What a reader could not understand is damage.
    pub(super) fn damaged(&self, error: &Unreadable) -> DataError {
        DataError::damaged(&self.path(), error.to_string())
    }

    /// The file that batches go to now.
    pub(super) fn current(&self) -> Option<Arc<File>> {
        self.open.clone()
    }

    /// Whether it is time to write everything anew.
    pub(super) fn is_long(&self) -> bool {
        self.length > LONG.max(self.whole.saturating_mul(4))
    }

    /// Writes a batch, and gives the file to flush. A batch that is everything is flushed already.
    pub(super) fn write(&mut self, batch: Batch) -> io::Result<Arc<File>> {
        let is_whole = batch.is_whole();
        let line = line::seal(&batch.finish().map_err(io::Error::other)?);
        match &self.open {
            Some(file) if !is_whole => {
                let mut writer: &File = file;
                writer.write_all(&line)?;
                self.length += u64::try_from(line.len()).unwrap_or(u64::MAX);
                Ok(file.clone())
            }
            _ => self.write_whole(&line),
        }
    }

    fn write_whole(&mut self, line: &[u8]) -> io::Result<Arc<File>> {
        let beside = self.folder.file("state.new");
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = for_owner(OpenOptions::new().append(true).create_new(true)).open(&beside)?;
        file.write_all(format!("{HEADING}{FORM}\n").as_bytes())?;
        file.write_all(line)?;
        file.sync_all()?;
        fs::rename(&beside, self.path())?;
        self.folder.sync()?;
        let file = Arc::new(file);
        self.open = Some(file.clone());
        self.whole = u64::try_from(line.len()).unwrap_or(u64::MAX);
        self.length = self.whole;
        Ok(file)
    }
}

/// Whether a place that cannot be read is the end of what was written when the process was killed or the
/// machine lost its power: a line without its end, or with blocks that never came to the disk, and nothing
/// whole behind it.
fn is_torn(rest: &[u8]) -> bool {
    let mut lines = rest.split_inclusive(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let is_unwritten = !first.ends_with(b"\n") || first.contains(&0);
    let is_whole = |line: &[u8]| line.strip_suffix(b"\n").and_then(line::open).is_some();
    is_unwritten && !lines.any(is_whole)
}
