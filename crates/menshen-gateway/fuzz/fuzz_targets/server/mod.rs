//! What servers make of a path, habit by habit: the judge in `paths`. It shares no code with the readings of the gate.

use percent_encoding::percent_decode;

/// What a server makes of a path: so many decodings, and then one habit for each bit.
pub fn served(raw: &str, decodings: u8, habits: u8) -> Vec<u8> {
    let has = |bit: u8| habits & 1 << bit != 0;
    let mut path = match decodings % 4 {
        0 => undecoded(raw.as_bytes()),
        _ => raw.as_bytes().to_vec(),
    };
    for _ in 0..decodings % 4 {
        path = percent_decode(&path).collect();
    }
    if has(0) {
        path = overlong(&path);
    }
    if has(1) {
        let text = String::from_utf8_lossy(&path).into_owned();
        path = text.chars().map(narrow).collect::<String>().into_bytes();
    }
    if has(2) {
        path.iter_mut()
            .filter(|byte| **byte == b'\\')
            .for_each(|byte| *byte = b'/');
    }
    if has(3) {
        let end = path.iter().position(|byte| matches!(byte, b'#' | b'?'));
        path.truncate(end.unwrap_or(path.len()));
    }
    if has(4) {
        path = each_segment(&path, |segment| {
            segment.split(|byte| *byte == b';').next().unwrap()
        });
    }
    if has(5) {
        path = each_segment(&path, |segment| {
            let end = segment.iter().rposition(|byte| !b". ".contains(byte));
            &segment[..end.map_or(0, |end| end + 1)]
        });
    }
    if has(6) {
        path.dedup_by(|next, last| *next == b'/' && *last == b'/');
    }
    path
}

/// What a server sees that compares before it decodes, in the form of its own rules: what has to be encoded is one
/// thing in both; what never has to be (RFC 3986, 2.3) is not.
fn undecoded(mut raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some((first, rest)) = raw.split_first() {
        let escape = raw.get(..3).filter(|_| *first == b'%');
        let byte = escape.and_then(|escape| percent_decode(escape).next());
        match (escape, byte) {
            (Some(_), Some(byte)) if !byte.is_ascii_alphanumeric() && !b"-._~/".contains(&byte) => {
                out.push(byte);
                raw = &raw[3..];
            }
            (Some(escape), _) => {
                out.extend(escape.to_ascii_uppercase());
                raw = &raw[3..];
            }
            (None, _) => {
                out.push(*first);
                raw = rest;
            }
        }
    }
    out
}

fn each_segment(path: &[u8], change: impl Fn(&[u8]) -> &[u8]) -> Vec<u8> {
    path.split(|byte| *byte == b'/')
        .map(change)
        .collect::<Vec<_>>()
        .join(&b'/')
}

/// `C0 AF` and its longer forms, which are a slash for servers that should not take them.
fn overlong(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        let length = match first {
            0xc0 | 0xc1 => 2,
            0xe0 => 3,
            0xf0 => 4,
            _ => 1,
        };
        let tail = after.get(..length - 1).unwrap_or_default();
        let is_whole = tail.len() == length - 1 && tail.iter().all(|byte| byte & 0xc0 == 0x80);
        let start = u32::from(*first) & if length == 2 { 0x1f } else { 0x0f };
        let code = tail
            .iter()
            .fold(start, |code, byte| code << 6 | u32::from(byte & 0x3f));
        if length > 1 && is_whole && code < 0x80 {
            out.push(code as u8);
            rest = &rest[length..];
        } else {
            out.push(*first);
            rest = after;
        }
    }
    out
}

/// The plain letter that some servers make of a wide one.
fn narrow(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap(),
        '\u{2044}' | '\u{2215}' => '/',
        '\u{2024}' => '.',
        '\u{2216}' => '\\',
        other => other,
    }
}
