//! `GET /_menshen/jwks.json`
//!
//! The public keys to check assertions with, as a key set (RFC 7517). Called by upstreams, on the gateway's own
//! host. The address is fixed and documented (`docs/handbook/assertion.md`). A cache may keep the answer for
//! five minutes; a key is published an hour before it signs. Never: a private or symmetric member.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Serialize;
use wecom_sdk::Clock;

use crate::Parts;
use crate::assertion::{AssertionKeys, PublicKey};

/// What this room needs. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct KeysRoom {
    keys: AssertionKeys,
    clock: Arc<dyn Clock>,
}

impl KeysRoom {
    /// Takes what it needs out of the parts.
    pub(crate) fn new(parts: &Parts) -> Self {
        Self {
            keys: parts.assertion_keys.clone(),
            clock: Arc::clone(&parts.clock),
        }
    }
}

/// A key set.
#[derive(Debug, Serialize)]
struct KeySet {
    keys: Vec<PublicKey>,
}

/// The addresses of this room.
pub(crate) fn routes(room: KeysRoom) -> Router {
    Router::new()
        .route("/_menshen/jwks.json", get(jwks))
        .with_state(room)
}

async fn jwks(State(room): State<KeysRoom>) -> impl IntoResponse {
    let keys = room.keys.published(room.clock.now());
    let headers = [
        (CACHE_CONTROL, "public, max-age=300"),
        (CONTENT_TYPE, "application/jwk-set+json"),
    ];
    (headers, Json(KeySet { keys }))
}
