//! `GET /_sandbox/api/openapi.json`: the control API described.
//!
//! Made from the handlers' own attributes, so that it cannot drift from them; what every call has in common is added
//! here: a name for each operation, and the refusals that come before a handler. It describes nothing of WeCom's API.

use axum::Json;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "WeCom sandbox: control API",
        description = "Seed, people, waiting pages, clock, scripted faults, journal, tokens, \
                       consents, and the directory of a running sandbox. Every change needs a \
                       JSON body of type application/json. On loopback only names that mean this \
                       machine are answered; all others get 403.",
    ),
    modifiers(&Common),
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
        super::tickets::list,
        super::tickets::end,
        super::consents::list,
        super::consents::forget,
        super::corps::list,
        super::corps::create,
        super::corps::change,
        super::corps::remove,
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
        super::two_step::list,
        super::two_step::set,
        super::two_step::begin,
        super::two_step::forget,
        super::jssdk::check,
        super::desktop::show,
        super::desktop::set,
        super::callbacks::list,
        super::callbacks::save,
        super::callbacks::push,
        super::limits::list,
        super::limits::lift,
        super::switches::list,
        super::switches::set,
    )
)]
struct Description;

/// This description.
#[utoipa::path(get, path = "/_sandbox/api/openapi.json", responses((status = 200)))]
pub(super) async fn show() -> Json<utoipa::openapi::OpenApi> {
    Json(Description::openapi())
}

/// What every operation has in common.
struct Common;

impl Modify for Common {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        for (path, item) in &mut description.paths.paths {
            let words: Vec<_> = path
                .trim_start_matches("/_sandbox/api/")
                .split(|letter: char| !letter.is_ascii_alphanumeric())
                .filter(|word| !word.is_empty())
                .collect();
            let name = words.join("_");
            let operations = [
                ("get", &mut item.get),
                ("post", &mut item.post),
                ("put", &mut item.put),
                ("delete", &mut item.delete),
            ];
            for (method, operation) in operations {
                if let Some(operation) = operation {
                    operation.operation_id = Some(format!("{method}_{name}"));
                    refuse(operation);
                }
            }
        }
    }
}

/// Says each answer in words, and adds the refusals that come before the handler.
fn refuse(operation: &mut Operation) {
    let mut before = vec!["403"];
    if operation.request_body.is_some() {
        before.extend(["400", "413", "415"]);
    }
    let responses = &mut operation.responses.responses;
    for status in before {
        let response = RefOr::T(ResponseBuilder::new().build());
        responses.entry(status.to_owned()).or_insert(response);
    }
    for (status, response) in responses {
        let RefOr::T(response) = response else {
            continue;
        };
        describe(status).clone_into(&mut response.description);
        if status.starts_with(['4', '5']) {
            let schema = RefOr::Ref(Ref::from_schema_name("Problem"));
            let problem = ContentBuilder::new().schema(Some(schema)).build();
            response.content.clear();
            let kind = "application/problem+json".to_owned();
            response.content.insert(kind, RefOr::T(problem));
        }
    }
}

fn describe(status: &str) -> &'static str {
    match status {
        "200" => "done, and this is what came of it",
        "201" => "made, and this is its number",
        "204" => "done",
        "400" => "the body or the query is not what this call takes, or it asks for what cannot be",
        "403" => "called by a name that is not this machine's, or refused to this person",
        "404" => "what is meant is not there",
        "409" => "it collides with something that is there",
        "413" => "the body is longer than 1 MiB",
        "415" => "the body is not application/json",
        _ => "an answer",
    }
}
