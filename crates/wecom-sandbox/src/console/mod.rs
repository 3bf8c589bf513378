//! The sandbox's own pages under `/_sandbox/`: what this is, who this browser is, what exists,
//! what happened, and the clock.
//!
//! In: a browser on the engineer's own machine. Out: pages, and changes of the world through the
//! same transitions as the control API. Forms are read only when one of these pages sent them.

mod client;
mod clock;
mod consents;
mod index;
mod person;

use axum::routing::{get, post};

use crate::room::Place;

/// The addresses of this room.
pub(crate) fn places() -> Vec<Place> {
    vec![
        Place::new("/_sandbox/", get(index::handle)),
        Place::new("/_sandbox/person", post(person::answer)),
        Place::new("/_sandbox/client", get(client::look).post(client::answer)),
        Place::new("/_sandbox/clock", post(clock::answer)),
        Place::new(
            "/_sandbox/consents",
            get(consents::look).post(consents::answer),
        ),
    ]
}
