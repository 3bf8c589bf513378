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

use axum::Router;
use axum::routing::{get, post};

use crate::world::World;

/// The addresses of this room.
#[expect(dead_code, reason = "served as soon as the listener is there")]
pub(crate) fn routes(world: World) -> Router {
    Router::new()
        .route("/_sandbox/", get(index::handle))
        .route("/_sandbox/client", get(client::look).post(client::answer))
        .route("/_sandbox/person", post(person::answer))
        .route("/_sandbox/clock", post(clock::answer))
        .route(
            "/_sandbox/consents",
            get(consents::look).post(consents::answer),
        )
        .with_state(world)
}
