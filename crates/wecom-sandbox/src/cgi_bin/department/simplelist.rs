//! `GET /cgi-bin/department/simplelist`: ids of departments (dossier 8.5, O-95350).
//!
//! `id` is optional; the list goes down from it. An app gets the departments of its range only.

use serde_json::{Value, json};

use super::super::call::{Done, Outcome, Visit};
use super::super::view::{View, parent};
use crate::world::{Caller, State};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let from = visit.department("id")?;
    let view = View::of(state, caller)?;
    if let Some(from) = from {
        view.department(from)?;
    }
    let rows = view.departments(from).map(|department| {
        json!({
            "id": department.id,
            "parentid": parent(department),
            "order": department.order,
        })
    });
    Ok(Done {
        fields: vec![("department_id", json!(rows.collect::<Vec<Value>>()))],
        rule: "department.ids_listed (8.5)",
    })
}
