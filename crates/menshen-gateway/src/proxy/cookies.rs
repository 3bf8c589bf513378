//! Our cookies stay between the browser and us. Pure.
//!
//! In: headers. Out: the same without cookies of ours: the application never sees a session of the
//! gateway (S-046), and never sets one. A cookie is ours when its name, without the prefixes that
//! browsers understand, begins with `menshen_`, in letters of any case: names of cookies have a case, but
//! an application that folds it would take another spelling for ours.

use http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};

const OURS: &[u8] = b"menshen_";

/// Takes ours out of what the browser sent. Several lines, as HTTP/2 has them, become one.
pub(super) fn strip(headers: &mut HeaderMap) {
    let mut lines = headers.get_all(COOKIE).iter();
    let Some(first) = lines.next() else { return };
    if lines.next().is_none() && !may_hold_ours(first.as_bytes()) {
        return;
    }
    let mut kept: Vec<u8> = Vec::new();
    for line in headers.get_all(COOKIE) {
        for pair in line.as_bytes().split(|byte| *byte == b';') {
            let pair = pair.trim_ascii();
            if pair.is_empty() || is_ours(pair) {
                continue;
            }
            if !kept.is_empty() {
                kept.extend_from_slice(b"; ");
            }
            kept.extend_from_slice(pair);
        }
    }
    headers.remove(COOKIE);
    if let (false, Ok(value)) = (kept.is_empty(), HeaderValue::from_bytes(&kept)) {
        headers.insert(COOKIE, value);
    }
}

/// Takes away cookies that the application tries to set under our names.
pub(super) fn strip_set(headers: &mut HeaderMap) {
    // A cookie without a name is sent back as its value alone, and then that is a name.
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'=';
    let is_bad = |value: &HeaderValue| {
        let line = value.as_bytes();
        let start = line.iter().position(|byte| !is_blank(byte));
        is_ours(
            start
                .and_then(|start| line.get(start..))
                .unwrap_or_default(),
        )
    };
    if !headers.get_all(SET_COOKIE).iter().any(is_bad) {
        return;
    }
    let all: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for value in all.into_iter().filter(|value| !is_bad(value)) {
        headers.append(SET_COOKIE, value);
    }
}

/// Whether it is worth taking apart. Cheap: most requests end here.
fn may_hold_ours(line: &[u8]) -> bool {
    let after = OURS.len() - 1;
    memchr::memchr_iter(b'_', line).any(|at| {
        let start = at.checked_sub(after);
        let word = start.and_then(|start| line.get(start..=at));
        word.is_some_and(|word| word.eq_ignore_ascii_case(OURS))
    })
}

fn is_ours(pair: &[u8]) -> bool {
    let after = |name: &'static [u8]| {
        let start = pair.get(..name.len())?;
        let is = start.eq_ignore_ascii_case(name);
        is.then(|| pair.get(name.len()..)).flatten()
    };
    let name = after(b"__Host-")
        .or_else(|| after(b"__Secure-"))
        .unwrap_or(pair);
    name.get(..OURS.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(OURS))
}

#[cfg(test)]
mod tests;
