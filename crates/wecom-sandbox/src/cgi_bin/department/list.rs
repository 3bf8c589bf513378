//! `GET /cgi-bin/department/list`: departments with names and leaders (dossier 8.5, O-90208).

use serde_json::{Value, json};

use super::super::call::{Done, Outcome, Visit};
use super::super::view::View;
use crate::world::{Caller, State};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let from = visit.department("id")?;
    let view = View::of(state, caller)?;
    if let Some(from) = from {
        view.department(from)?;
    }
    let rows = view.departments(from);
    let rows: Vec<Value> = rows.map(|row| view.department_fields(row)).collect();
    Ok(Done {
        fields: vec![("department", json!(rows))],
        rule: "department.listed (8.5)",
    })
}
