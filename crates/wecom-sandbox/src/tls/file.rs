//! Files of the authority: the key readable by its owner only, both written as a whole or not at all.
//!
//! In: paths and texts. Out: texts, or the error with its path. It never writes over a file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use super::TlsError;

fn failed(path: &Path) -> impl FnOnce(io::Error) -> TlsError {
    move |source| TlsError::File {
        path: path.to_owned(),
        source,
    }
}

/// Everybody may look into it: whoever runs the program under test needs the certificate, also where the sandbox
/// was started by root for port 443. The key has a mode of its own.
pub(super) fn create_folder(folder: &Path) -> Result<(), TlsError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o755);
    builder.create(folder).map_err(failed(folder))
}

/// A file's text; `None` when there is none.
pub(super) fn read(path: &Path) -> Result<Option<String>, TlsError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path)(error)),
    }
}

/// The same for a secret. Security: one that others can read is refused, not used.
pub(super) fn read_secret(path: &Path) -> Result<Option<String>, TlsError> {
    let text = read(path)?;
    #[cfg(unix)]
    if text.is_some() {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path).map_err(failed(path))?.permissions();
        if mode.mode() & 0o077 != 0 {
            return Err(TlsError::Exposed(path.to_owned()));
        }
    }
    Ok(text)
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), TlsError> {
    write_as(path, text, 0o644)
}

pub(super) fn write_secret(path: &Path, text: &str) -> Result<(), TlsError> {
    write_as(path, text, 0o600)
}

/// Writes beside the place and moves it there: nobody finds half a file.
fn write_as(path: &Path, text: &str, mode: u32) -> Result<(), TlsError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = Path::new(&beside);
    // What an earlier attempt left behind has perhaps another mode.
    if let Err(error) = fs::remove_file(beside)
        && error.kind() != ErrorKind::NotFound
    {
        return Err(failed(beside)(error));
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(beside).map_err(failed(beside))?;
    let written = file.write_all(text.as_bytes());
    let written = written.and_then(|()| File::sync_all(&file));
    written.map_err(failed(beside))?;
    fs::rename(beside, path).map_err(failed(path))
}
