//! `GET /_sandbox/`: the page an engineer opens first.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use wecom_sdk::Timestamp;

use super::clock::{STEPS, Step};
use crate::journal::Entry;
use crate::page::people::{self, Shown};
use crate::page::time::beijing;
use crate::page::{browser, initial, show};
use crate::room::Room;
use crate::world::{self, Agent, Corp};

/// How many lines of the journal are shown.
const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "index.html")]
struct Page {
    now: String,
    steps: &'static [Step],
    is_client: bool,
    me: Option<Shown>,
    corps: Vec<CorpShown>,
    journal: Vec<Line>,
}

/// One line of the journal.
struct Line {
    time: String,
    what: String,
    request: String,
    answer: String,
    outcome: String,
    is_good: bool,
    rule: String,
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

pub(super) async fn handle(State(room): State<Room>, headers: HeaderMap) -> Response {
    let world = &room.world;
    let mut journal = room.journal.last(SHOWN);
    journal.reverse();
    let now = beijing(world.now());
    show(&world.read(|state, _| Page {
        now,
        steps: &STEPS,
        is_client: browser::is_client(&headers),
        me: me(state, &headers),
        corps: state.corps.values().map(CorpShown::of).collect(),
        journal: journal.iter().map(Line::of).collect(),
    }))
}

fn me(state: &world::State, headers: &HeaderMap) -> Option<Shown> {
    state.corps.iter().find_map(|(corp_id, corp)| {
        let person = people::of_browser(state, corp_id, headers)?;
        Some(people::shown(corp, &person))
    })
}

impl Line {
    fn of(entry: &Entry) -> Self {
        let outcome = match (entry.errcode, entry.status) {
            (Some(errcode), _) => format!("errcode {errcode}"),
            (None, 0) => "connection dropped".to_owned(),
            (None, status) => status.to_string(),
        };
        let at = beijing(Timestamp::from_millis(entry.at));
        let time = at.split(' ').nth(1).unwrap_or_default();
        Self {
            time: time.to_owned(),
            what: format!("{} {}", entry.method, entry.path),
            request: entry.request.clone(),
            answer: entry.answer.clone(),
            outcome,
            is_good: entry.errcode.unwrap_or(0) == 0 && (200..400).contains(&entry.status),
            rule: entry.rule.clone(),
        }
    }
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
