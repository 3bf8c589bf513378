//! `POST /_sandbox/person`: who this browser is.
//!
//! In: a button's person, or a typed userid. Out: a cookie with the person's key, and the way back.

use axum::extract::State;
use axum::response::Response;

use crate::page::fields::OwnForm;
use crate::page::{browser, see_other};
use crate::world::{PersonKey, World};

/// Remembers the answer, a button's person or a typed userid. An unknown one, or none, means nobody: the next
/// page asks again.
pub(super) async fn answer(State(world): State<World>, OwnForm(form): OwnForm) -> Response {
    let key = match form.get("person") {
        Some(key) => PersonKey::new(key),
        None => PersonKey::new(format!("member:{}", form.text("userid").trim())),
    };
    let is_known = world.read(|state, _| {
        let mut corps = state.corps.values();
        corps.any(|corp| corp.person(&key).is_some())
    });
    let value = if is_known { key.as_str() } else { "" };
    let next = own_path(form.text("next"));
    browser::with_cookie(see_other(next), browser::PERSON, value)
}

/// Security: only to a path of ours.
pub(super) fn own_path(path: &str) -> &str {
    let is_own = path.starts_with('/') && !path.starts_with("//");
    let is_plain = !path.contains(|c: char| c == '\\' || c.is_control());
    if is_own && is_plain {
        path
    } else {
        "/_sandbox/"
    }
}
