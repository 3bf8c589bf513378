//! One line of the state file: a checksum, a space, the rows of a batch as JSON.
//!
//! In: rows, or a line. Out: a line, or its rows when nothing in it has changed. JSON has no line breaks and
//! no NUL, so a line ends where it ends, and a block that was never written is told from one that was.

use sha1::{Digest as _, Sha1};

use crate::world::hex;

/// Letters of the checksum: half of a SHA-1. It guards against accidents, not against people.
const SUM: usize = 20;

/// A line for these rows.
pub(super) fn seal(rows: &[u8]) -> Vec<u8> {
    let mut line = sum(rows).into_bytes();
    line.push(b' ');
    line.extend_from_slice(rows);
    line.push(b'\n');
    line
}

/// The rows of a line without its end; `None` when they are not what was written.
pub(super) fn open(line: &[u8]) -> Option<&str> {
    let (found, rest) = line.split_at_checked(SUM)?;
    let rows = rest.strip_prefix(b" ")?;
    (sum(rows).as_bytes() == found).then_some(())?;
    std::str::from_utf8(rows).ok()
}

fn sum(rows: &[u8]) -> String {
    let mut sum = hex(&Sha1::digest(rows));
    sum.truncate(SUM);
    sum
}
