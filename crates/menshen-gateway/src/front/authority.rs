//! For which host a request is: one answer, or none at all. Pure.
//!
//! In: a head as the parser read it. Out: the same head with exactly one `Host`, which every later step
//! reads, or the contradiction. HTTP/2 names the host in its address, and so may HTTP/1.1; whatever is
//! named twice must be the same (S-021, S-035).

use http::header::{HOST, HeaderValue};
use http::request::Parts as Head;
use http::{Method, Version};

/// Settles it.
pub(crate) fn settle(head: &mut Head) -> Result<(), &'static str> {
    let mut hosts = head.headers.get_all(HOST).iter();
    let host = hosts.next();
    if hosts.next().is_some() {
        return Err("more than one Host");
    }
    // What CONNECT names is a place to connect to; the method itself is refused later.
    let authority = head
        .uri
        .authority()
        .filter(|_| head.method != Method::CONNECT);
    match (authority, host) {
        (Some(authority), _) if authority.as_str().contains('@') => {
            Err("the address holds a user name")
        }
        (Some(authority), Some(host)) => {
            let is_same = host
                .as_bytes()
                .eq_ignore_ascii_case(authority.as_str().as_bytes());
            is_same
                .then_some(())
                .ok_or("Host and the address name two hosts")
        }
        (Some(authority), None) if head.version >= Version::HTTP_2 => {
            let host = HeaderValue::from_str(authority.as_str());
            head.headers
                .insert(HOST, host.map_err(|_| "the host is unreadable")?);
            Ok(())
        }
        (_, Some(_)) => Ok(()),
        (_, None) if head.version < Version::HTTP_11 || head.method == Method::CONNECT => Ok(()),
        (_, None) => Err("no Host"),
    }
}
