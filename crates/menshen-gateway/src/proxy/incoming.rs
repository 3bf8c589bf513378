//! The head of an answer on its way back to the browser. Pure.
//!
//! In: the head as the upstream sent it. Out: the same without what is between the upstream and us, and
//! without cookies of ours. Everything else is the application's own business and stays.

use http::Version;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::cookies;
use super::outgoing::via;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Makes it ready for the browser. `wants_trailers` keeps the announcement of trailers.
pub(super) fn clean(
    headers: &mut HeaderMap,
    version: Version,
    request_id: &HeaderValue,
    wants_trailers: bool,
) {
    // One look at what is there costs less than a search for each name that must not be.
    let (mut sets_cookies, mut gone) = (false, Vec::new());
    for (name, value) in &*headers {
        match name.as_str() {
            "set-cookie" => sets_cookies = true,
            "connection" => gone.extend(named(value)),
            _ => {}
        }
        if is_hop_by_hop(name.as_str()) || (name == header::TRAILER && !wants_trailers) {
            gone.push(name.clone());
        }
    }
    for name in gone {
        headers.remove(name);
    }
    if sets_cookies {
        cookies::strip_set(headers);
    }
    headers.append(header::VIA, via(version));
    headers.insert(REQUEST_ID, request_id.clone());
}

/// What is between two neighbours only (RFC 9110, 7.6.1).
fn is_hop_by_hop(name: &str) -> bool {
    matches!(
        name,
        "connection"
            | "keep-alive"
            | "proxy-connection"
            | "proxy-authenticate"
            | "te"
            | "transfer-encoding"
            | "upgrade"
    )
}

/// What `Connection` names besides: it goes too, but for what the answer would not be the same without.
fn named(value: &HeaderValue) -> impl Iterator<Item = HeaderName> + '_ {
    let tokens = value.as_bytes().split(|byte| *byte == b',');
    let tokens = tokens.map(<[u8]>::trim_ascii);
    tokens
        // These two are no headers, or go anyway.
        .filter(|token| !is_one_of(token, [b"close".as_slice(), b"keep-alive"]))
        .filter_map(|token| HeaderName::from_bytes(token).ok())
        .filter(|name| *name != header::CONTENT_LENGTH && *name != header::SET_COOKIE)
}

fn is_one_of<const N: usize>(token: &[u8], words: [&[u8]; N]) -> bool {
    words.iter().any(|word| token.eq_ignore_ascii_case(word))
}
