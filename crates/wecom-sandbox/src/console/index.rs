//! `GET /_sandbox/`: the page an engineer opens first.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::clock::{STEPS, Step};
use crate::page::people::{self, Shown};
use crate::page::time::beijing;
use crate::page::{browser, initial, show};
use crate::world::{self, Agent, Corp, World};

#[derive(Template)]
#[template(path = "index.html")]
struct Page {
    now: String,
    steps: &'static [Step],
    is_client: bool,
    me: Option<Shown>,
    corps: Vec<CorpShown>,
}

struct CorpShown {
    id: String,
    name: String,
    people: Vec<Shown>,
    agents: Vec<AgentShown>,
}

struct AgentShown {
    initial: String,
    id: String,
    name: String,
    domains: String,
    visible: String,
    fields: String,
    notes: String,
}

pub(super) async fn handle(State(world): State<World>, headers: HeaderMap) -> Response {
    let now = beijing(world.now());
    show(&world.read(|state, _| Page {
        now,
        steps: &STEPS,
        is_client: browser::is_client(&headers),
        me: me(state, &headers),
        corps: state.corps.values().map(CorpShown::of).collect(),
    }))
}

fn me(state: &world::State, headers: &HeaderMap) -> Option<Shown> {
    state.corps.iter().find_map(|(corp_id, corp)| {
        let person = people::of_browser(state, corp_id, headers)?;
        Some(people::shown(corp, &person))
    })
}

impl CorpShown {
    fn of(corp: &Corp) -> Self {
        Self {
            id: corp.id.to_string(),
            name: corp.name.clone(),
            people: people::everybody(corp),
            agents: corp
                .agents
                .values()
                .map(|agent| AgentShown::of(corp, agent))
                .collect(),
        }
    }
}

impl AgentShown {
    fn of(corp: &Corp, agent: &Agent) -> Self {
        let members = agent.visible.members.iter().cloned();
        let departments = agent.visible.departments.iter().map(|id| {
            let known = corp.departments.get(id);
            known.map_or_else(|| id.to_string(), |department| department.name.clone())
        });
        let tags = agent.visible.tags.iter().map(|id| {
            let known = corp.tags.get(id);
            known.map_or_else(|| id.to_string(), |tag| tag.name.clone())
        });
        let mut notes = vec![if agent.is_new() {
            "created after 2022-06-20"
        } else {
            "created before 2022-06-20"
        }];
        if !agent.is_enabled {
            notes.push("disabled");
        }
        let fields = agent.sensitive_fields.iter().map(|field| field.as_str());
        Self {
            initial: initial(&agent.name),
            id: agent.id.to_string(),
            name: agent.name.clone(),
            domains: join(agent.code_domains(true).map(ToString::to_string)),
            visible: join(departments.chain(tags).chain(members)),
            fields: join(fields.map(str::to_owned)),
            notes: notes.join(" · "),
        }
    }
}

fn join(parts: impl Iterator<Item = String>) -> String {
    let mut parts: Vec<_> = parts.collect();
    parts.dedup();
    if parts.is_empty() {
        "—".to_owned()
    } else {
        parts.join(", ")
    }
}
