//! A door for the fuzz targets: a request's headers on their way to an upstream, without an upstream.
//!
//! Exists only under `--cfg fuzzing`. In: headers as they came. Out: the same as `prepare` leaves them before
//! the site's own are written.

use std::net::{IpAddr, Ipv4Addr};

use http::{HeaderMap, HeaderValue, Method, Version};

use super::outgoing;

/// What `tell` writes, for the targets to know it again.
const FACTS: outgoing::Facts = outgoing::Facts {
    caller: IpAddr::V4(Ipv4Addr::LOCALHOST),
    host: HeaderValue::from_static("wiki.example.com"),
    scheme: "https",
    request_id: HeaderValue::from_static("4e7c2b9a81d3f056"),
};

/// Strips and tells.
pub(crate) fn clean(
    headers: &mut HeaderMap,
    (method, version): (&Method, Version),
    is_managed: impl Fn(&str) -> bool,
) {
    let _wishes = outgoing::strip(headers, (method, version), is_managed);
    outgoing::tell(headers, &FACTS, version);
}
