//! Are we meant? A request for another host is refused (421), whoever forwarded it.
//!
//! Security: nothing is ever built from what the request calls us. This check keeps foreign names
//! (DNS rebinding, a default virtual host) away from the rooms as well.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::codes;
use super::{Context, Failure};
use crate::config::{Config, PublicUrl};

/// The layer around every room of the public listener but `ownership`.
pub(super) async fn check(
    State(config): State<Arc<Config>>,
    context: Context,
    request: Request,
    next: Next,
) -> Response {
    match context.host.as_deref() {
        Some(host) if is_ours(host, &config.public_url) => next.run(request).await,
        _ => Failure::new(codes::MISDIRECTED)
            .with_way_on(config.public_url.origin())
            .into_response(),
    }
}

/// Compares as text: what needs to be interpreted first is not ours.
fn is_ours(host: &str, public_url: &PublicUrl) -> bool {
    let url = public_url.url();
    let (Some(name), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return false;
    };
    let is_bare = url.port().is_none() && host.eq_ignore_ascii_case(name);
    is_bare || host.eq_ignore_ascii_case(&format!("{name}:{port}"))
}
