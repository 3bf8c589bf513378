//! `/_sandbox/api/journal`.
//!
//! `GET` lists the newest entries, `GET …/counts` says how often each path was asked, `DELETE` forgets.
//! Secrets were cut before they were noted, so none comes out here.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;

use super::problem::Problem;
use super::read::{Command, Nothing};
use crate::journal::Entry;
use crate::room::Room;

const USUAL: usize = 200;

/// The newest entries, oldest first: `?last=50`, 200 when absent.
#[utoipa::path(
    get, path = "/_sandbox/api/journal",
    params(("last" = Option<usize>, Query, description = "how many")),
    responses((status = 200, body = Vec<Entry>), (status = 400, body = Problem))
)]
pub(super) async fn list(
    State(room): State<Room>,
    RawQuery(query): RawQuery,
) -> Result<Json<Vec<Entry>>, Problem> {
    let query = query.unwrap_or_default();
    let mut most = USUAL;
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let number = value.parse().ok().filter(|_| name == "last");
        most = number.ok_or_else(|| Problem::bad("query", "only `last`, a whole number"))?;
    }
    Ok(Json(room.journal.last(most)))
}

/// How many entries each path has had since the start or the last clearing, also those no longer kept.
#[utoipa::path(
    get, path = "/_sandbox/api/journal/counts",
    responses((status = 200, body = BTreeMap<String, u64>))
)]
pub(super) async fn counts(State(room): State<Room>) -> Json<BTreeMap<String, u64>> {
    Json(room.journal.counts())
}

/// Throws all entries away.
#[utoipa::path(
    delete, path = "/_sandbox/api/journal", request_body = Nothing, responses((status = 204))
)]
pub(super) async fn clear(State(room): State<Room>, _: Command<Nothing>) -> StatusCode {
    room.journal.clear();
    StatusCode::NO_CONTENT
}
