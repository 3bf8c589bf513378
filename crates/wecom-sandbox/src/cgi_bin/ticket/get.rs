//! `GET /cgi-bin/ticket/get?type=agent_config`: an app's JS-SDK ticket, for `agentConfig`
//! (dossier 11, O-90506).
//!
//! Any other `type` is 91040, and so is none.

use super::super::call::{Outcome, Visit};
use super::super::get_jsapi_ticket::issue;
use crate::world::{Caller, JsTicketKind, Refusal, State};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    if visit.query.get("type") != Some("agent_config") {
        return Err(Refusal::new(91040, "js.ticket_type (11)"));
    }
    issue(state, caller, visit, JsTicketKind::Agent)
}
