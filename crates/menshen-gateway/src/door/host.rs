//! Are we meant? A request for another host is refused (421), whoever forwarded it.
//!
//! Security: nothing is ever built from what the request calls us. This check keeps foreign names
//! (DNS rebinding, a default virtual host) away from the rooms as well. The host of a site has few rooms, and
//! none of those that know the gateway's own cookie.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use tower::ServiceExt as _;

use super::codes;
use super::{Context, Failure};
use crate::access::host::normalize;
use crate::config::{Config, PublicUrl};

/// The longest host name there is; the log needs no more of what somebody sends.
const LONGEST: usize = 255;

/// Who answers for which host.
#[derive(Clone, Debug)]
pub(super) struct Hosts {
    pub(super) config: Arc<Config>,
    /// The rooms that a site's host has; the gateway's own has all the others.
    pub(super) at_sites: Router,
}

/// The layer around every room of the public listener but `ownership`.
pub(super) async fn check(
    State(hosts): State<Hosts>,
    context: Context,
    request: Request,
    next: Next,
) -> Response {
    let public_url = &hosts.config.public_url;
    match context.host.as_deref() {
        Some(host) if is_ours(host, public_url) => next.run(request).await,
        Some(host) if is_of_a_site(host, &hosts.config) => {
            let Ok(answer) = hosts.at_sites.oneshot(request).await;
            answer
        }
        host => Failure::new(codes::MISDIRECTED)
            .with_way_on(public_url.origin())
            .with_detail(asked_for(host, public_url))
            .into_response(),
    }
}

/// For the log: what was asked for, and what there is.
fn asked_for(host: Option<&str>, public_url: &PublicUrl) -> String {
    let host: String = host.unwrap_or("no host").chars().take(LONGEST).collect();
    format!("asked for {host:?}; public_url is {public_url}, and no [[site]] has this host")
}

fn is_of_a_site(host: &str, config: &Config) -> bool {
    let host = normalize(host, config.public_url.usual_port());
    host.is_some_and(|host| config.sites.iter().any(|site| site.host == *host))
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
