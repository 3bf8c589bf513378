//! `GET /cgi-bin/auth/getuserinfo`: a code for who it is (dossier 6.1, O-91023, O-98176).
//!
//! Called by an app's server after the browser came back. A member gets `userid`, inside or outside
//! the visible range; everybody else gets `openid`. Both are errcode 0. The code is gone afterwards.
//! A valid code is not counted against the frequency limits.

use serde_json::json;

use super::super::call::{Done, Fields, Outcome, Visit};
use crate::world::{Caller, Exchanged, Holder, Person, Refusal, State, UserIdCasing};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let exchanged = exchange(state, caller, visit)?;
    let mut fields: Fields = match &exchanged.person {
        Person::Member(user_id) => vec![("userid", json!(cased(state, user_id.as_str())))],
        Person::Linked(linked) => vec![("userid", json!(linked.to_string()))],
        Person::Stranger(open_id) | Person::ExternalContact { open_id, .. } => {
            vec![("openid", json!(open_id))]
        }
    };
    add_external_contact(state, caller, &exchanged, &mut fields);
    if let Some(ticket) = exchanged.user_ticket {
        fields.push(("user_ticket", json!(ticket)));
    }
    Ok(Done {
        fields,
        rule: "code.exchanged (6.1)",
    })
}

/// Uses the code up; a failure is counted against the limits (13.1).
pub(in crate::cgi_bin) fn exchange(
    state: &mut State,
    caller: &Caller,
    visit: &Visit<'_>,
) -> Result<Exchanged, Refusal> {
    let code = visit.query.get("code");
    let code = code.ok_or(Refusal::new(41008, "code.missing (6.1)"));
    let ticket = visit.fresh.to_owned();
    let owner = (&caller.corp_id, caller.holder);
    let exchanged = code.and_then(|code| state.take_code(visit.now, owner, code, ticket));
    // A token of the wrong kind is refused before anything is looked at, so nothing is counted.
    if exchanged
        .as_ref()
        .is_err_and(|refusal| refusal.errcode != 48002)
    {
        state.count_call(visit.now, &caller.corp_id, visit.address, visit.path)?;
    }
    exchanged
}

/// The userid in the casing that the switch asks for.
pub(in crate::cgi_bin) fn cased(state: &State, user_id: &str) -> String {
    match state.switches.userid_casing {
        UserIdCasing::Stored => user_id.to_owned(),
        UserIdCasing::Lower => user_id.to_ascii_lowercase(),
        UserIdCasing::Upper => user_id.to_ascii_uppercase(),
    }
}

/// `external_userid`: for an external contact whose following member is inside the visible range.
pub(in crate::cgi_bin) fn add_external_contact(
    state: &State,
    caller: &Caller,
    exchanged: &Exchanged,
    fields: &mut Fields,
) {
    let Person::ExternalContact {
        external_user_id,
        follower,
        ..
    } = &exchanged.person
    else {
        return;
    };
    let Holder::Agent(agent_id) = caller.holder else {
        return;
    };
    let corp = state.corps.get(&caller.corp_id);
    let is_visible = corp.is_some_and(|corp| {
        let agent = corp.agents.get(&agent_id);
        agent.is_some_and(|agent| corp.is_visible(agent, follower))
    });
    if is_visible {
        fields.push(("external_userid", json!(external_user_id)));
    }
}
