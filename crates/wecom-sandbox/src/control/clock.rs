//! `/_sandbox/api/clock…`.
//!
//! `GET` says what time it is, `POST …/advance` moves it forward, for tests and scripts. The clock never
//! goes back.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::Problem;
use super::read::Command;
use crate::room::Room;

/// The most a single command moves the clock: ten years.
const MOST: u64 = 10 * 366 * 86_400;

/// The sandbox's time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Time {
    /// Milliseconds since 1970.
    now: i64,
}

/// How far to move the clock.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// Seconds, forward.
    seconds: u64,
}

/// What time it is here.
#[utoipa::path(get, path = "/_sandbox/api/clock", responses((status = 200, body = Time)))]
pub(super) async fn show(State(room): State<Room>) -> Json<Time> {
    let now = room.world.now().as_millis();
    Json(Time { now })
}

/// Moves the clock forward, at most ten years at once.
#[utoipa::path(
    post, path = "/_sandbox/api/clock/advance", request_body = Step,
    responses((status = 200, body = Time), (status = 400, body = Problem))
)]
pub(super) async fn advance(
    State(room): State<Room>,
    Command(step): Command<Step>,
) -> Result<Json<Time>, Problem> {
    if step.seconds > MOST {
        return Err(Problem::bad("seconds", "more than ten years at once"));
    }
    room.world
        .clock()
        .advance(Duration::from_secs(step.seconds));
    Ok(show(State(room)).await)
}
