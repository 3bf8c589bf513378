//! `GET /cgi-bin/tag/list`: every tag of the corp (dossier 8.6, O-90216).

use serde_json::{Value, json};

use super::super::call::{Done, Outcome, Visit};
use super::super::view::View;
use crate::world::{Caller, State};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, _: &Visit<'_>) -> Outcome {
    let view = View::of(state, caller)?;
    let tags = view.corp.tags.values();
    let rows = tags.map(|tag| json!({ "tagid": tag.id, "tagname": tag.name }));
    Ok(Done {
        fields: vec![("taglist", json!(rows.collect::<Vec<Value>>()))],
        rule: "tag.listed (8.6)",
    })
}
