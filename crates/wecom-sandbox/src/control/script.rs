//! `/_sandbox/api/script…`: faults that the next calls meet.
//!
//! `GET` lists what waits, `POST` adds a fault, `DELETE` forgets them, `DELETE …/{id}` one of
//! them, `POST …/{id}/release` lets a held call go on. A fault changes an answer, never the world.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::read::{Command, Nothing};
use crate::admin::{Mistakes, faults};
use crate::room::Room;
use crate::script::{Fault, Listed};

/// The number of a new fault.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Added {
    /// For releasing it.
    id: u64,
}

/// Every fault, met or not. Faults with `used` below `fault.times` were left over.
#[utoipa::path(get, path = "/_sandbox/api/script", responses((status = 200, body = Vec<Listed>)))]
pub(super) async fn list(State(room): State<Room>) -> Json<Vec<Listed>> {
    Json(room.script.list())
}

/// Adds a fault for the next calls of a path.
#[utoipa::path(
    post, path = "/_sandbox/api/script", request_body = Fault,
    responses((status = 201, body = Added), (status = 400, body = Problem))
)]
pub(super) async fn add(
    State(room): State<Room>,
    Command(fault): Command<Fault>,
) -> Result<(StatusCode, Json<Added>), Problem> {
    faults::check(&fault, Mistakes::default())?;
    let id = room.script.add(fault);
    Ok((StatusCode::CREATED, Json(Added { id })))
}

/// Throws all faults away and lets held calls go on.
#[utoipa::path(
    delete, path = "/_sandbox/api/script", request_body = Nothing, responses((status = 204))
)]
pub(super) async fn clear(State(room): State<Room>, _: Command<Nothing>) -> StatusCode {
    room.script.clear();
    StatusCode::NO_CONTENT
}

/// Throws one fault away and lets the calls go on that it holds.
#[utoipa::path(
    delete, path = "/_sandbox/api/script/{id}", request_body = Nothing,
    params(("id" = u64, Path)),
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn remove(
    State(room): State<Room>,
    Path(id): Path<String>,
    _: Command<Nothing>,
) -> Result<StatusCode, Problem> {
    acted(id.parse().is_ok_and(|id| room.script.remove(id)))
}

/// Lets the calls go on that a fault holds.
#[utoipa::path(
    post, path = "/_sandbox/api/script/{id}/release", request_body = Nothing,
    params(("id" = u64, Path)),
    responses((status = 204), (status = 404, body = Problem))
)]
pub(super) async fn release(
    State(room): State<Room>,
    Path(id): Path<String>,
    _: Command<Nothing>,
) -> Result<StatusCode, Problem> {
    acted(id.parse().is_ok_and(|id| room.script.release(id)))
}

fn acted(is_done: bool) -> Result<StatusCode, Problem> {
    if is_done {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("fault", "there is no such fault"))
    }
}
