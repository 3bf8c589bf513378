//! `/_sandbox/grants`: access tokens, tickets and consents in force, and how some end before their time.
//!
//! `GET` lists them, `POST …/tokens` ends the tokens of one holder and `POST …/tickets` tickets of one kind,
//! `POST …/consents` forgets a consent, so that its page is shown again. Tokens and tickets are shown by their first
//! four characters.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use wecom_sdk::{AgentId, CorpId, Timestamp, UserId};

use super::frame::{Frame, show};
use crate::page::fields::OwnForm;
use crate::page::people::field_label;
use crate::page::see_other;
use crate::page::time::beijing;
use crate::redact;
use crate::room::Room;
use crate::world::{self, CONSENT_LIVES, ConsentKey, Holder, JsTicketKind};

const HERE: &str = "/_sandbox/grants";
/// How many of a kind are shown.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "console/grants.html")]
struct Page {
    frame: Frame,
    tokens: Vec<Token>,
    tickets: Vec<Ticket>,
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

/// A ticket of either kind.
struct Ticket {
    corp: String,
    agent: String,
    /// What its form says of it: for what it signs, or whose it is.
    kind: &'static str,
    member: String,
    whose: String,
    what: String,
    start: String,
    is_used: bool,
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
            tickets: tickets(state, &frame, now),
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

/// Ends an app's tickets of one kind: those it signs with, or those of one member.
pub(super) async fn end_tickets(State(room): State<Room>, OwnForm(form): OwnForm) -> Response {
    let corp = CorpId::parse(form.text("corp")).ok();
    let agent = form.text("agent").parse().ok().map(AgentId);
    if let (Some(corp), Some(agent)) = (corp, agent) {
        let owner = (&corp, agent);
        let kinds = [JsTicketKind::Corp, JsTicketKind::Agent];
        let mut kinds = kinds.into_iter();
        let kind = kinds.find(|kind| kind.as_str() == form.text("kind"));
        let member = UserId::parse(form.text("member")).ok();
        room.world.change(|state, now| match (kind, &member) {
            (Some(kind), _) => state.end_js_tickets(now, owner, kind),
            (None, Some(member)) => state.end_user_tickets(now, owner, Some(member)),
            (None, None) => 0,
        });
    }
    see_other(HERE)
}

/// JS-SDK tickets, then user tickets.
fn tickets(state: &world::State, frame: &Frame, now: Timestamp) -> Vec<Ticket> {
    let js = state.js_tickets_in_force(now).take(SHOWN);
    let js = js.map(|(ticket, record)| Ticket {
        corp: record.corp_id.to_string(),
        agent: record.agent_id.to_string(),
        kind: record.kind.as_str(),
        member: String::new(),
        whose: called(state, &record.corp_id, record.agent_id),
        what: match record.kind {
            JsTicketKind::Corp => frame.say("signs for config", "用于 config 签名"),
            JsTicketKind::Agent => frame.say("signs for agentConfig", "用于 agentConfig 签名"),
        }
        .to_owned(),
        start: redact::cut(ticket),
        is_used: false,
        until: beijing(record.expires_at),
    });
    let user = state.user_tickets_in_force(now).take(SHOWN);
    let user = user.map(|(ticket, record)| Ticket {
        corp: record.corp_id.to_string(),
        agent: record.agent_id.to_string(),
        kind: "user",
        member: record.user_id.to_string(),
        whose: called(state, &record.corp_id, record.agent_id),
        what: format!("user_ticket · {}", record.user_id),
        start: redact::cut(ticket),
        is_used: record.is_used,
        until: beijing(record.expires_at),
    });
    js.chain(user).collect()
}

/// Name and number of an app.
fn called(state: &world::State, corp: &CorpId, agent: AgentId) -> String {
    let name = state.agent(corp, agent).map(|agent| agent.name.as_str());
    format!("{} {agent}", name.unwrap_or_default())
}

impl Token {
    fn of(state: &world::State, frame: &Frame, token: &str, record: &world::TokenRecord) -> Self {
        let (agent, whose) = match record.holder {
            Holder::Agent(id) => (id.to_string(), called(state, &record.corp_id, id)),
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
