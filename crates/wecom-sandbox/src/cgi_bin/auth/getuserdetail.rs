//! `POST /cgi-bin/auth/getuserdetail`: a user ticket for the fields the member agreed to show
//! (dossier 7, O-95833).
//!
//! A field is delivered when the admin selected it **and** the member ticked it, both now. There is
//! no `name`. Gender falls back to "0" and the avatar to a default picture; the rest is not returned.

use serde_json::{Value, json};
use wecom_sdk::{AgentId, UserId};

use super::super::call::{Done, Fields, Outcome, Visit};
use super::super::view::DEFAULT_AVATAR;
use crate::world::{
    Caller, ConsentKey, DetailOutsideRange, Holder, Refusal, SensitiveField, State, WithheldFields,
};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let (agent_id, user_id) = open_ticket(state, caller, visit)?;
    Ok(Done {
        fields: detail(state, visit, (caller, agent_id), &user_id),
        rule: "ticket.opened (7)",
    })
}

/// Uses the ticket of the body; the member must be inside the visible range.
pub(in crate::cgi_bin) fn open_ticket(
    state: &mut State,
    caller: &Caller,
    visit: &Visit<'_>,
) -> Result<(AgentId, UserId), Refusal> {
    let Holder::Agent(agent_id) = caller.holder else {
        return Err(Refusal::new(48002, "caller.kind_of_token (1, 15.3)"));
    };
    let ticket = visit.body.get("user_ticket").and_then(Value::as_str);
    let ticket = ticket
        .filter(|ticket| !ticket.is_empty())
        .ok_or(Refusal::new(84090, "ticket.missing (7)"))?;

    let user_id = state.take_ticket(visit.now, (&caller.corp_id, agent_id), ticket)?;
    let corp = state.corps.get(&caller.corp_id);
    let is_visible = corp.is_some_and(|corp| {
        let agent = corp.agents.get(&agent_id);
        agent.is_some_and(|agent| corp.is_visible(agent, &user_id))
    });
    if is_visible {
        return Ok((agent_id, user_id));
    }
    let errcode = match state.switches.detail_outside_range {
        DetailOutsideRange::Code60011 => 60011,
        DetailOutsideRange::Code60021 => 60021,
        DetailOutsideRange::Code50002 => 50002,
    };
    Err(Refusal::new(errcode, "ticket.member_outside_range (7)"))
}

pub(in crate::cgi_bin) fn detail(
    state: &State,
    visit: &Visit<'_>,
    caller: (&Caller, AgentId),
    user_id: &UserId,
) -> Fields {
    let (caller, agent_id) = caller;
    let key = ConsentKey::new(caller.corp_id.clone(), agent_id, user_id);
    let open = state.open_fields(visit.now, &key);
    let corp = state.corps.get(&caller.corp_id);
    let member = corp.and_then(|corp| corp.members.get(user_id));
    let is_empty = state.switches.withheld_fields == WithheldFields::Empty;
    let mut fields: Fields = vec![("userid", json!(user_id))];
    for field in SensitiveField::ALL {
        let has = member.and_then(|member| member.sensitive.get(&field));
        let value = has.filter(|_| open.contains(&field)).map(String::as_str);
        let value = value.or(match field {
            SensitiveField::Gender => Some("0"),
            SensitiveField::Avatar => Some(DEFAULT_AVATAR),
            _ => is_empty.then_some(""),
        });
        fields.extend(value.map(|value| (field.as_str(), json!(value))));
    }
    fields
}
