//! `GET /_sandbox/api/openapi.json`: the control API described.
//!
//! Made from the handlers' own attributes, so that it cannot drift from them. It describes nothing of
//! WeCom's API.

use axum::Json;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "WeCom sandbox: control API",
        description = "Seed, people, waiting pages, clock, scripted faults, journal, tokens, \
                       members and agents of a running sandbox. Every change needs a JSON body.",
    ),
    paths(
        show,
        super::seed::show,
        super::seed::replace,
        super::seed::reset,
        super::people::list,
        super::people::sign_in_as,
        super::waiting::list,
        super::waiting::approve,
        super::waiting::refuse,
        super::clock::show,
        super::clock::advance,
        super::script::list,
        super::script::add,
        super::script::clear,
        super::script::remove,
        super::script::release,
        super::journal::list,
        super::journal::counts,
        super::journal::clear,
        super::tokens::list,
        super::tokens::end,
        super::consents::list,
        super::consents::forget,
        super::corps::list,
        super::members::list,
        super::members::create,
        super::members::change,
        super::members::remove,
        super::departments::create,
        super::departments::change,
        super::departments::remove,
        super::tags::create,
        super::tags::change,
        super::tags::remove,
        super::agents::create,
        super::agents::change,
        super::agents::remove,
        super::agents::verify_domain,
    )
)]
struct Description;

/// This description.
#[utoipa::path(get, path = "/_sandbox/api/openapi.json", responses((status = 200)))]
pub(super) async fn show() -> Json<utoipa::openapi::OpenApi> {
    Json(Description::openapi())
}
