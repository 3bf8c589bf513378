//! The trip to WeCom and back: it starts a login, receives the callback, and opens the session.
//!
//! Serves `GET /_menshen/login` and `GET /_menshen/callback/{connector}`. It leaves cookies and
//! sessions to `session`, WeCom to `connector`, the judgement to `access`, and pages to `door`. It
//! never takes an identity from a browser, and never calls WeCom before every free check has passed.

mod callback;
mod crossing;
mod door;
mod ending;
mod exchange;
mod identity;
mod landing;
mod return_to;
mod start;
mod turn;
mod way;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use menshen_store::Store;
use url::Url;
use wecom_sdk::{Clock, Entropy};

use crate::Parts;
use crate::config::{Config, PublicUrl};
use crate::connector::Connectors;
use crate::door::pages::Pages;
use crate::door::rate::LoginRate;
use crate::door::{Failure, codes};
use crate::jobs::Jobs;
use crate::metrics::Metrics;
use crate::session::SessionRoom;
use crate::vault::Vault;
use ending::Endings;
use return_to::LandingPlaces;

/// Where a login starts.
const LOGIN: &str = "/_menshen/login";

/// What logins need. Cheap to clone; all clones share what is under way.
#[derive(Clone, Debug)]
pub(crate) struct LoginRoom(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Arc<Config>,
    public_url: PublicUrl,
    lifetime: std::time::Duration,
    places: LandingPlaces,
    clock: Arc<dyn Clock>,
    entropy: Arc<Entropy>,
    store: Arc<dyn Store>,
    vault: Vault,
    jobs: Jobs,
    metrics: Metrics,
    connectors: Connectors,
    sessions: SessionRoom,
    pages: Arc<Pages>,
    endings: Endings,
    rate: LoginRate,
}

impl LoginRoom {
    /// Takes what it needs out of the parts.
    pub(crate) fn new(
        parts: &Parts,
        connectors: &Connectors,
        sessions: &SessionRoom,
        pages: &Arc<Pages>,
    ) -> Self {
        let public_url = parts.config.public_url.clone();
        Self(Arc::new(Inner {
            places: LandingPlaces::new(public_url.url().clone(), sites_of(&parts.config)),
            config: Arc::clone(&parts.config),
            public_url,
            lifetime: parts.config.session.lifetime,
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            store: Arc::clone(&parts.store),
            vault: parts.vault.clone(),
            jobs: parts.jobs.clone(),
            metrics: parts.metrics.clone(),
            connectors: connectors.clone(),
            sessions: sessions.clone(),
            pages: Arc::clone(pages),
            endings: Endings::default(),
            rate: LoginRate::default(),
        }))
    }
}

/// The origins of sites on other hosts than the gateway's own: their scheme is ours.
fn sites_of(config: &Config) -> Vec<Url> {
    let scheme = config.public_url.url().scheme();
    let origins = config
        .sites
        .iter()
        .map(|site| format!("{scheme}://{}", site.host));
    origins
        .filter_map(|origin| Url::parse(&origin).ok())
        .collect()
}

/// The addresses of this room. `HEAD` is refused: a look must neither start a login nor spend a code.
pub(crate) fn routes(room: LoginRoom) -> Router {
    Router::new()
        .route(LOGIN, get(start::start).head(only_get))
        .route(
            "/_menshen/callback/{connector}",
            get(callback::callback).head(only_get),
        )
        .with_state(room)
}

async fn only_get() -> Failure {
    Failure::new(codes::METHOD_NOT_ALLOWED)
}
