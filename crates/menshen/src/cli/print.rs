//! Results, to stdout: the only place that writes there.
//!
//! In: a text that was asked for. Out: the text, or an error when nobody reads any more. Logs and reasons go to
//! stderr and never come here.

use std::fmt;
use std::io::{self, Write as _};

/// Writes one line of the result.
pub(super) fn line(text: impl fmt::Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}
