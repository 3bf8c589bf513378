//! The answer to a request of which nothing is known: nobody could read its head, or the door itself failed.
//!
//! In: the status that the parser chose, or what a panic said, and who sent it. Out: a problem document with a
//! request id, as any refusal has one, and the same log line and count. There is no page: what cannot be
//! read does not say who asks.

use std::net::IpAddr;

use axum::body::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use tokio::time::Instant;

use super::failure::Failure;
use super::{Door, codes, headers, log, render};
use crate::listen::Refusal;

/// Words refusals. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Refusals(pub(super) Door);

impl Refusals {
    /// Words one.
    pub(crate) fn word(&self, refusal: Refusal) -> Response<Bytes> {
        let code = match refusal.status {
            StatusCode::URI_TOO_LONG => codes::URL_TOO_LONG,
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => codes::HEADERS_TOO_LARGE,
            _ => codes::BAD_REQUEST,
        };
        let why = refusal.why.unwrap_or("the head breaks the rules of HTTP");
        self.answer(&Failure::new(code).with_detail(why), refusal.peer.ip())
    }

    /// Words a panic that came before anything was found out, or after everything was said.
    pub(crate) fn word_panic(&self, peer: IpAddr, said: &str) -> Response<Bytes> {
        let failure = self.0.after_panic(said.to_owned());
        self.answer(&failure, peer)
    }

    fn answer(&self, failure: &Failure, peer: IpAddr) -> Response<Bytes> {
        let started = Instant::now();
        let inner = &*self.0.0;
        let code = failure.code;
        let request_id = inner.request_ids.next(&inner.parts.entropy);
        let request_id = request_id.as_ref().map(<[u8; 16]>::as_slice);
        let request_id = str::from_utf8(request_id.unwrap_or(b"-")).unwrap_or("-");
        let mut answer = Response::new(render::problem_text(code, request_id).into());
        *answer.status_mut() = code.status;
        let to = answer.headers_mut();
        to.insert(header::CONTENT_TYPE, render::PROBLEM);
        headers::put_on(to, &HeaderValue::from_static(""), request_id);
        inner.parts.metrics.answered(code.status.as_u16());
        let line = log::Line {
            method: "-",
            route: "-",
            status: code.status.as_u16(),
            took: started.elapsed(),
            caller: peer.to_canonical(),
            failure: Some(failure),
            is_quiet: inner.pages.is_none(),
        };
        tracing::info_span!("request", request.id = request_id).in_scope(|| log::write(&line));
        answer
    }
}
