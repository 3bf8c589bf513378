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
mod corps;
mod departments;
mod ext_attrs;
mod fault_form;
mod faults;
mod form;
mod frame;
mod grants;
mod index;
mod journal;
mod lang;
mod language;
mod managed;
mod member_form;
mod members;
mod message;
mod person;
mod pushes;
mod seed;
mod switches;
mod tags;
mod verification;
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
        Place::new("/_sandbox/person", get(person::ask).post(person::answer)),
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
        Place::new("/_sandbox/seed.toml", get(seed::download)),
        Place::new(
            "/_sandbox/switches",
            get(switches::look).post(switches::set),
        ),
        Place::new("/_sandbox/switches/defaults", post(switches::defaults)),
        Place::new("/_sandbox/grants", get(grants::look)),
        Place::new("/_sandbox/grants/tokens", post(grants::end_tokens)),
        Place::new("/_sandbox/grants/tickets", post(grants::end_tickets)),
        Place::new("/_sandbox/grants/consents", post(grants::forget)),
        Place::new(
            "/_sandbox/consents",
            get(consents::look).post(consents::answer),
        ),
    ]
}

/// What an admin does in WeCom's console.
fn directory_places() -> Vec<Place> {
    let kinds = [
        managed::places::<corps::Corps>(),
        managed::places::<agents::Agents>(),
        managed::places::<members::Members>(),
        managed::places::<departments::Departments>(),
        managed::places::<tags::Tags>(),
        managed::places::<pushes::Pushes>(),
        managed::places::<verification::Verification>(),
    ];
    let more = [
        Place::new("/_sandbox/agents/verify", post(agents::verify)),
        Place::new(message::SEND, get(message::write).post(message::send)),
        Place::new("/_sandbox/verification/begin", post(verification::begin)),
        Place::new("/_sandbox/verification/forget", post(verification::forget)),
    ];
    kinds.into_iter().flatten().chain(more).collect()
}
