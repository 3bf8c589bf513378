//! `POST /cgi-bin/user/getuserdetail`: the legacy form of the personal fields (dossier 7).
//!
//! Apps from before 2022-06-20 get name, departments and position besides; newer ones get what
//! `auth/getuserdetail` gives, without a name.

use serde_json::json;

use super::super::auth::getuserdetail::{detail, open_ticket};
use super::super::call::{Done, Outcome, Visit};
use crate::world::{Agent, Caller, State};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let (agent_id, user_id) = open_ticket(state, caller, visit)?;
    let mut fields = detail(state, visit, (caller, agent_id), &user_id);
    let corp = state.corps.get(&caller.corp_id);
    let agent = state.agent(&caller.corp_id, agent_id);
    let member = corp.and_then(|corp| corp.members.get(&user_id));
    if let Some(member) = member.filter(|_| !agent.is_some_and(Agent::is_new)) {
        let places = member.memberships.iter();
        let departments: Vec<_> = places.map(|place| place.department).collect();
        fields.push(("name", json!(member.name)));
        fields.push(("department", json!(departments)));
        fields.push(("position", json!(member.position)));
    }
    Ok(Done {
        fields,
        rule: "ticket.opened (7, legacy)",
    })
}
