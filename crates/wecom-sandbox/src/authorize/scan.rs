//! The waiting scan, as the desktop sees it: `GET /_sandbox/scan/{key}` is what the page of the QR
//! code asks every two seconds, `POST` confirms or refuses in the phone's place.
//!
//! Without script: the page refreshes itself, and the answer to the refresh is the redirect.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::{AgentShown, broken, refusals};
use crate::hosts::{Host, Origin};
use crate::page::browser::user_agent;
use crate::page::fields::{Fields, OwnForm};
use crate::page::people::{self, Shown};
use crate::page::qr::Qr;
use crate::page::refusal::Way;
use crate::page::said::Said;
use crate::page::{decided, found, see_other, show};
use crate::world::{
    self, Person, PersonKey, ScanError, ScanRequest, ScanStatus, Surroundings, World,
};

#[derive(Template)]
#[template(path = "scan.html")]
struct Page {
    agent: AgentShown,
    action: String,
    confirm: String,
    qr: Option<Qr>,
    /// The QR code leads to an address that only this machine has.
    is_here: bool,
    scanned_by: Option<String>,
    quick: Option<Shown>,
    people: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "scan_over.html")]
pub(super) struct OverPage {
    pub(super) mark: &'static str,
    pub(super) title: &'static str,
    pub(super) text: Said,
    pub(super) again: Option<String>,
}

pub(super) async fn look(
    State(world): State<World>,
    Path(key): Path<String>,
    origin: Origin,
    headers: HeaderMap,
) -> Response {
    page(&world, &key, &origin, &headers)
}

/// Where the scan stands: the page, or where the browser goes.
pub(super) fn page(world: &World, key: &str, origin: &Origin, headers: &HeaderMap) -> Response {
    let found_scan = world.read(|state, now| {
        let status = state.scan_status(now, key)?;
        Some((status, state.scan_request(key)?.clone()))
    });
    let Some((status, request)) = found_scan else {
        return refusals::of_scan(ScanError::Unknown, None).page();
    };
    match status {
        ScanStatus::Waiting => {
            show(&world.read(|state, _| Page::of(state, key, &request, (origin, headers))))
        }
        ScanStatus::Scanned(person) => show(&world.read(|state, _| {
            let corp = state.corps.get(&request.corp_id);
            Page {
                scanned_by: corp.map(|corp| people::shown(corp, &person).label),
                quick: None,
                ..Page::of(state, key, &request, (origin, headers))
            }
        })),
        ScanStatus::Confirmed { location }
        | ScanStatus::Refused {
            location: Some(location),
        } => found(&location),
        ScanStatus::Refused { location: None } => show(&refused(key)),
        ScanStatus::Expired => show(&expired(key)),
    }
}

fn refused(key: &str) -> OverPage {
    OverPage {
        mark: "×",
        title: "已取消登录",
        text: (
            "Refused on the phone. The application hears nothing.",
            "已在手机上拒绝，应用不会得到通知。",
        )
            .into(),
        again: Some(format!("/_sandbox/scan/{key}")),
    }
}

fn expired(key: &str) -> OverPage {
    OverPage {
        mark: "⟳",
        title: "二维码已过期",
        text: ("Nobody answered in time.", "没有人及时回答。").into(),
        again: Some(format!("/_sandbox/scan/{key}")),
    }
}

pub(super) async fn answer(
    State(world): State<World>,
    Path(key): Path<String>,
    OwnForm(form): OwnForm,
) -> Response {
    match form.text("answer") {
        "confirm" => confirm(&world, &key, &form),
        "again" => again(&world, &key),
        _ => match world.change(|state, now| state.refuse_scan(now, &key)) {
            Ok(_) => {
                let answer = see_other(&format!("/_sandbox/scan/{key}"));
                decided(answer, "scan.refused (9.3)")
            }
            Err(error) => stopped(&key, error, None),
        },
    }
}

fn confirm(world: &World, key: &str, form: &Fields) -> Response {
    let person = PersonKey::new(form.text("person"));
    let person = world.read(|state, _| {
        let corp_id = &state.scan_request(key)?.corp_id;
        state.corps.get(corp_id)?.person(&person)
    });
    let Some(person) = person else {
        let is_there = world.read(|state, _| state.scan_request(key).is_some());
        let way = is_there.then(|| Way::to_scan(key));
        let refusal = refusals::of_scan(ScanError::Unknown, None);
        return refusal.with_way(way).page();
    };
    match world.confirm_scan(key, &person) {
        Ok(Ok(location)) => decided(see_other(&location), "scan.confirmed (9.2, 9.3)"),
        Ok(Err(error)) => stopped(key, error, Some(&person)),
        Err(_) => broken(),
    }
}

/// A scan that was answered or has expired shows that; other faults have a page of their own.
fn stopped(key: &str, error: ScanError, person: Option<&Person>) -> Response {
    match error {
        ScanError::Answered | ScanError::Expired => see_other(&format!("/_sandbox/scan/{key}")),
        _ => {
            let way = (error != ScanError::Unknown).then(|| Way::to_scan(key));
            refusals::of_scan(error, person).with_way(way).page()
        }
    }
}

fn again(world: &World, key: &str) -> Response {
    let Some(request) = world.read(|state, _| state.scan_request(key).cloned()) else {
        return refusals::of_scan(ScanError::Unknown, None).page();
    };
    match world.open_scan(request) {
        Ok(key) => see_other(&format!("/_sandbox/scan/{key}")),
        Err(_) => broken(),
    }
}

impl Page {
    fn of(
        state: &world::State,
        key: &str,
        request: &ScanRequest,
        (origin, headers): (&Origin, &HeaderMap),
    ) -> Self {
        let corp = state.corps.get(&request.corp_id);
        let confirm = format!("/wwopen/sso/confirm2?k={key}");
        let address = origin.absolute(Host::OpenWork, &confirm);
        let is_here = address.as_deref().is_some_and(leads_here);
        let qr = address.and_then(|address| Qr::of(&address));
        let me = people::of_browser(state, &request.corp_id, headers);
        let at = Surroundings {
            user_agent: user_agent(headers),
            source: None,
            person: me.as_ref(),
        };
        let may = state.quick_login(request, at);
        Self {
            agent: AgentShown::of(state, &request.corp_id, request.agent_id),
            action: format!("/_sandbox/scan/{key}"),
            confirm: origin.link(Host::OpenWork, &confirm),
            qr,
            is_here,
            scanned_by: None,
            quick: corp.and_then(|corp| may.map(|person| people::shown(corp, &person))),
            people: corp.map_or_else(Vec::new, |corp| {
                let agent = corp.agents.get(&request.agent_id);
                people::some_for(corp, agent, people::SHOWN)
            }),
        }
    }
}

/// Whether an address is one of this machine's own: no phone can open it.
fn leads_here(address: &str) -> bool {
    let url = url::Url::parse(address);
    match url.as_ref().ok().and_then(url::Url::host) {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.to_canonical().is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}
