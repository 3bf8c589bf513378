//! `GET /cgi-bin/department/get`: one department, as an object (dossier 8.5, O-95351).

use super::super::call::{Done, Outcome, Visit};
use super::super::view::View;
use crate::world::{Caller, Refusal, State};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let missing = Refusal::new(60123, "department.id_missing (8.5)");
    let id = visit.department("id")?.ok_or(missing)?;
    let view = View::of(state, caller)?;
    let department = view.department(id)?;
    Ok(Done {
        fields: vec![("department", view.department_fields(department))],
        rule: "department.read (8.5)",
    })
}
