//! The demo's site: `GET /` and the buttons. Every other path is the gateway's.
//!
//! Security: a button works only from this site's own page: the host must be ours and `Origin` must be
//! said and ours. Everything a button can do is done to the sandbox, never to the gateway's store.

use axum::Router;
use axum::extract::{Form, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use menshen_gateway::Parts;
use menshen_gateway::config::PublicUrl;
use menshen_gateway::sdk::Entropy;
use serde::Deserialize;
use std::sync::Arc;
use wecom_sandbox::world::MemberStatus;
use wecom_sandbox::{Sandbox, World};

use super::act::{self, Done};
use super::me::{self, Asked};
use super::page::{Look, Page};
use super::people;
use super::words::Words;

/// What the site needs. Cheap to clone.
#[derive(Clone, Debug)]
struct Site {
    gateway: Router,
    world: World,
    public_url: PublicUrl,
    sandbox: Arc<str>,
    entropy: Arc<Entropy>,
}

/// The site in front, the gateway behind it.
pub(super) fn beside(gateway: Router, parts: &Parts, sandbox: &Sandbox) -> Router {
    let site = Site {
        gateway: gateway.clone(),
        world: sandbox.world().clone(),
        public_url: parts.config.public_url.clone(),
        sandbox: Arc::from(format!("http://{}", sandbox.addr())),
        entropy: Arc::clone(&parts.entropy),
    };
    let guard = from_fn_with_state(site.clone(), check_origin);
    let buttons = Router::new()
        .route("/demo/later", post(later).route_layer(guard.clone()))
        .route(
            "/demo/end-token",
            post(end_token).route_layer(guard.clone()),
        )
        .route("/demo/disable", post(disable).route_layer(guard.clone()))
        .route("/demo/enable", post(enable).route_layer(guard));
    let pages = Router::new()
        .route("/", get(home))
        .merge(buttons)
        .layer(from_fn_with_state(site.clone(), check_host))
        .with_state(site);
    pages.fallback_service(gateway)
}

#[derive(Debug, Deserialize)]
struct HomeQuery {
    did: Option<String>,
}

/// `GET /`: who is signed in, or how to sign in.
async fn home(
    State(site): State<Site>,
    Query(query): Query<HomeQuery>,
    request: Request,
) -> Response {
    let words = Words::of(request.headers());
    let asked = me::ask(site.gateway.clone(), me::question(&request)).await;
    let Ok(nonce) = site.entropy.url_safe(22) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let page = Page {
        words,
        asked,
        done: query.did.as_deref().and_then(Done::parse),
        people: people::all(&site.world),
        look: Look {
            nonce: &nonce,
            gateway: site.public_url.origin(),
            sandbox: &site.sandbox,
        },
    };
    page.answer(&site.world)
}

async fn later(State(site): State<Site>) -> Redirect {
    back(act::later(&site.world))
}

async fn end_token(State(site): State<Site>) -> Redirect {
    back(act::end_token(&site.world))
}

/// Disables whoever is signed in; the form names nobody.
async fn disable(State(site): State<Site>, request: Request) -> Redirect {
    let done = match me::ask(site.gateway.clone(), me::question(&request)).await {
        Asked::Somebody(me) => {
            act::switch(&site.world, &me.preferred_username, MemberStatus::Disabled)
        }
        Asked::Nobody | Asked::Unsaid => Done::Nothing,
    };
    back(done)
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

async fn check_host(State(site): State<Site>, request: Request, next: Next) -> Response {
    let ours = site.public_url.origin().trim_start_matches("http://");
    if only(request.headers(), &header::HOST).is_some_and(|host| host.as_bytes() == ours.as_bytes())
    {
        next.run(request).await
    } else {
        // The gateway answers what is for another host.
        let answer = tower::ServiceExt::oneshot(site.gateway, request).await;
        answer.unwrap_or_else(|never| match never {})
    }
}

async fn check_origin(State(site): State<Site>, request: Request, next: Next) -> Response {
    let origin = only(request.headers(), &header::ORIGIN);
    if origin.is_some_and(|origin| origin.as_bytes() == site.public_url.origin().as_bytes()) {
        next.run(request).await
    } else {
        (
            StatusCode::FORBIDDEN,
            "this button works from the demo's own page only\n",
        )
            .into_response()
    }
}

fn only<'h>(headers: &'h HeaderMap, name: &header::HeaderName) -> Option<&'h HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    values.next().is_none().then_some(value)
}
