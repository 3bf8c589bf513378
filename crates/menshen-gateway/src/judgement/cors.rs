//! Which scripts of other origins may read an answer of ours at a site: those of the origins that the site's
//! configuration names, and no others (S-068).
//!
//! In: a site and a request. Out: the origin, if the site names exactly it, and the answer to its preflight. The
//! door puts the headers on (`door/cors`).

use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN,
};
use http::{Method, StatusCode};

use super::site::Site;
use crate::door::cors::Shared;

/// The longest list of headers that a preflight may name.
const MOST_NAMES: usize = 1024;

/// The origin of the script that asks, if the site names exactly it. Security: compared as a whole, and only
/// when there is one; a prefix or a suffix would let a neighbour in (S-068).
pub(crate) fn shared_with<'r>(site: &Site, headers: &'r HeaderMap) -> Option<&'r HeaderValue> {
    let mut origins = headers.get_all(ORIGIN).iter();
    let origin = origins.next().filter(|_| origins.next().is_none())?;
    let mut named = site.config.cors.iter();
    named.any(|known| known == origin).then_some(origin)
}

/// The answer to a preflight (Fetch, 4.8): it never carries a cookie, so it can never be signed in.
pub(crate) fn preflight(
    origin: &HeaderValue,
    method: &Method,
    headers: &HeaderMap,
) -> Option<Response> {
    let asked = headers.get(ACCESS_CONTROL_REQUEST_METHOD)?;
    if method != Method::OPTIONS {
        return None;
    }
    let names = headers.get(ACCESS_CONTROL_REQUEST_HEADERS);
    let names = names.filter(|names| names.len() <= MOST_NAMES);
    let shared = Shared::with(origin.clone()).and_may(asked.clone(), names.cloned());
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.extensions_mut().insert(shared);
    Some(response)
}
