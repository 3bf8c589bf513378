//! The door: what every request passes on its way in, and every answer on its way out.
//!
//! In: a router of rooms. Out: the same router behind request ids, limits, the host check, security
//! headers and one place that renders failures. Never: decides who may pass.

pub(crate) mod codes;
pub(crate) mod context;
pub(crate) mod cors;
pub(crate) mod csrf;
pub(crate) mod failure;
pub(crate) mod glance;
mod headers;
mod host;
mod limits;
mod log;
pub(crate) mod pages;
pub(crate) mod peer;
pub(crate) mod query;
pub(crate) mod rate;
mod render;
mod request_id;
mod said;
#[cfg(test)]
mod tests;
pub(crate) mod unread;
pub(crate) mod visit;

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::HeaderValue;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument as _;
use wecom_sdk::EntropyError;

use crate::metrics::Metrics;
use crate::panics::Panicked;
use crate::parts::Parts;
pub(crate) use context::Context;
pub(crate) use failure::Failure;
use host::Hosts;
use pages::Pages;
use request_id::RequestIds;

/// What the door needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Door(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parts: Parts,
    /// Absent on the management listener, which only programs visit.
    pages: Option<Arc<Pages>>,
    page_policy: HeaderValue,
    request_ids: RequestIds,
}

impl Door {
    /// The door of the public listener.
    pub(crate) fn public(parts: &Parts, pages: Arc<Pages>) -> Self {
        let policy = HeaderValue::from_str(pages.content_security_policy());
        Self(Arc::new(Inner {
            parts: parts.clone(),
            pages: Some(pages),
            page_policy: policy.unwrap_or(HeaderValue::from_static("default-src 'none'")),
            request_ids: RequestIds::default(),
        }))
    }

    /// The door of the management listener: no pages, no host check, quiet.
    pub(crate) fn management(parts: &Parts) -> Self {
        Self(Arc::new(Inner {
            parts: parts.clone(),
            pages: None,
            page_policy: HeaderValue::from_static("default-src 'none'"),
            request_ids: RequestIds::default(),
        }))
    }

    /// Lets requests for our own host through to `rooms`, those for a site's host to `at_sites`, and no
    /// others.
    pub(crate) fn check_host(&self, rooms: Router, at_sites: Router) -> Router {
        let config = Arc::clone(&self.0.parts.config);
        let hosts = Hosts { config, at_sites };
        rooms.layer(from_fn_with_state(hosts, host::check))
    }

    /// Words for requests that never come as far as the door.
    pub(crate) fn refusals(&self) -> unread::Refusals {
        unread::Refusals(self.clone())
    }

    /// Puts the door around all rooms.
    pub(crate) fn around(self, rooms: Router) -> Router {
        let metrics = self.0.parts.metrics.clone();
        rooms
            .layer(CatchPanicLayer::custom(move |panic| {
                answer_panic(&metrics, panic)
            }))
            .layer(from_fn_with_state(self, pass))
    }
}

/// What an unknown address answers.
pub(crate) async fn not_found() -> Failure {
    Failure::new(codes::NOT_FOUND)
}

async fn pass(State(door): State<Door>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let mut visit = door.enter(&head, peer::of(&head));
    let mut request = Request::from_parts(head, body);
    request.extensions_mut().insert(visit.context.clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    let response = admit(request, next, visit.take_trouble())
        .instrument(visit.span().clone())
        .await;
    door.leave(&visit, route, response)
}

/// The free checks, in their order; then the room.
async fn admit(request: Request, next: Next, chance: Option<EntropyError>) -> Response {
    if let Some(error) = chance {
        return Failure::from(error).into_response();
    }
    if let Err(failure) = limits::check_head(&request) {
        return failure.into_response();
    }
    match limits::read_body(request).await {
        Ok(request) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

impl Door {
    /// A handler panicked. `said` is for the log.
    pub(crate) fn after_panic(&self, said: String) -> Failure {
        word_panic(&self.0.parts.metrics, said)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn answer_panic(metrics: &Metrics, panic: Box<dyn Any + Send>) -> Response {
    word_panic(metrics, Panicked::of(&*panic).0).into_response()
}

/// Counted, and a mistake of ours. `said` is for the log.
fn word_panic(metrics: &Metrics, mut said: String) -> Failure {
    metrics.panicked();
    said.insert_str(0, "a handler panicked: ");
    Failure::new(codes::INTERNAL).with_detail(said)
}
