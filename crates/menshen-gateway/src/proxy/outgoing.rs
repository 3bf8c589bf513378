//! The head of a request on its way to an upstream. Pure.
//!
//! In: the head as the browser sent it, and the facts that the door found out. Out: the same head without
//! what is between the browser and us, without what only we may say, and then with what we say. The order
//! is the point: hop-by-hop names go first, ours are set last, so that no `Connection` header can take
//! one away. The path is not touched: it was judged as it is.

use std::net::IpAddr;

use axum::body::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Version};

use super::cookies;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Families of names by which proxies tell each other where a request came from; and `Proxy`, which a CGI program
/// takes for the proxy of its own calls. Folded.
const FORWARDING: &[&str] = &[
    "cfconnecting",
    "clientip",
    "fastlyclientip",
    "forwarded",
    "proxy",
    "trueclientip",
    "wlproxyclientip",
    "xclientip",
    "xclusterclientip",
    "xenvoy",
    "xforwarded",
    "xoriginal",
    "xrealip",
    "xrequestid",
    "xrewriteurl",
];
/// Names of several words by which a server finds the end of a body, or speaks to its neighbour. Folded.
const FRAMING: &[&str] = &[
    "contentlength",
    "http2settings",
    "keepalive",
    "transferencoding",
];

/// What the gateway knows and tells the upstream.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// The caller's address.
    pub(crate) caller: IpAddr,
    /// The host that was judged, as it was sent.
    pub(crate) host: HeaderValue,
    /// `https` or `http`, as browsers see us.
    pub(crate) scheme: &'static str,
    /// Our name for the request.
    pub(crate) request_id: HeaderValue,
}

/// What the hop-by-hop headers asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wishes {
    /// The caller takes trailers behind the answer.
    pub(super) trailers: bool,
    /// The caller wants to speak WebSocket.
    pub(super) websocket: bool,
}

/// Takes away what must not pass. `is_managed` says which names are ours at this site.
pub(super) fn strip(
    headers: &mut HeaderMap,
    (method, version): (&Method, Version),
    is_managed: impl Fn(&str) -> bool,
) -> Wishes {
    let wishes = wishes(headers, method, version);
    let mut gone: Vec<HeaderName> = Vec::new();
    // Security: what the caller calls hop-by-hop goes before anything of ours is set (S-043).
    for value in headers.get_all(header::CONNECTION) {
        let tokens = value.as_bytes().split(|byte| *byte == b',');
        let names = tokens.filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok());
        gone.extend(names);
    }
    // One look at what is there costs less than a search for each name that must not be.
    for name in headers.keys() {
        let text = name.as_str();
        let is_gone =
            is_hop_by_hop(text) || is_forwarding(text) || is_disguised(text) || is_managed(text);
        if is_gone {
            gone.push(name.clone());
        }
    }
    for name in gone {
        // The framing and the host are not the caller's to take away.
        if name != header::CONTENT_LENGTH && name != header::HOST {
            headers.remove(name);
        }
    }
    cookies::strip(headers);
    wishes
}

/// Says what we know, in place of what was there.
pub(super) fn tell(headers: &mut HeaderMap, facts: &Facts, version: Version) {
    headers.insert(FORWARDED_FOR, text_of(facts.caller));
    headers.insert(FORWARDED_HOST, facts.host.clone());
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static(facts.scheme));
    headers.insert(header::HOST, facts.host.clone());
    headers.insert(REQUEST_ID, facts.request_id.clone());
    headers.append(header::VIA, via(version));
}

/// An address as a header carries it.
fn text_of(address: IpAddr) -> HeaderValue {
    let text = match address {
        // Most are of this kind, and the general way costs as much as reading the request.
        IpAddr::V4(address) => {
            let mut text = Vec::with_capacity(15);
            for octet in address.octets() {
                let digits = [octet / 100, octet / 10 % 10, octet % 10];
                let from = digits.iter().position(|digit| *digit > 0).unwrap_or(2);
                text.extend(digits[from..].iter().map(|digit| b'0' + digit));
                text.push(b'.');
            }
            text.pop();
            text
        }
        IpAddr::V6(address) => address.to_string().into_bytes(),
    };
    // Digits, letters, dots and colons are always a header value.
    HeaderValue::from_maybe_shared(Bytes::from(text)).unwrap_or(HeaderValue::from_static(""))
}

/// The line of ours in `Via`.
pub(super) fn via(version: Version) -> HeaderValue {
    HeaderValue::from_static(match version {
        Version::HTTP_10 => "1.0 menshen",
        Version::HTTP_2 => "2.0 menshen",
        _ => "1.1 menshen",
    })
}

fn wishes(headers: &HeaderMap, method: &Method, version: Version) -> Wishes {
    let has = |name: HeaderName, token: &str| {
        headers.get_all(name).iter().any(|value| {
            let mut tokens = value.as_bytes().split(|byte| *byte == b',');
            tokens.any(|one| one.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
        })
    };
    // Security: no other protocol is ever switched to, h2c least of all (S-067).
    let is_only = headers.get_all(header::UPGRADE).iter().count() == 1
        && headers
            .get(header::UPGRADE)
            .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"));
    Wishes {
        trailers: has(header::TE, "trailers"),
        websocket: is_only
            && version == Version::HTTP_11
            && *method == Method::GET
            && has(header::CONNECTION, "upgrade"),
    }
}

/// What is between two neighbours only (RFC 9110, 7.6.1), and `Expect`, which we answer ourselves.
fn is_hop_by_hop(name: &str) -> bool {
    matches!(
        name,
        "connection"
            | "proxy-connection"
            | "keep-alive"
            | "http2-settings"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "expect"
    )
}

/// Whether a name folds to one by which a proxy describes the caller (S-033, S-034).
fn is_forwarding(name: &str) -> bool {
    let first = name.bytes().find(u8::is_ascii_alphanumeric);
    let may_be = matches!(first, Some(b'c' | b'f' | b'p' | b't' | b'w' | b'x'));
    may_be && FORWARDING.iter().any(|family| begins_with(name, family))
}

/// Whether a name becomes one of [`FRAMING`] in a server that makes a dash of every other character, or an
/// underscore of every dash: it would read the body by what nobody in between has seen (S-042, S-050).
fn is_disguised(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !name.bytes().all(is_plain) && FRAMING.iter().any(|framing| begins_with(name, framing))
}

fn begins_with(name: &str, family: &str) -> bool {
    let mut letters = name.bytes().filter(u8::is_ascii_alphanumeric);
    family.bytes().all(|byte| letters.next() == Some(byte))
}

#[cfg(test)]
mod tests;
