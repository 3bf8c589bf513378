//! `GET /cgi-bin/tag/get`: one tag's members and departments, inside the visible range (dossier
//! 8.6, O-90213).

use serde_json::{Value, json};
use wecom_sdk::{DepartmentId, TagId};

use super::super::call::{Done, Outcome, Visit};
use super::super::view::View;
use crate::world::{Caller, Refusal, State};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let id = visit.query.get("tagid");
    let id = id.ok_or(Refusal::new(41017, "tag.id_missing (8.6)"))?;
    let illegal = Refusal::new(40068, "tag.unknown (8.6)");
    let id = id.parse().map(TagId).map_err(|_| illegal)?;

    let view = View::of(state, caller)?;
    let tag = view.corp.tags.get(&id).ok_or(illegal)?;
    let members = tag.members.iter();
    let members = members.filter_map(|user_id| view.corp.members.get(user_id));
    let members = members.filter(|member| view.sees_member(member));
    let rows = members.map(|member| json!({ "userid": member.user_id, "name": member.name }));
    let rows: Vec<Value> = rows.collect();
    let departments = tag.departments.iter().copied();
    let departments: Vec<DepartmentId> =
        departments.filter(|id| view.sees_department(*id)).collect();
    Ok(Done {
        fields: vec![
            ("tagname", json!(tag.name)),
            ("userlist", json!(rows)),
            ("partylist", json!(departments)),
        ],
        rule: "tag.read (8.6)",
    })
}
