//! A request that may be let pass at once: what its yes needs, and nothing that only a refusal or a page needs.
//!
//! In: the head of a request. Out: what the door found out about it, unless something is wrong with it; then
//! the answer, counted. Nothing here writes to the log at the usual level: a yes is one for each picture of
//! each page.

use std::net::IpAddr;

use http::request::Parts as Head;
use http::{HeaderMap, HeaderValue, Method};
use tokio::time::Instant;

use super::said::Said;
use super::{Door, Inner, context, headers, limits, log, peer};

/// A request that may be let pass at once.
#[derive(Debug)]
pub(crate) struct Glance {
    caller: IpAddr,
    request_id: HeaderValue,
    started: Instant,
}

impl Door {
    /// Looks at a request that this peer sent; nothing, if it deserves a closer look.
    pub(crate) fn glance(&self, head: &Head, peer: IpAddr) -> Option<Glance> {
        let Inner {
            parts, request_ids, ..
        } = &*self.0;
        limits::check_size(&head.method, &head.uri, &head.headers).ok()?;
        let caller = peer::caller(peer, &parts.config.trusted_proxies, &head.headers);
        let said = Said::read(&head.headers);
        let given = context::given_request_id(&said, caller.is_forwarded);
        let request_id = match given {
            Some(given) => HeaderValue::from_str(given),
            None => HeaderValue::from_bytes(&request_ids.next(&parts.entropy).ok()?),
        };
        Some(Glance {
            caller: caller.address,
            request_id: request_id.ok()?,
            started: Instant::now(),
        })
    }

    /// Finishes a yes whose head was made from `blank_headers`.
    pub(crate) fn let_pass(
        &self,
        glance: Glance,
        method: &Method,
        route: &str,
        headers: &mut HeaderMap,
    ) {
        self.0.parts.metrics.answered(200);
        let line = log::Line {
            method: method.as_str(),
            route,
            status: 200,
            took: glance.started.elapsed(),
            caller: glance.caller,
            failure: None,
            is_quiet: true,
        };
        if log::is_wanted(&line) {
            let request_id = glance.request_id.to_str().unwrap_or("-");
            tracing::info_span!("request", request.id = request_id).in_scope(|| log::write(&line));
        }
        headers.insert(headers::REQUEST_ID, glance.request_id);
    }
}

/// The headers of an answer of ours that is no page, to be filled. The request id is still missing in it.
pub(crate) fn blank_headers() -> HeaderMap {
    let mut blank = HeaderMap::with_capacity(32);
    headers::put_on(&mut blank, &HeaderValue::from_static(""), "-");
    blank
}
