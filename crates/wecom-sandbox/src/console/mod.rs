//! The sandbox's own pages under `/_sandbox/`: what this is, who this browser is, what exists, what happened,
//! what shall happen, and the clock.
//!
//! In: a browser on the engineer's own machine. Out: pages in Chinese and English, and changes of the world
//! through the same transitions as the control API. Forms are read only when one of these pages sent them.
//! Every page works without script; the journal's own script only saves reloading.

mod agent_form;
mod agents;
mod assets;
mod client;
mod clock;
mod consents;
mod departments;
mod fault_form;
mod faults;
mod form;
mod frame;
mod grants;
mod index;
mod journal;
mod lang;
mod language;
mod member_form;
mod members;
mod person;
mod tags;
mod which;

use axum::response::Redirect;
use axum::routing::{get, post};

use crate::room::Place;

/// The addresses of this room.
pub(crate) fn places() -> Vec<Place> {
    let mut places = own_places();
    places.extend(directory_places());
    places
}

/// The sandbox itself.
fn own_places() -> Vec<Place> {
    vec![
        // By hand, people leave the slash out.
        Place::new("/_sandbox", get(async || Redirect::permanent("/_sandbox/"))),
        Place::new("/_sandbox/", get(index::handle)),
        Place::new("/_sandbox/style.css", get(assets::style)),
        Place::new("/_sandbox/journal.js", get(assets::script)),
        Place::new("/_sandbox/language", post(language::answer)),
        Place::new("/_sandbox/person", post(person::answer)),
        Place::new("/_sandbox/client", get(client::look).post(client::answer)),
        Place::new("/_sandbox/clock", post(clock::answer)),
        Place::new("/_sandbox/reset", post(index::reset)),
        Place::new("/_sandbox/journal", get(journal::look)),
        Place::new("/_sandbox/journal/news", get(journal::news)),
        Place::new("/_sandbox/journal/clear", post(journal::clear)),
        Place::new("/_sandbox/faults", get(faults::look).post(faults::add)),
        Place::new("/_sandbox/faults/remove", post(faults::remove)),
        Place::new("/_sandbox/faults/release", post(faults::release)),
        Place::new("/_sandbox/faults/clear", post(faults::clear)),
        Place::new("/_sandbox/grants", get(grants::look)),
        Place::new("/_sandbox/grants/tokens", post(grants::end_tokens)),
        Place::new("/_sandbox/grants/consents", post(grants::forget)),
        Place::new(
            "/_sandbox/consents",
            get(consents::look).post(consents::answer),
        ),
    ]
}

/// What an admin does in WeCom's console.
fn directory_places() -> Vec<Place> {
    vec![
        Place::new("/_sandbox/agents", get(agents::look)),
        Place::new(
            "/_sandbox/agents/edit",
            get(agents::edit).post(agents::save),
        ),
        Place::new("/_sandbox/agents/remove", post(agents::remove)),
        Place::new("/_sandbox/agents/verify", post(agents::verify)),
        Place::new("/_sandbox/members", get(members::look)),
        Place::new(
            "/_sandbox/members/edit",
            get(members::edit).post(members::save),
        ),
        Place::new("/_sandbox/members/remove", post(members::remove)),
        Place::new("/_sandbox/departments", get(departments::look)),
        Place::new(
            "/_sandbox/departments/edit",
            get(departments::edit).post(departments::save),
        ),
        Place::new("/_sandbox/departments/remove", post(departments::remove)),
        Place::new("/_sandbox/tags", get(tags::look)),
        Place::new("/_sandbox/tags/edit", get(tags::edit).post(tags::save)),
        Place::new("/_sandbox/tags/remove", post(tags::remove)),
    ]
}
