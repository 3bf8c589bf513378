//! `GET /cgi-bin/user/simplelist`: the direct members of a department (dossier 8.4, O-90200).
//!
//! The old `fetch_child=1` does nothing any more: walk the tree.

use serde_json::{Value, json};
use wecom_sdk::DepartmentId;

use super::super::call::{Done, Outcome, Visit};
use super::super::view::View;
use crate::world::{Caller, Refusal, State};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let view = View::of(state, caller)?;
    let department = asked_department(&view, visit)?;
    let rows = view.members_in(department);
    let rows: Vec<Value> = rows.map(|member| view.member_row(member)).collect();
    Ok(Done {
        fields: vec![("userlist", json!(rows))],
        rule: "user.listed (8.4)",
    })
}

/// `department_id`: needed, known and inside the visible range.
pub(super) fn asked_department(
    view: &View<'_>,
    visit: &Visit<'_>,
) -> Result<DepartmentId, Refusal> {
    let missing = Refusal::new(40063, "user.department_id_missing (8.4)");
    let id = visit.department("department_id")?.ok_or(missing)?;
    view.department(id).map(|department| department.id)
}
