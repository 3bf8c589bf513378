//! `/_sandbox/grants`: access tokens and consents in force, and how each ends before its time.
//!
//! `GET` lists both, `POST …/tokens` ends the tokens of one holder, `POST …/consents` forgets a consent, so that
//! its page is shown again. Tokens are shown by their first four characters.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use wecom_sdk::{AgentId, CorpId};

use super::frame::{Frame, show};
use crate::page::fields::OwnForm;
use crate::page::people::field_label;
use crate::page::see_other;
use crate::page::time::beijing;
use crate::redact;
use crate::room::Room;
use crate::world::{self, CONSENT_LIVES, ConsentKey, Holder};

const HERE: &str = "/_sandbox/grants";
/// How many of a kind are shown.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "console/grants.html")]
struct Page {
    frame: Frame,
    tokens: Vec<Token>,
    consents: Vec<ConsentShown>,
}

struct Token {
    corp: String,
    /// Empty for the contact sync.
    agent: String,
    whose: String,
    start: String,
    until: String,
}

struct ConsentShown {
    corp: String,
    agent: String,
    agent_name: String,
    member: String,
    fields: String,
    is_refused: bool,
    until: String,
}

pub(super) async fn look(State(room): State<Room>, frame: Frame) -> Response {
    let page = room.world.read(|state, now| {
        let tokens = state.tokens_in_force(now).take(SHOWN);
        let consents = state.consents_in_force(now).into_iter().take(SHOWN);
        Page {
            tokens: tokens
                .map(|(token, record)| Token::of(state, &frame, token, record))
                .collect(),
            consents: consents
                .map(|(key, consent)| ConsentShown::of(state, &frame, key, consent))
                .collect(),
            frame: frame.clone(),
        }
    });
    show(&page)
}

pub(super) async fn end_tokens(State(room): State<Room>, OwnForm(form): OwnForm) -> Response {
    if let Ok(corp) = CorpId::parse(form.text("corp")) {
        let holder = match form.text("agent").parse() {
            Ok(id) => Holder::Agent(AgentId(id)),
            Err(_) => Holder::ContactSync,
        };
        room.world
            .change(|state, _| state.end_tokens(&corp, Some(holder)));
    }
    see_other(HERE)
}

pub(super) async fn forget(State(room): State<Room>, OwnForm(form): OwnForm) -> Response {
    let corp = CorpId::parse(form.text("corp")).ok();
    let agent = form.text("agent").parse().ok().map(AgentId);
    let member = form.text("member").parse().ok();
    if let (Some(corp), Some(agent), Some(member)) = (corp, agent, member) {
        let key = ConsentKey::new(corp, agent, &member);
        room.world.change(|state, _| state.forget_consent(&key));
    }
    see_other(HERE)
}

impl Token {
    fn of(state: &world::State, frame: &Frame, token: &str, record: &world::TokenRecord) -> Self {
        let (agent, whose) = match record.holder {
            Holder::Agent(id) => {
                let agent = state.agent(&record.corp_id, id);
                let name = agent.map_or_else(String::new, |agent| agent.name.clone());
                (id.to_string(), format!("{name} {id}"))
            }
            Holder::ContactSync => (
                String::new(),
                frame.say("contact sync", "通讯录同步").to_owned(),
            ),
        };
        Self {
            corp: record.corp_id.to_string(),
            agent,
            whose,
            start: redact::cut(token),
            until: beijing(record.expires_at),
        }
    }
}

impl ConsentShown {
    fn of(state: &world::State, frame: &Frame, key: &ConsentKey, consent: &world::Consent) -> Self {
        let agent = state.agent(&key.corp_id, key.agent_id);
        let fields = consent.fields.iter().map(|field| {
            let label = field_label(*field).split_once(" · ").unwrap_or(("", ""));
            frame.say(label.1, label.0)
        });
        Self {
            corp: key.corp_id.to_string(),
            agent: key.agent_id.to_string(),
            agent_name: agent.map_or_else(String::new, |agent| agent.name.clone()),
            member: key.member().to_owned(),
            fields: fields.collect::<Vec<_>>().join(", "),
            is_refused: consent.is_refused,
            until: beijing(consent.granted_at.plus(CONSENT_LIVES)),
        }
    }
}
