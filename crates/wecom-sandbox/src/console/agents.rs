//! `/_sandbox/agents`: the apps of a corp, and the form of one.
//!
//! `GET` lists, `GET`/`POST …/edit` makes or changes one, `POST …/remove` takes one away, `POST …/verify` really
//! fetches the ownership file of its domain.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use wecom_sdk::{AgentId, Timestamp};

use super::agent_form::{draft_of, form, values_of};
use super::frame::{Frame, query, show};
use super::which::{self, CorpLink};
use crate::admin::{Mistakes, agents};
use crate::ownership;
use crate::page::fields::{Fields, OwnForm};
use crate::page::refusal::Refusal;
use crate::page::time::beijing;
use crate::page::{initial, see_other};
use crate::room::Room;
use crate::world::{Agent, Corp};

pub(super) const HERE: &str = "/_sandbox/agents";
pub(super) const EDIT: &str = "/_sandbox/agents/edit";

#[derive(Template)]
#[template(path = "console/agents.html")]
struct Page {
    frame: Frame,
    corps: Vec<CorpLink>,
    corp_name: String,
    corp: String,
    new: String,
    rows: Vec<Row>,
}

struct Row {
    initial: String,
    id: String,
    name: String,
    edit: String,
    secret: String,
    is_enabled: bool,
    is_new: bool,
    domain: Option<String>,
    file: String,
    verified: Option<String>,
    finding: Option<String>,
    callbacks: String,
    ips: String,
    visible: String,
    fields: String,
}

pub(super) async fn look(
    State(room): State<Room>,
    frame: Frame,
    RawQuery(raw): RawQuery,
) -> Response {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let page = room.world.read(|state, now| {
        let corp = which::corp(state, &fields)?;
        let agents = corp.agents.values();
        Some(Page {
            corps: which::links(state, corp, HERE),
            corp_name: corp.name.clone(),
            corp: corp.id.to_string(),
            new: format!("{EDIT}{}", query(&[("corp", corp.id.as_str())])),
            rows: agents.map(|agent| Row::of(corp, agent, now)).collect(),
            frame: frame.clone(),
        })
    });
    page.map_or_else(|| see_other("/_sandbox/"), |page| show(&page))
}

impl Row {
    fn of(corp: &Corp, agent: &Agent, now: Timestamp) -> Self {
        let id = agent.id.to_string();
        let place = [("corp", corp.id.as_str()), ("id", &id)];
        let departments = agent.visible.departments.iter();
        let departments = departments.map(|id| which::way(corp, *id));
        let tags = agent.visible.tags.iter().filter_map(|id| corp.tags.get(id));
        let tags = tags.map(|tag| tag.name.clone());
        let members = agent.visible.members.iter().cloned();
        let fields = agent
            .sensitive_fields
            .iter()
            .map(|field| field.as_str().to_owned());
        let ips = agent.trusted_ips.list(now).iter().map(ToString::to_string);
        Self {
            initial: initial(&agent.name),
            name: agent.name.clone(),
            edit: format!("{EDIT}{}", query(&place)),
            secret: agent.secret.clone(),
            is_enabled: agent.is_enabled,
            is_new: agent.is_new(),
            domain: agent.oauth_domain.as_ref().map(ToString::to_string),
            file: agent.ownership.file_name(),
            verified: agent.ownership.verified_at.map(beijing),
            finding: agent.ownership.last_finding.clone(),
            callbacks: join(agent.web_callback_domains.iter().map(ToString::to_string)),
            ips: join(ips),
            visible: join(departments.chain(tags).chain(members)),
            fields: join(fields),
            id,
        }
    }
}

fn join(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() {
        "—".to_owned()
    } else {
        parts.join(", ")
    }
}

pub(super) async fn edit(
    State(room): State<Room>,
    frame: Frame,
    RawQuery(raw): RawQuery,
) -> Response {
    let asked = Fields::parse(raw.unwrap_or_default().as_bytes());
    room.world.read(|state, now| {
        let Some(corp) = which::corp(state, &asked) else {
            return see_other("/_sandbox/");
        };
        let id = asked.text("id").parse().ok().map(AgentId);
        let agent = id.and_then(|id| corp.agents.get(&id));
        let values = agent.map_or_else(Fields::default, |agent| values_of(agent, now));
        form(&frame, corp, &values, &Mistakes::default()).page()
    })
}

pub(super) async fn save(
    State(room): State<Room>,
    frame: Frame,
    OwnForm(values): OwnForm,
) -> Response {
    let mut mistakes = Mistakes::default();
    let is_new = values.text("was").is_empty();
    let Ok(drawn) = agents::Drawn::new(room.world.entropy()) else {
        return no_chance().page();
    };
    let done = room.world.change(|state, now| {
        let before = which::corp(state, &values)
            .and_then(|corp| corp.agents.get(&AgentId(values.text("was").parse().ok()?)))
            .cloned();
        let draft = draft_of(&values, before.as_ref(), now, &mut mistakes);
        if is_new {
            agents::create(state, now, draft, drawn, mistakes).map(|_| ())
        } else {
            agents::change(state, now, draft, mistakes)
        }
    });
    done.map_or_else(
        |mistakes| again(&room, &frame, &values, &mistakes),
        |()| back(&values),
    )
}

pub(super) async fn remove(
    State(room): State<Room>,
    frame: Frame,
    OwnForm(values): OwnForm,
) -> Response {
    let corp = values.text("corp").parse().ok();
    let id = AgentId(values.text("was").parse().unwrap_or(0));
    let done = room
        .world
        .change(|state, _| agents::remove(state, corp.as_ref(), id));
    done.map_or_else(
        |mistakes| again(&room, &frame, &values, &mistakes),
        |()| back(&values),
    )
}

/// Fetches the ownership file; what was found stands on the page afterwards.
pub(super) async fn verify(State(room): State<Room>, OwnForm(values): OwnForm) -> Response {
    let meant = room.world.read(|state, _| {
        let corp = which::corp(state, &values)?;
        let id = AgentId(values.text("id").parse().ok()?);
        corp.agents.contains_key(&id).then(|| (corp.id.clone(), id))
    });
    if let Some((corp, id)) = meant {
        ownership::verify(&room, &corp, id).await;
    }
    back(&values)
}

fn back(values: &Fields) -> Response {
    see_other(&format!(
        "{HERE}{}",
        query(&[("corp", values.text("corp"))])
    ))
}

fn again(room: &Room, frame: &Frame, values: &Fields, mistakes: &Mistakes) -> Response {
    room.world
        .read(|state, _| match which::corp(state, values) {
            Some(corp) => form(frame, corp, values, mistakes).page(),
            None => see_other("/_sandbox/"),
        })
}

fn no_chance() -> Refusal {
    Refusal::new(
        "sandbox.no_entropy",
        "Nothing was saved",
        "The random source failed.".to_owned(),
        "Try again.",
    )
}
