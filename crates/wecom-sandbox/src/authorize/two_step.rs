//! The page that a member meets while two-step verification waits (二次验证, dossier 10), and the way
//! from it to the verification page that the admin has set.
//!
//! In: a member's browser. Out: `POST /_sandbox/two_step` sends it to the verification page with a fresh
//! code. How WeCom's client words this is not on record.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use wecom_sdk::CorpId;

use super::{broken, refusals};
use crate::page::fields::OwnForm;
use crate::page::{decided, people, see_other, show};
use crate::world::{Person, TwoStepKind, World};

#[derive(Template)]
#[template(path = "two_step.html")]
struct Page {
    person: String,
    kind: &'static str,
}

/// The page, in place of whatever was asked for.
pub(super) fn page(world: &World, corp_id: &CorpId, person: &Person) -> Response {
    let page = world.read(|state, _| {
        let corp = state.corps.get(corp_id);
        let kind = person
            .user_id()
            .and_then(|user_id| state.two_step_of(corp_id, user_id));
        Page {
            person: corp.map_or_else(String::new, |corp| people::shown(corp, person).label),
            kind: kind.map_or("login", TwoStepKind::as_str),
        }
    });
    decided(show(&page), "two_step.waits (10)")
}

pub(super) async fn begin(
    State(world): State<World>,
    headers: HeaderMap,
    OwnForm(form): OwnForm,
) -> Response {
    let kind = match form.text("kind") {
        "use" => TwoStepKind::Use,
        _ => TwoStepKind::Login,
    };
    let found = world.read(|state, _| people::member_of_browser(state, &headers));
    let Some((corp_id, user_id)) = found else {
        return refusals::of_two_step().page();
    };
    match world.begin_two_step(&corp_id, &user_id, kind) {
        Ok(Ok(location)) => decided(see_other(&location), "two_step.begun (10)"),
        Ok(Err(_)) => refusals::of_two_step().page(),
        Err(_) => broken(),
    }
}
