//! `POST /cgi-bin/user/list_id`: every (member, department), for the contact sync only
//! (获取成员ID列表, dossier 8.3, O-96067).
//!
//! The cursor is opaque to callers; here it is the number of rows given so far. On the last page
//! `next_cursor` is absent or empty, by switch.

use serde_json::{Value, json};

use super::super::call::{Done, Outcome, Visit};
use super::super::view::View;
use crate::world::{Caller, LastCursor, Refusal, State};

const MOST: usize = 10_000;

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let start = read_cursor(visit.body)?;
    let limit = read_limit(visit.body)?;

    let view = View::of(state, caller)?;
    let members = view.corp.members.iter();
    let mut rows = members.flat_map(|member| {
        let places = member.memberships.iter();
        places.map(|place| (&member.user_id, place.department))
    });
    let page = rows.by_ref().skip(start).take(limit);
    let page = page.map(|(user_id, id)| json!({ "userid": user_id, "department": id }));
    let page: Vec<Value> = page.collect();
    let next = if rows.next().is_some() {
        Some(format!("after_{}", start + page.len()))
    } else {
        let is_empty = state.switches.last_cursor == LastCursor::Empty;
        is_empty.then(String::new)
    };
    let mut fields = vec![("dept_user", json!(page))];
    fields.extend(next.map(|next| ("next_cursor", json!(next))));
    Ok(Done {
        fields,
        rule: "user.ids_listed (8.3)",
    })
}

fn read_cursor(body: &Value) -> Result<usize, Refusal> {
    let Some(cursor) = body.get("cursor").filter(|cursor| !cursor.is_null()) else {
        return Ok(0);
    };
    let bad = Refusal::new(50100, "user.cursor_illegal (8.3)");
    match cursor.as_str().ok_or(bad)? {
        "" => Ok(0),
        text => {
            let number = text
                .strip_prefix("after_")
                .and_then(|rows| rows.parse().ok());
            number.ok_or(bad)
        }
    }
}

fn read_limit(body: &Value) -> Result<usize, Refusal> {
    let Some(limit) = body.get("limit").filter(|limit| !limit.is_null()) else {
        return Ok(MOST);
    };
    let number = limit.as_u64().and_then(|limit| usize::try_from(limit).ok());
    let number = number.filter(|limit| (1..=MOST).contains(limit));
    number.ok_or(Refusal::new(40058, "user.limit_illegal (8.3)"))
}
