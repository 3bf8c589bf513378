//! `GET /cgi-bin/getcallbackip`: the addresses that callbacks come from (dossier 13.3, O-90930).
//!
//! The sandbox's pushes come from this machine, so that is what it answers; plain or with a wildcard,
//! by switch.

use serde_json::json;

use super::call::{Done, Outcome, Visit};
use crate::world::{CallbackIps, Caller, State};

#[expect(
    clippy::unnecessary_wraps,
    reason = "every call of the table has this form"
)]
pub(super) fn answer(state: &mut State, _: &Caller, _: &Visit<'_>) -> Outcome {
    let address = match state.switches.callback_ips {
        CallbackIps::Plain => "127.0.0.1",
        CallbackIps::Wildcard => "127.0.0.*",
    };
    Ok(Done {
        fields: vec![("ip_list", json!([address]))],
        rule: "getcallbackip (13.3)",
    })
}
