//! `/_sandbox/consents`: 个人敏感信息授权管理, the page inside the WeCom client where a member
//! changes what an app may read (dossier 4.2). An app is listed once its consent page was
//! answered, and only if the rules of 2022-06-20 hold for it.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use wecom_sdk::AgentId;

use crate::page::fields::OwnForm;
use crate::page::{choose_person, initial, people, see_other, show};
use crate::world::{self, CONSENT_LIVES, Consent, ConsentKey, SensitiveField, World};

#[derive(Template)]
#[template(path = "consents.html")]
struct Page {
    person: String,
    consents: Vec<ConsentShown>,
}

struct ConsentShown {
    agent_id: String,
    initial: String,
    agent_name: String,
    note: String,
    fields: Vec<Tick>,
}

struct Tick {
    name: &'static str,
    label: &'static str,
    is_ticked: bool,
}

pub(super) async fn look(State(world): State<World>, headers: HeaderMap, uri: Uri) -> Response {
    let page = world.read(|state, now| {
        let (corp_id, user_id) = people::member_of_browser(state, &headers)?;
        let corp = state.corps.get(&corp_id)?;
        let known = corp.members.get(&user_id);
        let consents = state.consents_of(now, &corp_id, &user_id);
        let shown = consents.iter().filter_map(|(agent_id, consent)| {
            let agent = corp.agents.get(agent_id).filter(|agent| agent.is_new())?;
            Some(ConsentShown::of(agent, consent, now))
        });
        Some(Page {
            person: known.map_or_else(|| user_id.to_string(), |member| member.name.clone()),
            consents: shown.collect(),
        })
    });
    let first = world.read(|state, _| state.corps.keys().next().cloned());
    match (page, first) {
        (Some(page), _) => show(&page),
        (None, Some(corp_id)) => choose_person::page(&world, &corp_id, &uri),
        (None, None) => see_other("/_sandbox/"),
    }
}

impl ConsentShown {
    fn of(agent: &world::Agent, consent: &Consent, now: wecom_sdk::Timestamp) -> Self {
        let left = consent.granted_at.plus(CONSENT_LIVES).since(now);
        let days = left.as_secs().div_ceil(86_400);
        let fields = agent.sensitive_fields.iter().map(|field| Tick {
            name: field.as_str(),
            label: people::field_label(*field),
            is_ticked: consent.fields.contains(field),
        });
        Self {
            agent_id: agent.id.to_string(),
            initial: initial(&agent.name),
            agent_name: agent.name.clone(),
            note: format!("{days} days left · 还剩 {days} 天"),
            fields: fields.collect(),
        }
    }
}

pub(super) async fn answer(
    State(world): State<World>,
    headers: HeaderMap,
    OwnForm(form): OwnForm,
) -> Response {
    let fields: BTreeSet<_> = form
        .all("field")
        .filter_map(SensitiveField::parse)
        .collect();
    let agent_id = form.text("agent").parse().ok().map(AgentId);
    world.change(|state, now| {
        let (corp_id, user_id) = people::member_of_browser(state, &headers)?;
        let selected = &state.agent(&corp_id, agent_id?)?.sensitive_fields;
        let fields = fields.intersection(selected).copied().collect();
        let key = ConsentKey::new(corp_id, agent_id?, &user_id);
        state.change_consent(now, &key, fields).then_some(())
    });
    see_other("/_sandbox/consents")
}
