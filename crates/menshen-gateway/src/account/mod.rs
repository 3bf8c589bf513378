//! What a signed-in person sees of themselves, and how they sign out.
//!
//! Serves `GET /_menshen/me`, `GET` and `POST /_menshen/logout`, and `GET /` (also as `/_menshen/`) on the
//! gateway's own host, and `/_menshen/me` on the hosts of sites. It reads sessions and ends the one that asks;
//! it never opens one and never asks WeCom who somebody is.

mod claims;
mod home;
mod logout;
mod me;
mod me_at_site;

use std::sync::Arc;

use axum::Router;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::get;
use http::HeaderMap;
use http::header::SET_COOKIE;
use menshen_store::{Store, StoreError};
use wecom_sdk::Clock;

use crate::Parts;
use crate::config::PublicUrl;
use crate::connector::{Connectors, PersonalFields, UnreadableFields};
use crate::door::Context;
use crate::door::pages::Pages;
use crate::judgement::Judge;
use crate::judgement::site::Site;
use crate::session::cookie::{self, Found};
use crate::session::{Loaded, SessionRoom};
use crate::vault::Vault;

const LOGIN: &str = "/_menshen/login";
const LOGOUT: &str = "/_menshen/logout";

/// What this room needs. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct AccountRoom {
    public_url: PublicUrl,
    clock: Arc<dyn Clock>,
    store: Arc<dyn Store>,
    vault: Vault,
    connectors: Connectors,
    sessions: SessionRoom,
    judge: Judge,
    pages: Arc<Pages>,
}

impl AccountRoom {
    /// Takes what it needs out of the parts.
    pub(crate) fn new(
        parts: &Parts,
        connectors: &Connectors,
        (sessions, judge): (&SessionRoom, &Judge),
        pages: &Arc<Pages>,
    ) -> Self {
        Self {
            public_url: parts.config.public_url.clone(),
            clock: Arc::clone(&parts.clock),
            store: Arc::clone(&parts.store),
            vault: parts.vault.clone(),
            connectors: connectors.clone(),
            sessions: sessions.clone(),
            judge: judge.clone(),
            pages: Arc::clone(pages),
        }
    }

    async fn load(&self, headers: &HeaderMap) -> Result<Option<Loaded>, StoreError> {
        self.sessions.load(headers, self.clock.now()).await
    }

    /// The personal fields of somebody signed in that the operator still asks for.
    fn personal(&self, loaded: &Loaded) -> Result<PersonalFields, UnreadableFields> {
        let connector = self.connectors.get(&loaded.session.connector_id);
        let fields = PersonalFields::open(&self.vault, &loaded.identity)?;
        Ok(connector.map_or_else(PersonalFields::default, |connector| {
            fields.within(&connector.config().private_info)
        }))
    }

    /// The site that the request is for, on a host that is not the gateway's own.
    fn site(&self, context: &Context) -> Option<Arc<Site>> {
        let site = self.judge.sites().find(context.host.as_deref()?)?;
        Some(Arc::clone(site)).filter(|site| !site.is_at_gateway)
    }

    /// Whether `/` on the gateway's own host is a site's.
    fn has_site_here(&self) -> bool {
        let sites = self.judge.sites();
        sites.find(self.public_url.site_host()).is_some()
    }

    /// The answer, with the session cookie taken away if the browser has one.
    fn without_session(&self, headers: &HeaderMap, answer: impl IntoResponse) -> Response {
        let cookies = self.sessions.cookies;
        let name = cookies.session_name();
        if cookie::find(headers, name) == Found::None {
            return answer.into_response();
        }
        (AppendHeaders([(SET_COOKIE, cookies.clear(name))]), answer).into_response()
    }
}

/// The addresses of this room on the hosts of sites.
pub(crate) fn routes_at_sites(room: AccountRoom) -> Router {
    let me = get(me_at_site::me_at_site).options(me_at_site::me_at_site);
    Router::new().route("/_menshen/me", me).with_state(room)
}

/// The addresses of this room.
pub(crate) fn routes(room: AccountRoom) -> Router {
    Router::new()
        .route("/", get(home::home))
        .route("/_menshen/", get(home::home))
        .route("/_menshen/me", get(me::me))
        .route(LOGOUT, get(logout::ask).post(logout::end))
        .with_state(room)
}
