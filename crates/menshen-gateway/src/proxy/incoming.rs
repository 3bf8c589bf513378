//! The head of an answer on its way back to the browser. Pure.
//!
//! In: the head as the upstream sent it. Out: the same without what is between the upstream and us, and
//! without cookies of ours. Everything else is the application's own business and stays.

use http::Version;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::cookies;
use super::outgoing::via;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const HOP_BY_HOP: [HeaderName; 7] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Makes it ready for the browser. `wants_trailers` keeps the announcement of trailers.
pub(super) fn clean(
    headers: &mut HeaderMap,
    version: Version,
    request_id: &HeaderValue,
    wants_trailers: bool,
) {
    let mut gone: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok())
        .filter(|name| *name != header::CONTENT_LENGTH && *name != header::SET_COOKIE)
        .collect();
    // One look at what is there costs less than a search for each name that must not be.
    let between_neighbours = headers.keys().filter(|name| HOP_BY_HOP.contains(name));
    gone.extend(between_neighbours.cloned());
    for name in gone {
        headers.remove(name);
    }
    if !wants_trailers {
        headers.remove(header::TRAILER);
    }
    cookies::strip_set(headers);
    headers.append(header::VIA, via(version));
    headers.insert(REQUEST_ID, request_id.clone());
}
