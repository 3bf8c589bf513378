//! `/_sandbox/api/tags/…`: what an admin does to a tag.
//!
//! `POST …/create`, `…/change` and `…/remove`. Out: the number of a new one, nothing, or a problem with every
//! mistake. `GET /_sandbox/api/corps` lists what there is.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use wecom_sdk::{CorpId, TagId};

use super::Numbered;
use super::problem::Problem;
use super::read::Command;
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
    let id = room
        .world
        .change(|state, _| tags::create(state, draft, Mistakes::default()))?;
    Ok((StatusCode::CREATED, Json(Numbered { id: id.0 })))
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
    let done = room
        .world
        .change(|state, _| tags::change(state, draft, Mistakes::default()));
    Ok(done.map(|()| StatusCode::NO_CONTENT)?)
}

/// Which tag is meant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TagRemoval {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The tag.
    #[schema(value_type = u32)]
    id: TagId,
}

/// Takes a tag away.
#[utoipa::path(
    post, path = "/_sandbox/api/tags/remove", request_body = TagRemoval,
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn remove(
    State(room): State<Room>,
    Command(wanted): Command<TagRemoval>,
) -> Result<StatusCode, Problem> {
    let done = room
        .world
        .change(|state, _| tags::remove(state, wanted.corp.as_ref(), wanted.id));
    Ok(done.map(|()| StatusCode::NO_CONTENT)?)
}
