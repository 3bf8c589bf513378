//! Are we meant? A request for another host is refused (421), whoever forwarded it.
//!
//! Security: nothing is ever built from what the request calls us. This check keeps foreign names
//! (DNS rebinding, a default virtual host) away from the rooms as well.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::uri::Authority;

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

fn is_ours(host: &str, public_url: &PublicUrl) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let ours = public_url.url();
    let default = ours.port_or_known_default();
    // The authority of a URL may carry a user name; that of a `Host` header may not.
    !host.contains('@')
        && ours
            .host_str()
            .is_some_and(|name| authority.host().eq_ignore_ascii_case(name))
        && (authority.port().is_none() || authority.port_u16().is_some())
        && match authority.port_u16() {
            Some(port) => Some(port) == default,
            None => ours.port().is_none(),
        }
}
