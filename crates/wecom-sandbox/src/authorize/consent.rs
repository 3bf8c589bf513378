//! The consent page (手动授权, dossier 4.2): fields ticked one by one, or a refusal.
//!
//! Opened by the in-client link; answered by its form, `POST /_sandbox/consent/{key}`, or by the
//! control API. `GET` of the same address goes on to where an answer given elsewhere leads.
//! WeCom's own address of this page is not on record.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::{AgentShown, broken, refusals};
use crate::page::fields::OwnForm;
use crate::page::{decided, found, people, see_other, show};
use crate::world::{
    self, Authorization, ConsentError, ConsentPage, ConsentStatus, Person, SensitiveField, World,
};

/// The rule of a refusal.
const REFUSED: &str = "consent.refused (4.2)";

#[derive(Template)]
#[template(path = "consent.html")]
struct Page {
    agent: AgentShown,
    person: String,
    action: String,
    fields: Vec<FieldShown>,
}

struct FieldShown {
    name: &'static str,
    label: &'static str,
    value: String,
}

/// Opens a page for a person and shows it.
pub(super) fn open(world: &World, link: &Authorization, person: &Person) -> Response {
    match world.open_consent_page(link, person) {
        Ok(key) => decided(show_page(world, &key), "consent.asked (4.2)"),
        Err(_) => broken(),
    }
}

pub(super) async fn look(State(world): State<World>, Path(key): Path<String>) -> Response {
    show_page(&world, &key)
}

fn show_page(world: &World, key: &str) -> Response {
    let Some(page) = world.read(|state, _| state.consent_page(key).cloned()) else {
        return refusals::of_consent(ConsentError::Unknown).page();
    };
    match &page.status {
        ConsentStatus::Waiting => show(&world.read(|state, _| Page::of(state, key, &page))),
        ConsentStatus::Granted { location } => found(location),
        ConsentStatus::Refused { location } => gone(location.as_deref(), found),
    }
}

pub(super) async fn answer(
    State(world): State<World>,
    Path(key): Path<String>,
    OwnForm(form): OwnForm,
) -> Response {
    if form.get("answer") == Some("allow") {
        let fields: BTreeSet<_> = form
            .all("field")
            .filter_map(SensitiveField::parse)
            .collect();
        return match world.grant_consent_page(&key, &fields) {
            Ok(Ok(location)) => decided(see_other(&location), "consent.granted (4.2)"),
            Ok(Err(error)) => answered_before(&world, &key, error),
            Err(_) => broken(),
        };
    }
    match world.change(|state, now| state.refuse_consent_page(now, &key)) {
        Ok(location) => decided(gone(location.as_deref(), see_other), REFUSED),
        Err(error) => answered_before(&world, &key, error),
    }
}

/// A page that was answered leads where its answer led: a second click loses nothing.
fn answered_before(world: &World, key: &str, error: ConsentError) -> Response {
    match error {
        ConsentError::Answered => show_page(world, key),
        ConsentError::Unknown => refusals::of_consent(error).page(),
    }
}

fn gone(location: Option<&str>, redirect: fn(&str) -> Response) -> Response {
    match location {
        Some(location) => redirect(location),
        None => refusals::stays(REFUSED).page(),
    }
}

impl Page {
    fn of(state: &world::State, key: &str, page: &ConsentPage) -> Self {
        let corp_id = &page.link.corp_id;
        let agent = state.agent(corp_id, page.agent_id);
        let corp = state.corps.get(corp_id);
        let member = corp.and_then(|corp| corp.members.get(&page.user_id));
        let asked = agent.into_iter().flat_map(|agent| &agent.sensitive_fields);
        let fields = asked.map(|field| FieldShown {
            name: field.as_str(),
            label: people::field_label(*field),
            value: member
                .and_then(|member| member.sensitive.get(field).cloned())
                .unwrap_or_else(|| "—".to_owned()),
        });
        Self {
            agent: AgentShown::of(state, corp_id, page.agent_id),
            person: member.map_or_else(|| page.user_id.to_string(), |member| member.name.clone()),
            action: format!("/_sandbox/consent/{key}"),
            fields: fields.collect(),
        }
    }
}
