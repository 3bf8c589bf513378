//! The small site: its pages and its buttons. It stands behind the gate, as any application would, and knows who
//! somebody is only by what the gate writes into the request.
//!
//! Security: whatever changes something believes the signed assertion and no plain header, and comes from this
//! site's own page: `Origin` must be said and ours. Everything a button can do is done to the sandbox, never to
//! the gateway's store.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Form, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use menshen_gateway::Parts;
use menshen_gateway::sdk::{Clock, Entropy};
use serde::Deserialize;
use wecom_sandbox::world::MemberStatus;
use wecom_sandbox::{Sandbox, World};

use super::act::{self, Done};
use super::assertion::{self, Checked};
use super::forge;
use super::page::{Behind, Forged, Home, Look, Shown};
use super::place::Place;
use super::received;
use super::words::Words;

/// What the site needs. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// Asked for its published keys only.
    gateway: Router,
    gate: SocketAddr,
    world: World,
    origin: Arc<str>,
    sandbox: Arc<str>,
    clock: Arc<dyn Clock>,
    entropy: Arc<Entropy>,
}

impl Site {
    /// A site behind the gateway that listens at `gate`.
    pub(super) fn new(
        gateway: &Router,
        gate: SocketAddr,
        parts: &Parts,
        sandbox: &Sandbox,
    ) -> Self {
        Self {
            gateway: gateway.clone(),
            gate,
            world: sandbox.world().clone(),
            origin: Arc::from(parts.config.public_url.origin()),
            sandbox: Arc::from(format!("http://{}", sandbox.addr())),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
        }
    }

    /// Its addresses.
    pub(super) fn routes(self) -> Router {
        let guard = from_fn_with_state(self.clone(), check_origin);
        let buttons = Router::new()
            .route("/forged", post(forged).route_layer(guard.clone()))
            .route("/demo/later", post(later).route_layer(guard.clone()))
            .route(
                "/demo/end-token",
                post(end_token).route_layer(guard.clone()),
            )
            .route("/demo/disable", post(disable).route_layer(guard.clone()))
            .route("/demo/enable", post(enable).route_layer(guard));
        let mut pages = Router::new()
            .route("/", get(home))
            .route(forge::ECHO, get(echo));
        for place in Place::ALL {
            let page =
                move |State(site): State<Self>, headers: HeaderMap| page(site, place, headers);
            pages = pages.route(place.path(), get(page));
        }
        pages
            .merge(buttons)
            .fallback(nothing)
            .layer(from_fn_with_state(self.clone(), check_host))
            .with_state(self)
    }

    async fn check(&self, headers: &HeaderMap) -> Checked {
        let token = only(headers, received::ASSERTION);
        let token = token.and_then(|token| token.to_str().ok());
        let now = self.clock.now().as_seconds();
        assertion::check(&self.gateway, &self.origin, token.unwrap_or_default(), now).await
    }

    fn look<'s>(&'s self, words: Words, nonce: &'s str) -> Look<'s> {
        Look {
            words,
            nonce,
            gateway: &self.origin,
            sandbox: &self.sandbox,
        }
    }

    /// Shows a page; without chance there is no name for its style, and no page.
    fn show(&self, headers: &HeaderMap, page: impl FnOnce(Look<'_>) -> Shown) -> Response {
        match self.entropy.url_safe(22) {
            Ok(nonce) => page(self.look(Words::of(headers), &nonce)).answer(&nonce),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

#[derive(Debug, Deserialize)]
struct HomeQuery {
    did: Option<String>,
}

/// `GET /`: the pages there are, who is signed in, and what to try.
async fn home(
    State(site): State<Site>,
    Query(query): Query<HomeQuery>,
    headers: HeaderMap,
) -> Response {
    let page = Home {
        who: received::who(&headers),
        done: query.did.as_deref().and_then(Done::parse),
    };
    site.show(&headers, |look| page.show(look, &site.world))
}

/// `GET` one of the pages behind a rule: what arrived, and why it was let through.
async fn page(site: Site, place: Place, headers: HeaderMap) -> Response {
    let page = Behind {
        place,
        who: received::who(&headers),
        lines: received::lines(&headers),
        checked: site.check(&headers).await,
    };
    site.show(&headers, |look| page.show(look, &site.world))
}

/// `POST /forged`: forged headers, sent to the gate, and what arrived of them.
async fn forged(State(site): State<Site>, headers: HeaderMap) -> Response {
    match forge::forge(site.gate, site.host()).await {
        Ok(arrived) => site.show(&headers, |look| Forged { arrived }.show(look)),
        Err(error) => {
            tracing::error!(%error, "the demo could not ask its own gate");
            StatusCode::BAD_GATEWAY.into_response()
        }
    }
}

/// `GET /echo`: which of the forged names arrived.
async fn echo(headers: HeaderMap) -> Response {
    let names = forge::FORGED.map(|(name, _)| name);
    Json(received::arrived(&headers, &names)).into_response()
}

async fn later(State(site): State<Site>) -> Redirect {
    back(act::later(&site.world))
}

async fn end_token(State(site): State<Site>) -> Redirect {
    back(act::end_token(&site.world))
}

/// Disables whoever the assertion names; the form names nobody.
async fn disable(State(site): State<Site>, headers: HeaderMap) -> Redirect {
    back(match site.check(&headers).await {
        Checked::Genuine(genuine) => {
            act::switch(&site.world, &genuine.user, MemberStatus::Disabled)
        }
        Checked::Absent | Checked::Refused(_) => Done::Nothing,
    })
}

#[derive(Debug, Deserialize)]
struct EnableForm {
    user_id: String,
}

async fn enable(State(site): State<Site>, Form(form): Form<EnableForm>) -> Redirect {
    back(act::switch(
        &site.world,
        &form.user_id,
        MemberStatus::Active,
    ))
}

fn back(done: Done) -> Redirect {
    Redirect::to(&format!("/?did={}", done.as_str()))
}

async fn nothing() -> Response {
    let text = "没有这个页面，请回到 /\nThere is no such page; go back to /\n";
    (StatusCode::NOT_FOUND, text).into_response()
}

impl Site {
    /// Host and port, as the gate writes them.
    fn host(&self) -> &str {
        let host = self.origin.split_once("://");
        host.map_or("", |(_, host)| host)
    }
}

/// Nobody but the gate knows this host here.
async fn check_host(State(site): State<Site>, request: Request, next: Next) -> Response {
    let host = only(request.headers(), "host");
    if host.is_some_and(|host| host.as_bytes() == site.host().as_bytes()) {
        next.run(request).await
    } else {
        StatusCode::MISDIRECTED_REQUEST.into_response()
    }
}

async fn check_origin(State(site): State<Site>, request: Request, next: Next) -> Response {
    let origin = only(request.headers(), header::ORIGIN.as_str());
    if origin.is_some_and(|origin| origin.as_bytes() == site.origin.as_bytes()) {
        next.run(request).await
    } else {
        (
            StatusCode::FORBIDDEN,
            "this button works from the demo's own page only\n",
        )
            .into_response()
    }
}

fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    values.next().is_none().then_some(value)
}
