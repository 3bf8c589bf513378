//! `GET /cgi-bin/user/list`: the direct members of a department with all fields (dossier 8.4,
//! O-90201).

use serde_json::{Value, json};

use super::super::answer::nested;
use super::super::call::{Done, Outcome, Visit};
use super::super::view::View;
use super::simplelist::asked_department;
use crate::world::{Caller, State};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let view = View::of(state, caller)?;
    let department = asked_department(&view, visit)?;
    let rows = view.members_in(department);
    let rows: Vec<Value> = rows
        .map(|member| nested(view.member_fields(member)))
        .collect();
    Ok(Done {
        fields: vec![("userlist", json!(rows))],
        rule: "user.listed (8.4)",
    })
}
