//! `GET /_sandbox/seed.toml`: the seed in use as a file, to be changed and given to `menshen sandbox --seed`.
//!
//! Programs get the same text from the control API, in JSON. What was changed since the start is not in it.

use axum::extract::State;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};

use crate::room::Room;

pub(super) async fn download(State(room): State<Room>) -> Response {
    let toml = room.seed().to_toml(room.world.now());
    let headers = [
        (CONTENT_TYPE, "application/toml; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"seed.toml\""),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, toml).into_response()
}
