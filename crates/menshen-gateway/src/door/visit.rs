//! One request at the door, from its first look to its log line: for the router and for what stands
//! before it.
//!
//! In: the head of a request. Out: what the door found out about it, and in the end an answer that carries
//! what all answers of ours carry. An answer that is somebody else's is only counted and logged.

use std::net::IpAddr;
use std::sync::OnceLock;

use axum::response::Response;
use http::Method;
use http::request::Parts as Head;
use tokio::time::Instant;
use tracing::Span;
use wecom_sdk::EntropyError;

use super::failure::Failure;
use super::{Context, Door, Inner, context, cors, headers, limits, log, render};

/// A request that has come in.
#[derive(Debug)]
pub(crate) struct Visit {
    /// What the door found out.
    pub(crate) context: Context,
    span: OnceLock<Span>,
    started: Instant,
    method: Method,
    trouble: Option<EntropyError>,
}

impl Visit {
    /// Where log lines about it belong. It is made for the first of them: most requests have none.
    pub(crate) fn span(&self) -> &Span {
        let request_id = &*self.context.request_id;
        self.span
            .get_or_init(|| tracing::info_span!("request", request.id = request_id))
    }

    /// Why the request cannot be served, whatever it asks for.
    pub(super) fn take_trouble(&mut self) -> Option<EntropyError> {
        self.trouble.take()
    }

    /// Whether `check` finds nothing.
    pub(crate) fn is_fine(&self, head: &Head) -> bool {
        self.trouble.is_none() && limits::check_size(&head.method, &head.uri, &head.headers).is_ok()
    }

    /// The free checks of a request that is handed on: its body is the application's affair.
    pub(crate) fn check(&mut self, head: &Head) -> Result<(), Failure> {
        match self.take_trouble() {
            Some(error) => Err(error.into()),
            None => limits::check_size(&head.method, &head.uri, &head.headers),
        }
    }
}

impl Door {
    /// The host that a request is for, in words of the caller or of a trusted proxy.
    pub(crate) fn host_of<'r>(&self, head: &'r Head, peer: IpAddr) -> Option<&'r str> {
        context::host_of(head, peer, &self.0.parts.config.trusted_proxies)
    }

    /// Looks at a request that this peer sent.
    pub(crate) fn enter(&self, head: &Head, peer: IpAddr) -> Visit {
        let Inner {
            parts, request_ids, ..
        } = &*self.0;
        let started = Instant::now();
        let drawn = request_ids.next(&parts.entropy);
        let shown = drawn.as_ref().map(<[u8; 16]>::as_slice);
        let shown = str::from_utf8(shown.unwrap_or(b"-")).unwrap_or("-");
        let config = &parts.config;
        let context = Context::read(
            (head, peer),
            &config.public_url,
            &config.trusted_proxies,
            shown,
        );
        Visit {
            span: OnceLock::new(),
            context,
            started,
            method: head.method.clone(),
            trouble: drawn.err(),
        }
    }

    /// Finishes an answer of ours: renders a failure, puts our headers on, counts and logs it.
    pub(crate) fn leave(&self, visit: &Visit, route: &str, response: Response) -> Response {
        self.finish(visit, route, response, self.0.pages.is_none())
    }

    /// The same for an answer that only another proxy reads. A yes is one for each picture of each page, and
    /// the proxy logs the request itself: it gets no line of ours.
    pub(crate) fn leave_proxy(&self, visit: &Visit, route: &str, response: Response) -> Response {
        self.finish(visit, route, response, true)
    }

    fn finish(&self, visit: &Visit, route: &str, response: Response, is_quiet: bool) -> Response {
        let inner = &*self.0;
        let shared = response.extensions().get::<cors::Shared>().cloned();
        let failure = render::failure_of(&response);
        let mut response = match &failure {
            Some(failure) => {
                render::render(response, failure, inner.pages.as_deref(), &visit.context)
            }
            None => response,
        };
        let request_id = &visit.context.request_id;
        headers::put_on(response.headers_mut(), &inner.page_policy, request_id);
        if let Some(shared) = shared {
            shared.put_on(response.headers_mut());
        }
        let status = response.status().as_u16();
        let failure = failure.as_deref();
        self.write_down(visit, route, (status, failure), is_quiet);
        response
    }

    /// Counts and logs an answer that is not ours.
    pub(crate) fn hand_on(&self, visit: &Visit, route: &str, status: u16) {
        self.write_down(visit, route, (status, None), true);
    }

    fn write_down(
        &self,
        visit: &Visit,
        route: &str,
        (status, failure): (u16, Option<&Failure>),
        is_quiet: bool,
    ) {
        self.0.parts.metrics.answered(status);
        let line = log::Line {
            method: visit.method.as_str(),
            route,
            status,
            took: visit.started.elapsed(),
            caller: visit.context.caller,
            failure,
            is_quiet,
        };
        if log::is_wanted(&line) {
            visit.span().in_scope(|| log::write(&line));
        }
    }
}
