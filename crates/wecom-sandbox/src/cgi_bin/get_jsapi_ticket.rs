//! `GET /cgi-bin/get_jsapi_ticket`: the corp's JS-SDK ticket, for `config` (dossier 11, O-90506).
//!
//! Counted by the hour besides the usual limits: 400 for the corp, 100 for the app.

use serde_json::json;

use super::call::{Done, Outcome, Visit};
use crate::world::{Caller, JsTicketKind, State};

pub(super) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    issue(state, caller, visit, JsTicketKind::Corp)
}

/// A ticket and its lifetime: the answer of both calls.
pub(super) fn issue(
    state: &mut State,
    caller: &Caller,
    visit: &Visit<'_>,
    kind: JsTicketKind,
) -> Outcome {
    let fresh = visit.fresh.to_owned();
    let (ticket, lives) = state.issue_js_ticket(visit.now, caller, kind, fresh)?;
    Ok(Done {
        fields: vec![
            ("ticket", json!(ticket)),
            ("expires_in", json!(lives.as_secs())),
        ],
        rule: "js.ticket (11)",
    })
}
