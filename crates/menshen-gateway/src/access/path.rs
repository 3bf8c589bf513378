//! The path of a request, in one canonical form and in every other way a server might read it.
//!
//! In: the path as it was sent, without its query. Out: the canonical form (percent-decoded once, an
//! encoded slash left encoded), whether every server makes the same of it, and the other ways to read it
//! (`path/readings`). A path that leads somewhere else by dots, in whatever disguise, is refused:
//! no browser sends one. Security: the path is only ever judged here. What is forwarded is what was
//! sent, byte for byte (invariant 1).

mod readings;

use std::borrow::Cow;

#[cfg(test)]
mod tests;

/// The longest path that is judged.
const LONGEST: usize = 8 * 1024;

/// A path that may be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path<'r> {
    canonical: Cow<'r, str>,
    others: Vec<String>,
    is_clear: bool,
}

/// Why a path is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadPath {
    #[error("it does not begin with a slash")]
    NoSlash,
    #[error("it is longer than 8 KiB")]
    TooLong,
    #[error("it has a control character, a space, a `#` or a byte outside ASCII")]
    Character,
    #[error("it has a percent sign without two hexadecimal digits")]
    Percent,
    #[error("it has a `.` or `..` segment, plain or in disguise")]
    DotSegment,
    #[error("it is percent-encoded again and again")]
    TooDeep,
}

impl<'r> Path<'r> {
    /// Reads a path.
    pub(crate) fn parse(raw: &'r str) -> Result<Self, BadPath> {
        if !raw.starts_with('/') {
            return Err(BadPath::NoSlash);
        }
        if raw.len() > LONGEST {
            return Err(BadPath::TooLong);
        }
        if raw.bytes().all(is_plain) && has_good_segments(raw) {
            return Ok(Self {
                canonical: Cow::Borrowed(raw),
                others: Vec::new(),
                is_clear: true,
            });
        }
        check_bytes(raw.as_bytes())?;
        let (canonical, is_clear) = decode_once(raw.as_bytes());
        let is_clear = is_clear && has_good_segments(&canonical);
        let mut others = if is_clear {
            Vec::new()
        } else {
            readings::of(raw, &canonical)?
        };
        others.extend(readings::literal(raw));
        Ok(Self {
            canonical: Cow::Owned(canonical),
            others,
            is_clear,
        })
    }

    /// The form that rules are written in.
    pub(crate) fn canonical(&self) -> &str {
        &self.canonical
    }

    /// Whether every server that decodes it reads it alike. Nothing else is ever public.
    pub(crate) fn is_clear(&self) -> bool {
        self.is_clear
    }

    /// All the ways to read it, the canonical one first.
    pub(crate) fn readings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.canonical).chain(self.others.iter().map(String::as_str))
    }
}

/// What stands for itself in every server (RFC 3986: `pchar` without `;`, and the slash).
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,=:@".contains(&byte)
}

/// No segment is empty but the last, none is made of dots, and none ends in what Windows drops.
fn has_good_segments(path: &str) -> bool {
    let mut segments = path[1..].split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        if (segment.is_empty() && !is_last) || segment.ends_with(['.', ' ']) {
            return false;
        }
    }
    true
}

fn check_bytes(raw: &[u8]) -> Result<(), BadPath> {
    let is_forbidden = |byte: &u8| !byte.is_ascii_graphic() || matches!(byte, b'#' | b'?');
    if raw.iter().any(is_forbidden) {
        return Err(BadPath::Character);
    }
    let mut rest = raw;
    while let Some(at) = rest.iter().position(|byte| *byte == b'%') {
        match rest.get(at + 1..at + 3) {
            Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => rest = &rest[at + 3..],
            _ => return Err(BadPath::Percent),
        }
    }
    Ok(())
}

/// The canonical form, and whether nothing that was decoded means something to anybody.
fn decode_once(raw: &[u8]) -> (String, bool) {
    let mut is_clear = !raw.iter().any(|byte| matches!(byte, b'\\' | b';'));
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((byte, after)) = rest.split_first() {
        match (byte, after) {
            (b'%', [b'2', b'f' | b'F', ..]) => {
                is_clear = false;
                bytes.extend_from_slice(b"%2F");
                rest = &after[2..];
            }
            (b'%', [high, low, ..]) => {
                bytes.push(hex(*high) * 16 + hex(*low));
                rest = &after[2..];
            }
            _ => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            is_clear = false;
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }
    };
    let is_clear = is_clear && !text.chars().any(readings::is_ambiguous);
    (text, is_clear)
}

/// The value of a digit that `check_bytes` has seen.
fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit.wrapping_sub(b'A').wrapping_add(10),
    }
}
