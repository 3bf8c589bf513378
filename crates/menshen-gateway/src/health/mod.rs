//! What operators' machines ask, on the management listener only: alive, ready, how much.
//!
//! Serves `GET /healthz`, `/readyz` and `/metrics`. Readiness is about our own store and about
//! stopping; a WeCom that fails does not take the gateway out of service, or the people who are
//! signed in would notice. Never: names a person, a corp or a cause to the caller.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header;

use crate::door::{Failure, codes};
use crate::parts::Parts;

/// How long the store may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The room's addresses.
pub(crate) fn routes(parts: Parts) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(parts)
}

/// `GET /healthz`: the process answers.
async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: sign-ins can be served now. Turns to 503 as soon as the gateway begins to stop.
async fn readyz(State(parts): State<Parts>) -> Result<&'static str, Failure> {
    if parts.jobs.is_stopping() {
        return Err(Failure::new(codes::STOPPING));
    }
    match tokio::time::timeout(PATIENCE, parts.store.ping()).await {
        Ok(Ok(())) => Ok("ready\n"),
        Ok(Err(error)) => Err(Failure::new(codes::NOT_READY).with_detail(error.to_string())),
        Err(_) => Err(Failure::new(codes::NOT_READY).with_detail("the store does not answer")),
    }
}

/// `GET /metrics`: the counters, as `OpenMetrics` text.
async fn metrics(State(parts): State<Parts>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, OPEN_METRICS)],
        parts.metrics.to_text(),
    )
}
