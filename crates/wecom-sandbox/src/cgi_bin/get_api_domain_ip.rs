//! `GET /cgi-bin/get_api_domain_ip`: the addresses of the API (dossier 13.3, O-92520).
//!
//! The sandbox's own address is loopback, so that is what it answers. Trusted IPs are checked here
//! too (5.3).

use serde_json::json;

use super::call::{Done, Outcome, Visit};
use crate::world::{Caller, State};

#[expect(
    clippy::unnecessary_wraps,
    reason = "every call of the table has this form"
)]
pub(super) fn answer(_: &mut State, _: &Caller, _: &Visit<'_>) -> Outcome {
    Ok(Done {
        fields: vec![("ip_list", json!(["127.0.0.1"]))],
        rule: "get_api_domain_ip (13.3)",
    })
}
