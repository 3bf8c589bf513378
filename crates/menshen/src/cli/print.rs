//! Results, to stdout: the only place that writes there.
//!
//! In: a text that was asked for. Out: the text, or an error when nobody reads any more. Logs and reasons go to
//! stderr and never come here.

use std::fmt;
use std::io::{self, Write as _};

use menshen_gateway::sdk::Timestamp;

/// Writes one line of the result.
pub(super) fn line(text: impl fmt::Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// A time as results show it.
pub(super) fn time(time: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(time.as_millis()).map_or_else(
        |_| "-".to_owned(),
        |time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    )
}
