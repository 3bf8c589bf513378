//! How servers behind us might read a path that is not clear.
//!
//! In: the path as it was sent. Out: what it becomes for a server that decodes again, takes an encoded
//! slash or a backslash for a slash, cuts `;…` off a segment, merges slashes, accepts overlong UTF-8
//! or folds full-width characters. Whoever may not open one of these may not open the path. A reading
//! with a dot segment or a control character refuses the path. A server that compares before it decodes has a
//! reading of its own, also of paths that are clear to all others.

use super::BadPath;

/// After so many decodings a path must have stopped changing.
const ROUNDS: usize = 4;

/// Whether a character, once decoded, means something to some server.
pub(super) fn is_ambiguous(character: char) -> bool {
    character.is_control() || "\\;%#?".contains(character) || plain_twin(character) != character
}

/// Every reading but the canonical one.
pub(super) fn of(raw: &str, canonical: &str) -> Result<Vec<String>, BadPath> {
    let mut readings = Readings {
        canonical,
        found: Vec::new(),
    };
    readings.add(canonical)?;
    let mut bytes = raw.as_bytes().to_vec();
    for _ in 0..ROUNDS {
        let decoded: Vec<u8> = percent_encoding::percent_decode(&bytes).collect();
        let is_last = decoded == bytes;
        readings.add(&String::from_utf8_lossy(&decoded))?;
        readings.add(&String::from_utf8_lossy(&shorten_overlong(&decoded)))?;
        if is_last {
            return Ok(readings.found);
        }
        bytes = decoded;
    }
    Err(BadPath::TooDeep)
}

/// What a server sees that compares before it decodes: letters that nobody has to encode stay as they were
/// sent (S-025). Nothing where there are none.
pub(super) fn literal(raw: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut has_any = false;
    let mut rest = raw.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let escape = after.first_chunk::<2>().filter(|_| *byte == b'%');
        let Some(digits) = escape else {
            bytes.push(*byte);
            rest = after;
            continue;
        };
        let decoded = percent_encoding::percent_decode(&rest[..3]).next();
        match decoded {
            Some(byte) if !is_needless(byte) && byte != b'/' => bytes.push(byte),
            _ => {
                has_any |= decoded.is_some_and(is_needless);
                bytes.push(b'%');
                bytes.extend(digits.map(|digit| digit.to_ascii_uppercase()));
            }
        }
        rest = &after[2..];
    }
    has_any.then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether nobody has to encode it (RFC 3986, 2.3).
fn is_needless(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

struct Readings<'r> {
    canonical: &'r str,
    found: Vec<String>,
}

impl Readings<'_> {
    /// Adds a text as it is, and as a server sees it that cleans up more than it should.
    fn add(&mut self, text: &str) -> Result<(), BadPath> {
        if text.chars().any(char::is_control) {
            return Err(BadPath::Character);
        }
        let text: String = text.chars().map(plain_twin).collect();
        let text = text.replace('\\', "/");
        self.keep(clean(&text)?);
        let cut = text.split(['#', '?']).next().unwrap_or_default();
        self.keep(clean(cut)?);
        self.keep(text);
        Ok(())
    }

    fn keep(&mut self, text: String) {
        if text != self.canonical && !self.found.contains(&text) {
            self.found.push(text);
        }
    }
}

/// Without parameters, empty segments, and what Windows drops at the end of a name.
fn clean(text: &str) -> Result<String, BadPath> {
    let mut cleaned = String::with_capacity(text.len());
    for segment in text.split('/') {
        let name = segment.split(';').next().unwrap_or_default();
        let name = name.trim_end_matches(' ');
        if matches!(name, "." | "..") {
            return Err(BadPath::DotSegment);
        }
        let name = name.trim_end_matches(['.', ' ']);
        if !name.is_empty() {
            cleaned.push('/');
            cleaned.push_str(name);
        }
    }
    if cleaned.is_empty() || text.ends_with('/') {
        cleaned.push('/');
    }
    Ok(cleaned)
}

/// The ASCII character that a best-fit mapping makes of another.
fn plain_twin(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => {
            let code = u32::from(character) - 0xfee0;
            char::from_u32(code).unwrap_or(character)
        }
        '\u{2024}' | '\u{fe52}' | '\u{3002}' | '\u{ff61}' => '.',
        '\u{2044}' | '\u{2215}' | '\u{29f8}' => '/',
        '\u{2216}' | '\u{29f5}' | '\u{29f9}' | '\u{fe68}' => '\\',
        '\u{fe6a}' => '%',
        '\u{37e}' | '\u{fe54}' => ';',
        other => other,
    }
}

/// Overlong UTF-8 as the servers read it that accept it: `C0 AF` is a slash.
fn shorten_overlong(bytes: &[u8]) -> Vec<u8> {
    let low = |byte: u8| byte & 0x3f;
    let is_next = |byte: u8| byte & 0xc0 == 0x80;
    let mut short = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let (byte, taken) = match *rest {
            [] => return short,
            [first @ (0xc0 | 0xc1), a, ..] if is_next(a) => ((first & 1) << 6 | low(a), 2),
            [0xe0, a @ (0x80 | 0x81), b, ..] if is_next(b) => ((a & 1) << 6 | low(b), 3),
            [0xf0, 0x80, a @ (0x80 | 0x81), b, ..] if is_next(b) => ((a & 1) << 6 | low(b), 4),
            [first, ..] => (first, 1),
        };
        short.push(byte);
        rest = &rest[taken..];
    }
}
