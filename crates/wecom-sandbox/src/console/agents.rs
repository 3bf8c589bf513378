//! `/_sandbox/agents`: the apps of a corp; [`super::agent_form`] has the form of one.
//!
//! Besides what every kind has, `POST …/verify` really fetches the ownership file of an app's domain.

use askama::Template;
use axum::extract::State as Part;
use axum::response::Response;
use wecom_sdk::{AgentId, CorpId};

use super::agent_form::{draft_of, fields, values_of};
use super::form::{Field, Maker};
use super::frame::{Frame, query, show};
use super::managed::{At, Head, Managed, Words};
use super::which;
use crate::admin::{Mistakes, agents};
use crate::ownership;
use crate::page::fields::{Fields, OwnForm};
use crate::page::time::beijing;
use crate::page::{initial, see_other};
use crate::room::Room;
use crate::world::{Agent, State};

#[derive(Template)]
#[template(path = "console/agents.html")]
struct Page {
    frame: Frame,
    head: Head,
    corp_name: String,
    corp: String,
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

pub(super) struct Agents;

impl Managed for Agents {
    const PATHS: [&'static str; 3] = [
        "/_sandbox/agents",
        "/_sandbox/agents/edit",
        "/_sandbox/agents/remove",
    ];
    const WORDS: Words = Words {
        many: ("Apps", "应用"),
        one: ("App", "应用"),
        new: ("New app", "新建应用"),
        remove: ("Remove the app", "删除应用"),
    };

    fn list(at: &At<'_>) -> Response {
        let agents = at.corp.agents.values();
        show(&Page {
            frame: at.frame.clone(),
            head: at.head::<Self>(),
            corp_name: at.corp.name.clone(),
            corp: at.corp.id.to_string(),
            rows: agents.map(|agent| Row::of(at, agent)).collect(),
        })
    }

    fn values(at: &At<'_>, id: &str) -> Fields {
        let id = id.parse().ok().map(AgentId);
        let agent = id.and_then(|id| at.corp.agents.get(&id));
        agent.map_or_else(Fields::default, |agent| values_of(agent, at.now))
    }

    fn fields(at: &At<'_>, make: &Maker<'_>) -> Vec<Field> {
        fields(at.corp, make)
    }

    async fn save(room: &Room, values: &Fields) -> Result<(), Mistakes> {
        let drawn = agents::Drawn::new(room.world.entropy());
        let drawn = drawn.map_err(|_| Mistakes::no_chance())?;
        room.world.change(|state, now| {
            let mut mistakes = Mistakes::default();
            let before = which::corp(state, values)
                .and_then(|corp| corp.agents.get(&AgentId(values.text("was").parse().ok()?)))
                .cloned();
            let draft = draft_of(values, before.as_ref(), now, &mut mistakes);
            if values.text("was").is_empty() {
                agents::create(state, now, draft, drawn, mistakes).map(|_| ())
            } else {
                agents::change(state, now, draft, mistakes)
            }
        })
    }

    fn remove(state: &mut State, corp: Option<&CorpId>, was: &str) -> Result<(), Mistakes> {
        agents::remove(state, corp, AgentId(was.parse().unwrap_or(0)))
    }
}

/// Fetches the ownership file; what was found stands on the page afterwards.
pub(super) async fn verify(Part(room): Part<Room>, OwnForm(values): OwnForm) -> Response {
    let meant = room.world.read(|state, _| {
        let corp = which::corp(state, &values)?;
        let id = AgentId(values.text("id").parse().ok()?);
        corp.agents.contains_key(&id).then(|| (corp.id.clone(), id))
    });
    if let Some((corp, id)) = meant {
        ownership::verify(&room, &corp, id).await;
    }
    let corp = query(&[("corp", values.text("corp"))]);
    see_other(&format!("{}{corp}", Agents::PATHS[0]))
}

impl Row {
    fn of(at: &At<'_>, agent: &Agent) -> Self {
        let (corp, id) = (at.corp, agent.id.to_string());
        let fields = agent
            .sensitive_fields
            .iter()
            .map(|field| field.as_str().to_owned());
        let ips = agent
            .trusted_ips
            .list(at.now)
            .iter()
            .map(ToString::to_string);
        Self {
            initial: initial(&agent.name),
            name: agent.name.clone(),
            edit: at.link(Agents::PATHS[1], &[("id", &id)]),
            secret: agent.secret.clone(),
            is_enabled: agent.is_enabled,
            is_new: agent.is_new(),
            domain: agent.oauth_domain.as_ref().map(ToString::to_string),
            file: agent.ownership.file_name(),
            verified: agent.ownership.verified_at.map(beijing),
            finding: agent.ownership.last_finding.clone(),
            callbacks: which::join(agent.web_callback_domains.iter().map(ToString::to_string)),
            ips: which::join(ips),
            visible: which::range(corp, &agent.visible),
            fields: which::join(fields),
            id,
        }
    }
}
