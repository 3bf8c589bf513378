//! The page that asks a browser, once, who it is.
//!
//! No rule is judged here: any person of the seed may be chosen, outsiders and disabled members
//! included; what they may do is judged where they go. The console takes the answer.

use askama::Template;
use axum::http::Uri;
use axum::response::Response;
use wecom_sdk::CorpId;

use super::people::{self, Shown};
use super::show;
use crate::world::World;

#[derive(Template)]
#[template(path = "choose_person.html")]
struct ChoosePersonPage {
    people: Vec<Shown>,
    next: String,
}

/// Asks, and goes on to the page that was asked for.
pub(crate) fn page(world: &World, corp_id: &CorpId, next: &Uri) -> Response {
    let next = next.path_and_query().map(ToString::to_string);
    page_to(
        world,
        corp_id,
        next.unwrap_or_else(|| "/_sandbox/".to_owned()),
    )
}

/// Asks, and goes on to a path of ours.
pub(crate) fn page_to(world: &World, corp_id: &CorpId, next: String) -> Response {
    let people =
        world.read(|state, _| Some(people::some(state.corps.get(corp_id)?, "", people::SHOWN)));
    show(&ChoosePersonPage {
        people: people.unwrap_or_default(),
        next,
    })
}
