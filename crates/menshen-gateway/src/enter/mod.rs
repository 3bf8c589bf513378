//! The way from a site on another host to the sign-in and back.
//!
//! Serves, on the hosts of sites, `GET /_menshen/enter`, and leads `/_menshen/` and `/_menshen/logout` to the
//! gateway's own host. It gives the browser a binding before it leaves, and takes the ticket when it comes back
//! bound; signing in itself is the gateway's own host's affair. It never asks WeCom, and never believes a ticket
//! without its browser.

mod finish;
mod start;

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::response::{AppendHeaders, IntoResponse as _};
use axum::routing::get;
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use menshen_store::Store;
use wecom_sdk::{Clock, Entropy};

use crate::Parts;
use crate::config::PublicUrl;
use crate::door::query::Parameter;
use crate::door::{Context, Failure, codes};
use crate::judgement::Judge;
use crate::judgement::site::Site;
use crate::session::SessionRoom;
use crate::vault::Vault;

/// What this room needs. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct EnterRoom {
    public_url: PublicUrl,
    lifetime: std::time::Duration,
    judge: Judge,
    clock: Arc<dyn Clock>,
    entropy: Arc<Entropy>,
    store: Arc<dyn Store>,
    vault: Vault,
    sessions: SessionRoom,
}

impl EnterRoom {
    /// Takes what it needs out of the parts.
    pub(crate) fn new(parts: &Parts, judge: &Judge, sessions: &SessionRoom) -> Self {
        Self {
            public_url: parts.config.public_url.clone(),
            lifetime: parts.config.session.lifetime,
            judge: judge.clone(),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            store: Arc::clone(&parts.store),
            vault: parts.vault.clone(),
            sessions: sessions.clone(),
        }
    }

    /// The site that the request is for. On the gateway's own host there is nothing to enter.
    fn site(&self, context: &Context) -> Result<Arc<Site>, Failure> {
        let host = context.host.as_deref();
        let site = host.and_then(|host| self.judge.sites().find(host));
        let site = site.filter(|site| !site.is_at_gateway);
        site.cloned().ok_or_else(|| Failure::new(codes::NOT_FOUND))
    }
}

/// The addresses of this room, for the hosts of sites.
pub(crate) fn routes(room: EnterRoom) -> Router {
    Router::new()
        .route("/_menshen/enter", get(enter).head(only_get))
        .route("/_menshen/", get(account))
        .route("/_menshen/logout", get(logout))
        .with_state(room)
}

/// `GET /_menshen/enter?return_to=` leaves for the sign-in, `?ticket=` comes back from it.
async fn enter(
    State(room): State<EnterRoom>,
    context: Context,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    // What a frame, an image or a script fetches leaves no trace (S-070).
    if !context.is_navigation {
        return Err(Failure::new(codes::UNAUTHENTICATED));
    }
    let site = room.site(&context)?;
    let query = query.as_deref();
    match Parameter::of(query, "ticket") {
        Parameter::Absent => start::start(&room, &site, &headers, query),
        Parameter::One(ticket) => Ok(finish::finish(&room, &site, &headers, &ticket).await?),
        Parameter::Unusable => Err(finish::EnterError::Malformed.into()),
    }
}

/// Signing out is asked and done on the gateway's own host; it ends the session at every site.
async fn logout(State(room): State<EnterRoom>, context: Context) -> Result<Response, Failure> {
    lead(&room, &context, "/_menshen/logout")
}

/// Who is signed in and for how long is told on the gateway's own host too.
async fn account(State(room): State<EnterRoom>, context: Context) -> Result<Response, Failure> {
    lead(&room, &context, "/_menshen/")
}

fn lead(room: &EnterRoom, context: &Context, path: &str) -> Result<Response, Failure> {
    room.site(context)?;
    let address = String::from(room.public_url.join(path));
    Ok((StatusCode::SEE_OTHER, AppendHeaders([(LOCATION, address)])).into_response())
}

async fn only_get() -> Failure {
    Failure::new(codes::METHOD_NOT_ALLOWED)
}
