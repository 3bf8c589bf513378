//! Results, to stdout: the only place that writes there.

use std::fmt;
use std::io::{self, Write as _};

/// Writes one line of the result.
pub(super) fn line(text: impl fmt::Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}
