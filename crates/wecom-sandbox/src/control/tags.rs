//! `/_sandbox/api/tags/…`: what an admin does to a tag.
//!
//! `POST …/create`, `…/change` and `…/remove`. Out: the number of a new one, nothing, or a problem with every
//! mistake. `GET /_sandbox/api/corps` lists what there is.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wecom_sdk::TagId;

use super::problem::Problem;
use super::read::Command;
use super::{Meant, Numbered, changed, made};
use crate::admin::Mistakes;
use crate::admin::tags::{self, Draft};
use crate::room::Room;

/// Creates a tag.
#[utoipa::path(
    post, path = "/_sandbox/api/tags/create", request_body = Draft,
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
        tags::create(state, draft, Mistakes::default()).map(|id| id.0)
    })
}

/// Changes a tag: its name, whom it is on.
#[utoipa::path(
    post, path = "/_sandbox/api/tags/change", request_body = Draft,
    responses(
        (status = 204), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)
    )
)]
pub(super) async fn change(
    State(room): State<Room>,
    Command(draft): Command<Draft>,
) -> Result<StatusCode, Problem> {
    changed(&room, |state, _| {
        tags::change(state, draft, Mistakes::default())
    })
}

/// Takes a tag away.
#[utoipa::path(
    post, path = "/_sandbox/api/tags/remove", request_body = Meant,
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn remove(
    State(room): State<Room>,
    Command(wanted): Command<Meant>,
) -> Result<StatusCode, Problem> {
    changed(&room, |state, _| {
        tags::remove(state, wanted.corp.as_ref(), TagId(wanted.id))
    })
}
