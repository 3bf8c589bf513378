//! Our cookies stay between the browser and us. Pure.
//!
//! In: headers. Out: the same without cookies of ours: the application never sees a session of the
//! gateway (S-046), and never sets one. A cookie is ours when its name, without the prefixes that
//! browsers understand, begins with `menshen_`, in letters of any case: names of cookies have a case, but
//! an application that folds it would take another spelling for ours.

use http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};

use crate::session::cookie;

/// Takes ours out of what the browser sent. Several lines, as HTTP/2 has them, become one.
pub(super) fn strip(headers: &mut HeaderMap) {
    let Some(sent) = headers.get(COOKIE) else {
        return;
    };
    let kept = cookie::for_sites(headers);
    if kept == *sent && headers.get_all(COOKIE).iter().nth(1).is_none() {
        return;
    }
    headers.remove(COOKIE);
    if !kept.is_empty() {
        headers.insert(COOKIE, kept);
    }
}

/// Takes away cookies that the application tries to set under our names.
pub(super) fn strip_set(headers: &mut HeaderMap) {
    // A cookie without a name is sent back as its value alone, and then that is a name.
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'=';
    let is_bad = |value: &HeaderValue| {
        let line = value.as_bytes();
        let start = line.iter().position(|byte| !is_blank(byte));
        let pair = start.and_then(|start| line.get(start..));
        pair.is_some_and(cookie::is_ours)
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

#[cfg(test)]
mod tests;
