//! Is the sandbox called by a name that only this machine can mean?
//!
//! In: requests to the control API and the console of a sandbox that listens on loopback. Out: the
//! same requests, or 403. Security: a page on the internet can make its own name lead to 127.0.0.1
//! (DNS rebinding); its script then counts as same-origin, and neither `Origin` nor a content type
//! tells it from ours. Its name does. A sandbox that others can reach is theirs to command anyway,
//! under whatever name it has, so nothing is checked there.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::problem::Problem;
use crate::hosts::Host;

/// The layer.
pub(crate) async fn check(request: Request, next: Next) -> Response {
    if is_near(request.headers()) {
        return next.run(request).await;
    }
    let title = "call the sandbox by its address, or as localhost";
    Problem::new(StatusCode::FORBIDDEN, "host", title).into_response()
}

fn is_near(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    host.to_str().is_ok_and(is_near_name)
}

fn is_near_name(host: &str) -> bool {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    if let Some((address, rest)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let is_whole = rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port);
        return is_whole && address.parse::<Ipv6Addr>().is_ok();
    }
    let name = match host.split_once(':') {
        Some((name, port)) if is_port(port) => name,
        Some(_) => return false,
        None => host,
    };
    let name = name.to_ascii_lowercase();
    // Nobody on the internet owns a name without a dot.
    let is_bare = !name.is_empty() && !name.contains('.');
    is_bare
        || name.ends_with(".localhost")
        || name.parse::<Ipv4Addr>().is_ok()
        // Whoever sends WeCom's own hosts here has a hosts entry.
        || Host::parse(&name).is_some()
}
