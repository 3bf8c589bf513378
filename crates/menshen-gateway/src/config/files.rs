//! Who may read a file.
//!
//! A path goes in, a yes or no comes out. Nothing is changed, and nothing is refused here.

use std::io;
use std::path::Path;

/// Whether everybody on the machine may read or change the file.
#[cfg(unix)]
pub(crate) fn is_open_to_all(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o007 != 0)
}

/// Whether everybody on the machine may read or change the file: unknown here.
#[cfg(not(unix))]
pub(crate) fn is_open_to_all(_: &Path) -> io::Result<bool> {
    Ok(false)
}
