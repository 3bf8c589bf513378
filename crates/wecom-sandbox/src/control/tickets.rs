//! `/_sandbox/api/tickets…`: the JS-SDK tickets (dossier 11) and user tickets (dossier 7) in force.
//!
//! `GET` lists them, the newest first; `POST …/end` ends those of an app before their time. Out: whose they are
//! and until when, or how many ended; the tickets themselves are never shown.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wecom_sdk::{AgentId, CorpId};

use super::agent_of;
use super::problem::Problem;
use super::read::Command;
use super::tokens::Ended;
use crate::redact;
use crate::room::Room;
use crate::world::JsTicketKind;

/// The tickets in force.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Tickets {
    /// For pages that call the client.
    js: Vec<JsTicketListed>,
    /// For `auth/getuserdetail`.
    user: Vec<UserTicketListed>,
}

/// A JS-SDK ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JsTicketListed {
    corp: String,
    /// The app that asked for it.
    agent: u32,
    /// `config` or `agent_config`: what it signs for.
    call: &'static str,
    /// Its first four characters and its length, as in the journal.
    ticket: String,
    /// When it expires, in milliseconds since 1970.
    expires_at: i64,
}

/// A user ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserTicketListed {
    corp: String,
    /// The app it is for.
    agent: u32,
    /// The member who gave it.
    user_id: String,
    /// Its first four characters and its length, as in the journal.
    ticket: String,
    /// Whether it was used.
    used: bool,
    /// When it expires, in milliseconds since 1970.
    expires_at: i64,
}

/// The tickets in force.
#[utoipa::path(get, path = "/_sandbox/api/tickets", responses((status = 200, body = Tickets)))]
pub(super) async fn list(State(room): State<Room>) -> Json<Tickets> {
    Json(room.world.read(|state, now| {
        let js = state.js_tickets_in_force(now);
        let user = state.user_tickets_in_force(now);
        Tickets {
            js: js
                .map(|(ticket, record)| JsTicketListed {
                    corp: record.corp_id.to_string(),
                    agent: record.agent_id.0,
                    call: record.kind.as_str(),
                    ticket: redact::cut(ticket),
                    expires_at: record.expires_at.as_millis(),
                })
                .collect(),
            user: user
                .map(|(ticket, record)| UserTicketListed {
                    corp: record.corp_id.to_string(),
                    agent: record.agent_id.0,
                    user_id: record.user_id.to_string(),
                    ticket: redact::cut(ticket),
                    used: record.is_used,
                    expires_at: record.expires_at.as_millis(),
                })
                .collect(),
        }
    }))
}

/// Whose tickets end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhoseTickets)]
pub(super) struct Whose {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The app they were handed to.
    #[schema(value_type = u32)]
    agent: AgentId,
    /// Which of them; all when absent.
    kind: Option<Which>,
}

/// What the tickets are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Which {
    /// JS-SDK tickets that sign for `config`.
    Config,
    /// JS-SDK tickets that sign for `agentConfig`.
    AgentConfig,
    /// User tickets.
    User,
}

/// Ends tickets early: a page signed with one is refused, `auth/getuserdetail` answers 84014.
#[utoipa::path(
    post, path = "/_sandbox/api/tickets/end", request_body = Whose,
    responses((status = 200, body = Ended), (status = 404, body = Problem))
)]
pub(super) async fn end(
    State(room): State<Room>,
    Command(whose): Command<Whose>,
) -> Result<Json<Ended>, Problem> {
    let ended = room.world.change(|state, now| {
        let (corp, agent) = agent_of(state, whose.corp.as_ref(), whose.agent)?;
        let owner = (&corp, agent);
        let is_meant = |which| whose.kind.is_none_or(|kind| kind == which);
        let mut ended = 0;
        for (which, kind) in [
            (Which::Config, JsTicketKind::Corp),
            (Which::AgentConfig, JsTicketKind::Agent),
        ] {
            if is_meant(which) {
                ended += state.end_js_tickets(now, owner, kind);
            }
        }
        if is_meant(Which::User) {
            ended += state.end_user_tickets(now, owner, None);
        }
        Ok::<_, Problem>(ended)
    })?;
    Ok(Json(Ended { ended }))
}
