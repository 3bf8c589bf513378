//! `/_sandbox/api/departments/…`: what an admin does to a department.
//!
//! `POST …/create`, `…/change` and `…/remove`. Out: the number of a new one, nothing, or a problem with every
//! mistake. `GET /_sandbox/api/corps` lists what there is.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wecom_sdk::DepartmentId;

use super::problem::Problem;
use super::read::Command;
use super::{Meant, Numbered, changed, made};
use crate::admin::Mistakes;
use crate::admin::departments::{self, Draft};
use crate::room::Room;

/// Creates a department.
#[utoipa::path(
    post, path = "/_sandbox/api/departments/create", request_body = Draft,
    responses(
        (status = 201, body = Numbered), (status = 400, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)
    )
)]
pub(super) async fn create(
    State(room): State<Room>,
    Command(draft): Command<Draft>,
) -> Result<(StatusCode, Json<Numbered>), Problem> {
    made(&room, |state, _| {
        departments::create(state, draft, Mistakes::default()).map(|id| id.0)
    })
}

/// Changes a department: renames, moves.
#[utoipa::path(
    post, path = "/_sandbox/api/departments/change", request_body = Draft,
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn change(
    State(room): State<Room>,
    Command(draft): Command<Draft>,
) -> Result<StatusCode, Problem> {
    changed(&room, |state, _| {
        departments::change(state, draft, Mistakes::default())
    })
}

/// Takes a department out that has neither members nor departments below it.
#[utoipa::path(
    post, path = "/_sandbox/api/departments/remove", request_body = Meant,
    responses(
        (status = 204), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)
    )
)]
pub(super) async fn remove(
    State(room): State<Room>,
    Command(wanted): Command<Meant>,
) -> Result<StatusCode, Problem> {
    changed(&room, |state, _| {
        departments::remove(state, wanted.corp.as_ref(), DepartmentId(wanted.id))
    })
}
