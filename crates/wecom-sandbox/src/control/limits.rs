//! `/_sandbox/api/limits…`: bars that are in force (dossier 13.1).
//!
//! `GET` lists them, `POST …/lift` ends them all and counts from zero, as WeCom's page for unblocking
//! oneself does.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::read::{Command, Nothing};
use crate::room::Room;

/// A bar in force.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Barred {
    /// The call, or `wrong secrets`.
    what: String,
    /// The corp, `CORP/AGENT` or address.
    whom: String,
    /// When it ends, in milliseconds since 1970.
    until: i64,
}

/// Every bar in force.
#[utoipa::path(get, path = "/_sandbox/api/limits", responses((status = 200, body = Vec<Barred>)))]
pub(super) async fn list(State(room): State<Room>) -> Json<Vec<Barred>> {
    let bars = room.world.read(crate::world::State::bars);
    let bars = bars.into_iter().map(|bar| Barred {
        what: bar.what,
        whom: bar.whom,
        until: bar.until.as_millis(),
    });
    Json(bars.collect())
}

/// Ends every bar and counts from zero again.
#[utoipa::path(
    post, path = "/_sandbox/api/limits/lift", request_body = Nothing, responses((status = 204))
)]
pub(super) async fn lift(State(room): State<Room>, _: Command<Nothing>) -> StatusCode {
    room.world.change(|state, _| state.lift_bars());
    StatusCode::NO_CONTENT
}
