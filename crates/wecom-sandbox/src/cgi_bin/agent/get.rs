//! `GET /cgi-bin/agent/get`: an app's own settings (dossier 5.1, O-90227).
//!
//! Useful for a self-test of a configuration: trusted domain, visible range, closed or not. A token
//! of another app gets 301002.

use serde_json::{Value, json};
use wecom_sdk::AgentId;

use super::super::call::{Done, Outcome, Visit};
use crate::world::{Agent, Caller, Corp, Domain, Holder, Refusal, State};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let id = visit.query.get("agentid");
    let id = id.ok_or(Refusal::new(41011, "agent.id_missing (13.4)"))?;
    let illegal = Refusal::new(40056, "agent.id_illegal (13.4)");
    let id = id.parse().map(AgentId).map_err(|_| illegal)?;

    let corp = state.corps.get(&caller.corp_id).ok_or(illegal)?;
    let agent = corp.agents.get(&id).ok_or(illegal)?;
    if caller.holder != Holder::Agent(id) {
        return Err(Refusal::new(301_002, "agent.of_another_token (13.4)"));
    }
    let range = &agent.visible;
    let domain = agent.oauth_domain.as_ref().map_or("", Domain::as_str);
    Ok(Done {
        fields: vec![
            ("agentid", json!(agent.id)),
            ("name", json!(agent.name)),
            (
                "allow_userinfos",
                json!({ "user": listed_members(corp, agent) }),
            ),
            ("allow_partys", json!({ "partyid": range.departments })),
            ("allow_tags", json!({ "tagid": range.tags })),
            ("close", json!(u8::from(!agent.is_enabled))),
            ("redirect_domain", json!(domain)),
            ("report_location_flag", json!(0)),
            ("isreportenter", json!(0)),
            ("home_url", json!("")),
        ],
        rule: "agent.read (5.1)",
    })
}

/// The members that the range names, with their stored casing.
fn listed_members(corp: &Corp, agent: &Agent) -> Vec<Value> {
    let keys = agent.visible.members.iter();
    let ids = keys.filter_map(|key| wecom_sdk::UserId::parse(key.as_str()).ok());
    let members = ids.filter_map(|id| corp.members.get(&id).cloned());
    members
        .map(|member| json!({ "userid": member.user_id }))
        .collect()
}
