//! `/_sandbox/person`: who this browser is.
//!
//! `GET` asks, as a browser is asked at its first sign-in. `POST` takes a button's person, or a typed userid, and
//! answers with a cookie that holds the person's key, and the way back.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use wecom_sdk::CorpId;

use crate::page::fields::{Fields, OwnForm};
use crate::page::{browser, choose_person, see_other};
use crate::world::{PersonKey, World};

/// Asks again, for the corp of the query or the first, and leads on to a path of ours.
pub(super) async fn ask(State(world): State<World>, RawQuery(raw): RawQuery) -> Response {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let named = CorpId::parse(fields.text("corp")).ok();
    let corp_id = world.read(|state, _| {
        let known = named.filter(|corp_id| state.corps.contains_key(corp_id));
        known.or_else(|| state.corps.keys().next().cloned())
    });
    match corp_id {
        Some(corp_id) => {
            choose_person::page_to(&world, &corp_id, own_path(fields.text("next")).to_owned())
        }
        None => see_other("/_sandbox/"),
    }
}

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
