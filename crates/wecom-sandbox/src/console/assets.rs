//! `/_sandbox/style.css` and `/_sandbox/journal.js`: what the console's pages load, from here alone.
//!
//! In: nothing. Out: texts that are built in. No page loads anything from elsewhere.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse as _, Response};

const STYLE: &str = include_str!("../../templates/style.css");
const CONSOLE_STYLE: &str = include_str!("../../templates/console/console.css");
const SCRIPT: &str = include_str!("../../templates/console/journal.js");

pub(super) async fn style() -> Response {
    asset("text/css; charset=utf-8", format!("{STYLE}{CONSOLE_STYLE}"))
}

pub(super) async fn script() -> Response {
    asset("text/javascript; charset=utf-8", SCRIPT.to_owned())
}

fn asset(kind: &'static str, text: String) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-cache"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}
