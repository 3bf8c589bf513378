//! `/_sandbox/api/seed` and `/_sandbox/api/reset`.
//!
//! `GET` gives the seed in use as TOML, `PUT` takes another, `POST /_sandbox/api/reset` begins again from
//! it. A seed with mistakes changes nothing.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::Problem;
use super::read::{Command, Nothing};
use crate::room::Room;

/// A seed as a text.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SeedText {
    /// The seed, in TOML.
    toml: String,
}

/// The seed in use, as TOML.
#[utoipa::path(get, path = "/_sandbox/api/seed", responses((status = 200, body = SeedText)))]
pub(super) async fn show(State(room): State<Room>) -> Json<SeedText> {
    let toml = room.seed().to_toml(room.world.now());
    Json(SeedText { toml })
}

/// Puts another seed in its place and begins again from it. A seed with mistakes changes nothing.
#[utoipa::path(
    put, path = "/_sandbox/api/seed", request_body = SeedText,
    responses((status = 204), (status = 400, body = Problem))
)]
pub(super) async fn replace(
    State(room): State<Room>,
    Command(seed): Command<SeedText>,
) -> Result<StatusCode, Problem> {
    room.replace_seed(&seed.toml)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins again: world, clock, journal and script as at the start.
#[utoipa::path(
    post, path = "/_sandbox/api/reset", request_body = Nothing,
    responses((status = 204), (status = 400, body = Problem))
)]
pub(super) async fn reset(State(room): State<Room>, _: Command<Nothing>) -> StatusCode {
    room.reset();
    StatusCode::NO_CONTENT
}
