//! `GET /_sandbox/api/tickets`: the JS-SDK tickets (dossier 11) and user tickets (dossier 7) in force, the newest
//! first. Out: whose they are and until when; the tickets themselves are never shown.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::redact;
use crate::room::Room;

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
