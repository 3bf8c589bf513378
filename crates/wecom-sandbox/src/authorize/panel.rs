//! The web login inside a frame: what `ww.createWWLoginPanel` of `@wecom/jssdk` embeds (dossier 9.4).
//!
//! In: the same link as the web login, with the SDK's `version`. Out: a page with a script that speaks the
//! SDK's frame protocol and asks `GET /_sandbox/panel/{key}` where the scan stands. The frame may be
//! sandboxed without forms, so its buttons work by script.

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::AgentShown;
use crate::hosts::{Host, Origin};
use crate::page::people::{self, SHOWN, Shown};
use crate::page::qr::Qr;
use crate::page::said::Said;
use crate::page::show_in_frame;
use crate::world::{self, PanelChannel, ScanRequest, ScanStatus, Surroundings, World};

const SCRIPT: &str = include_str!("../../templates/panel.js");

#[derive(Template)]
#[template(path = "panel.html")]
struct Page {
    key: String,
    redirect: &'static str,
    channel: bool,
    is_desktop: bool,
    is_small: bool,
    agent: AgentShown,
    qr: Option<Qr>,
    confirm: String,
    quick: Option<Shown>,
    people: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "panel_error.html")]
struct ErrorPage<'a> {
    channel: bool,
    number: i32,
    title: &'a str,
    why: &'a Said,
}

/// Where a scan stands, for the panel's script.
#[derive(Debug, Serialize)]
struct Standing {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

pub(super) fn page(
    world: &World,
    key: &str,
    request: &ScanRequest,
    (origin, at): (&Origin, Surroundings<'_>),
) -> Response {
    let confirm = format!("/wwopen/sso/confirm2?k={key}");
    let qr = origin.absolute(Host::OpenWork, &confirm);
    let panel = request.panel.clone().unwrap_or_default();
    let page = world.read(|state, _| {
        let corp = state.corps.get(&request.corp_id);
        let quick = state.quick_login(request, at);
        Page {
            key: key.to_owned(),
            redirect: panel.redirect.as_str(),
            channel: has_channel(state),
            is_desktop: state.desktop_person(&request.corp_id, at.person).is_some(),
            is_small: panel.is_small,
            agent: AgentShown::of(state, &request.corp_id, request.agent_id),
            qr: qr.and_then(|address| Qr::of(&address)),
            confirm: origin.link(Host::OpenWork, &confirm),
            quick: corp
                .zip(quick)
                .map(|(corp, person)| people::shown(corp, &person)),
            people: corp.map_or_else(Vec::new, |corp| people::some(corp, "", SHOWN)),
        }
    });
    show_in_frame(&page)
}

/// The panel that says no: its script tells the page that embeds it.
pub(super) fn refused(world: &World, number: i32, title: &str, why: &Said) -> Response {
    show_in_frame(&ErrorPage {
        channel: world.read(|state, _| has_channel(state)),
        number,
        title,
        why,
    })
}

fn has_channel(state: &world::State) -> bool {
    state.switches.panel_channel == PanelChannel::Port
}

pub(super) async fn script() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, SCRIPT).into_response()
}

pub(super) async fn standing(State(world): State<World>, Path(key): Path<String>) -> Response {
    let status = world.read(|state, now| state.scan_status(now, &key));
    let (status, location) = match status {
        None => ("unknown", None),
        Some(ScanStatus::Waiting) => ("waiting", None),
        Some(ScanStatus::Scanned(_)) => ("scanned", None),
        Some(ScanStatus::Confirmed { location }) => ("confirmed", Some(location)),
        Some(ScanStatus::Refused { location }) => ("refused", location),
        Some(ScanStatus::Expired) => ("expired", None),
    };
    let code = location.as_deref().and_then(|location| {
        let url = url::Url::parse(location).ok()?;
        let pairs = url.query_pairs().filter(|(name, _)| name == "code");
        // Ours is the last one; the application's own address may hold another.
        Some(pairs.last()?.1.into_owned())
    });
    let standing = Standing {
        code: code.filter(|_| status == "confirmed"),
        status,
        location,
    };
    ([(CACHE_CONTROL, "no-store")], Json(standing)).into_response()
}
