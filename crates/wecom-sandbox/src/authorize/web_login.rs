//! `GET /wwlogin/sso/login` (dossier 9.2) and `GET /wwopen/sso/qrConnect` (9.3): the pages with
//! the QR code, for browsers outside WeCom.
//!
//! In: the link. Out: a waiting scan and its page, or the page that says no: by number for the
//! web login, by one sentence for the old page.

use axum::extract::State;
use axum::http::header::{ORIGIN, REFERER};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use super::{broken, panel, refusals, scan};
use crate::hosts::Origin;
use crate::page::browser::user_agent;
use crate::page::refusal::Way;
use crate::page::{decided, people};
use crate::world::{LoginRefusal, ScanDoor, Surroundings, WebLoginQuery, World};

pub(super) async fn web_login(
    State(world): State<World>,
    origin: Origin,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    open(&world, ScanDoor::WebLogin, (&origin, &headers), &uri)
}

pub(super) async fn qr_connect(
    State(world): State<World>,
    origin: Origin,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    open(&world, ScanDoor::QrConnect, (&origin, &headers), &uri)
}

fn open(
    world: &World,
    door: ScanDoor,
    (origin, headers): (&Origin, &HeaderMap),
    uri: &Uri,
) -> Response {
    let query = WebLoginQuery::parse(uri.query().unwrap_or_default());
    let source = headers.get(REFERER).or_else(|| headers.get(ORIGIN));
    let source = source.and_then(|value| value.to_str().ok());
    let checked = world.read(|state, _| state.check_web_login(door, &query, source));
    let request = match checked {
        Ok(request) => request,
        Err(error) => {
            let refusal = world.read(|state, _| refusals::of_login(state, door, &query, error));
            if query.version.is_some() && door == ScanDoor::WebLogin {
                let page = panel::refused(world, error.number(), refusal.title, &refusal.why);
                return decided(page, refusal.rule);
            }
            // Whoever came from nowhere can go back to nowhere.
            let way = Way::back(headers).or_else(|| {
                let is_source = error == LoginRefusal::Source;
                is_source.then(|| Way::to_switches("web_login"))
            });
            return refusal.with_way(way).page();
        }
    };
    let framed = request.panel.is_some().then(|| request.clone());
    let Ok(key) = world.open_scan(request) else {
        return broken();
    };
    let Some(request) = framed else {
        let page = scan::page(world, &key, origin, headers);
        return decided(page, "scan.shown (9.2, 9.3)");
    };
    let person = world.read(|state, _| people::of_browser(state, &request.corp_id, headers));
    let at = Surroundings {
        user_agent: user_agent(headers),
        source,
        person: person.as_ref(),
    };
    let page = panel::page(world, &key, &request, (origin, at));
    decided(page, "scan.panel_shown (9.4)")
}
