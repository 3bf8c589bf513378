//! The headers that every answer carries, whichever room made it.
//!
//! In: the headers a room set. Out: the same, with ours in their place. It never touches a cookie.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// Where our name for a request stands.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

/// Puts them on. `page_policy` is the content security policy of our pages.
///
/// Security: there is no CORS header here, and none that a room set survives. What a site's `cors` shares with the
/// origins named there is written afterwards, by `visit`, and by nothing else. Frames are refused in the old and the
/// new way.
pub(super) fn put_on(headers: &mut HeaderMap, page_policy: &HeaderValue, request_id: &str) {
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    let policy = if is_page {
        headers.append(header::VARY, HeaderValue::from_static("accept-language"));
        page_policy.clone()
    } else {
        HeaderValue::from_static(NO_PAGE)
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // WeCom's web login looks at the origin of the page that led there.
        (header::REFERRER_POLICY, "strict-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    headers.remove(header::SERVER);
    let is_cors = |name: &&HeaderName| name.as_str().starts_with("access-control-");
    for name in headers.keys().filter(is_cors).cloned().collect::<Vec<_>>() {
        headers.remove(name);
    }
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, value);
    }
}
