//! The answer that hyper gives by itself to a head it cannot read: a status line, no body, the end.
//!
//! In: bytes that hyper wants to write. Out: where in them that answer begins, and its status. It knows
//! the form hyper writes and no other: what looks different is somebody's answer and stays as it is.

use http::StatusCode;

/// hyper's own answer, at the end of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bare<'a> {
    /// Where it begins.
    pub(super) at: usize,
    /// What it says.
    pub(super) status: StatusCode,
    /// The value of its `date`.
    pub(super) date: &'a str,
}

/// Finds it.
pub(super) fn find(bytes: &[u8]) -> Option<Bare<'_>> {
    let at = memchr::memmem::rfind(bytes, b"HTTP/1.")?;
    let text = std::str::from_utf8(bytes.get(at..)?).ok()?;
    let mut lines = text.strip_suffix("\r\n\r\n")?.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut date = "";
    for line in lines {
        match line.split_once(": ")? {
            ("connection", "close") | ("content-length", "0") => {}
            ("date", value) => date = value,
            _ => return None,
        }
    }
    let is_refusal = matches!(
        status,
        StatusCode::BAD_REQUEST
            | StatusCode::URI_TOO_LONG
            | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
    );
    is_refusal.then_some(Bare { at, status, date })
}

#[cfg(test)]
mod tests;
