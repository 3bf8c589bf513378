//! Messages to send by hand, filled in from the directory as it is (dossier 12.6).
//!
//! In: the name of an event. Out: its XML about somebody or something that is there, in the form that the address
//! gets; a text message where there is nothing. It changes nothing.

use wecom_sdk::{AgentId, Timestamp};

use super::event::{Change, cdata};
use crate::world::{Callback, Corp, Member, REDUCED_SINCE};

/// What can be filled in: the changes of a directory, and a member's message to an app.
pub(crate) const EVENTS: [&str; 8] = [
    "create_user",
    "update_user",
    "delete_user",
    "create_party",
    "update_party",
    "delete_party",
    "update_tag",
    "text",
];

pub(crate) fn example(
    (corp, agent): (&Corp, Option<AgentId>),
    callback: &Callback,
    event: &str,
    now: Timestamp,
) -> String {
    let is_reduced = callback.saved_at >= REDUCED_SINCE;
    let change = change(corp, event);
    let xml = change.and_then(|change| change.xml(&corp.id, now, is_reduced));
    xml.unwrap_or_else(|| text(corp, agent, now))
}

fn change(corp: &Corp, event: &str) -> Option<Change> {
    let member = corp.members.iter().next().cloned();
    let department = corp.departments.values().next_back().cloned();
    Some(match event {
        "create_user" => Change::MemberCreated(member?),
        "update_user" => {
            let after = member?;
            let before = Member {
                memberships: Vec::new(),
                ..after.clone()
            };
            Change::MemberChanged(Box::new((before, after)))
        }
        "delete_user" => Change::MemberRemoved(member?.user_id),
        "create_party" => Change::DepartmentCreated(department?),
        "update_party" => {
            let after = department?;
            let mut before = after.clone();
            before.parent = None;
            before.name.clear();
            Change::DepartmentChanged(before, after)
        }
        "delete_party" => Change::DepartmentRemoved(department?.id),
        "update_tag" => {
            let after = corp.tags.values().next()?.clone();
            let mut before = after.clone();
            before.members.clear();
            before.departments.clear();
            Change::TagChanged(before, after)
        }
        _ => return None,
    })
}

/// What an app gets when a member writes to it.
fn text(corp: &Corp, agent: Option<AgentId>, now: Timestamp) -> String {
    let from = corp.members.iter().next();
    let agent = agent.map_or_else(String::new, |id| format!("<AgentID>{id}</AgentID>"));
    format!(
        "<xml><ToUserName>{}</ToUserName><FromUserName>{}</FromUserName><CreateTime>{}</CreateTime>\
         <MsgType>{}</MsgType><Content>{}</Content><MsgId>{}</MsgId>{agent}</xml>",
        cdata(corp.id.as_str()),
        cdata(from.map_or("", |member| member.user_id.as_str())),
        now.as_seconds(),
        cdata("text"),
        cdata("hello"),
        now.as_millis(),
    )
}
