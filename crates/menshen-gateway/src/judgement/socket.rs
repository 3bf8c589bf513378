//! WebSockets that a page of another origin opens with a person's cookie (cross-site WebSocket hijacking).
//!
//! In: the origin of a site, those that its configuration names, and the headers of a request. Out: whether a browser
//! says that somebody else's page opens a socket. Browsers bind WebSockets neither by the same-origin policy nor by
//! CORS, and a cookie with `SameSite` still comes from other hosts of the same site. Pure.

use http::header::{
    HeaderMap, HeaderName, HeaderValue, ORIGIN, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};

/// Any of these makes a request a handshake. A proxy that asks hands on no `Upgrade`; scripts can set none of them.
const HANDSHAKE: [HeaderName; 3] = [SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE];

/// What browsers say besides since Fetch Metadata: proxies whose files are older than this rule hand it on.
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Whether this is such a handshake. Who names no origin is no browser, and passes.
///
/// Security: compared as a whole; two origins are none.
pub(super) fn is_foreign(own: &str, others: &[HeaderValue], headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let Some(origin) = origins.next() else {
        return false;
    };
    let is_known = origins.next().is_none()
        && (origin.as_bytes() == own.as_bytes() || others.contains(origin));
    !is_known && is_handshake(headers)
}

fn is_handshake(headers: &HeaderMap) -> bool {
    let mode = headers.get(FETCH_MODE);
    HANDSHAKE.iter().any(|name| headers.contains_key(name))
        || mode.is_some_and(|mode| mode.as_bytes() == b"websocket")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "https://wiki.example.com";

    fn is_foreign_from(origins: &[&str], handshake: &[HeaderName]) -> bool {
        let others = [HeaderValue::from_static("https://app.example.com")];
        let mut headers = HeaderMap::new();
        for origin in origins {
            headers.append(ORIGIN, origin.parse().unwrap());
        }
        for name in handshake {
            headers.insert(name, HeaderValue::from_static("x"));
        }
        is_foreign(OWN, &others, &headers)
    }

    #[test]
    fn s_068_a_socket_is_opened_by_the_sites_own_pages_and_those_that_it_names() {
        for handshake in &HANDSHAKE {
            let is_foreign = |origins| is_foreign_from(origins, std::slice::from_ref(handshake));
            for known in [&[][..], &[OWN], &["https://app.example.com"]] {
                assert!(!is_foreign(known), "{known:?}");
            }
            for foreign in [
                &["https://evil.example"][..],
                &["http://wiki.example.com"],
                &["https://wiki.example.com:8443"],
                &["https://wiki.example.com.evil.example"],
                &["https://other.wiki.example.com"],
                &["https://example.com"],
                &["https://wiki.example.com/"],
                &["null"],
                &[""],
                &[OWN, "https://evil.example"],
                &[OWN, OWN],
            ] {
                assert!(is_foreign(foreign), "{foreign:?}");
            }
        }
    }

    #[test]
    fn s_068_a_browser_that_says_websocket_shakes_hands() {
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, HeaderValue::from_static("https://evil.example"));
        headers.insert(FETCH_MODE, HeaderValue::from_static("cors"));
        assert!(!is_foreign(OWN, &[], &headers));
        headers.insert(FETCH_MODE, HeaderValue::from_static("websocket"));
        assert!(is_foreign(OWN, &[], &headers));
    }

    #[test]
    fn what_is_no_handshake_is_not_looked_at() {
        assert!(!is_foreign_from(&["https://evil.example"], &[]));
    }
}
