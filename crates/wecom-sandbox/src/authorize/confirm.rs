//! `GET /wwopen/sso/confirm2?k=`: what the QR code holds; the phone's side of a scan (dossier
//! 9.3). Opening it tells the waiting page that somebody has scanned, as in life;
//! `POST /_sandbox/confirm2/{key}` is the answer.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use super::scan::OverPage;
use super::{AgentShown, broken, refusals};
use crate::page::fields::{Fields, OwnForm};
use crate::page::refusal::Way;
use crate::page::{choose_person, decided, people, show};
use crate::world::{Person, ScanError, ScanRequest, World};

#[derive(Template)]
#[template(path = "confirm.html")]
struct Page {
    agent: AgentShown,
    person: String,
    domain: String,
    action: String,
}

pub(super) async fn handle(State(world): State<World>, headers: HeaderMap, uri: Uri) -> Response {
    let fields = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    let key = fields.text("k");
    let Some(request) = world.read(|state, _| state.scan_request(key).cloned()) else {
        return refusals::of_scan(ScanError::Unknown, None).page();
    };
    let Some(person) = holder(&world, &request, &headers) else {
        return choose_person::page(&world, &request.corp_id, &uri);
    };
    match world.change(|state, now| state.mark_scanned(now, key, &person)) {
        Ok(()) => decided(
            show(&world.read(|state, _| {
                let corp = state.corps.get(&request.corp_id);
                Page {
                    agent: AgentShown::of(state, &request.corp_id, request.agent_id),
                    person: corp
                        .map_or_else(String::new, |corp| people::shown(corp, &person).label),
                    domain: request.redirect_uri.domain().to_owned(),
                    action: format!("/_sandbox/confirm2/{key}"),
                }
            })),
            "scan.scanned (9.3)",
        ),
        Err(error) => stopped(&request, key, error, &person),
    }
}

/// Whoever cannot confirm is asked who else this browser may be; a scan that is over is renewed on its own page.
fn stopped(request: &ScanRequest, key: &str, error: ScanError, person: &Person) -> Response {
    let way = match error {
        ScanError::Unknown => None,
        ScanError::Expired | ScanError::Answered => Some(Way::to_scan(key)),
        ScanError::NotVisible | ScanError::CannotSignIn(_) => {
            let next = format!("/wwopen/sso/confirm2?k={key}");
            Some(Way::as_another(request.corp_id.as_str(), &next))
        }
    };
    let refusal = refusals::of_scan(error, Some(person));
    refusal.with_way(way).page()
}

fn holder(world: &World, request: &ScanRequest, headers: &HeaderMap) -> Option<Person> {
    world.read(|state, _| people::of_browser(state, &request.corp_id, headers))
}

pub(super) async fn answer(
    State(world): State<World>,
    Path(key): Path<String>,
    headers: HeaderMap,
    OwnForm(form): OwnForm,
) -> Response {
    let request = world.read(|state, _| state.scan_request(&key).cloned());
    let found = request.and_then(|request| {
        let person = holder(&world, &request, &headers)?;
        Some((request, person))
    });
    let Some((request, person)) = found else {
        return refusals::of_scan(ScanError::Unknown, None).page();
    };
    if form.get("answer") == Some("confirm") {
        return match world.confirm_scan(&key, &person) {
            Ok(Ok(_)) => {
                let page = show(&done(
                    "✓",
                    "已登录",
                    ("Signed in on the other screen.", "另一个屏幕上已登录。"),
                ));
                decided(page, "scan.confirmed (9.2, 9.3)")
            }
            Ok(Err(error)) => stopped(&request, &key, error, &person),
            Err(_) => broken(),
        };
    }
    match world.change(|state, now| state.refuse_scan(now, &key)) {
        Ok(_) => {
            let page = show(&done(
                "×",
                "已取消",
                ("The other screen knows.", "另一个屏幕已得知。"),
            ));
            decided(page, "scan.refused (9.3)")
        }
        Err(error) => stopped(&request, &key, error, &person),
    }
}

fn done(mark: &'static str, title: &'static str, text: (&str, &str)) -> OverPage {
    OverPage {
        mark,
        title,
        text: text.into(),
        again: None,
    }
}
