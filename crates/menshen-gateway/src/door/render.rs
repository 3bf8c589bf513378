//! Makes the body of a failure: a page for a person, a problem document (RFC 9457) for a program.
//!
//! In: a failure and what the door knows of the request. Out: status, headers and body. It is the only
//! place that words a failure, and it never says what the failure's detail says.

use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{self, HeaderValue};
use serde::Serialize;

use super::Context;
use super::codes::{self, Code};
use super::failure::Failure;
use super::pages::{Notice, Pages, Visitor};

pub(super) const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");
/// After how many seconds to come back when a failure does not say.
const RETRY_AFTER: u32 = 5;

/// Where a person signs out, on any host.
const LOGOUT: &str = "/_menshen/logout";

/// A problem document.
#[derive(Serialize)]
struct Problem<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    code: &'a str,
    request_id: &'a str,
}

/// The failure behind an answer, if it is one. What a router or an extractor refused by itself counts
/// under the general code of its status, and its own words are dropped.
pub(super) fn failure_of(response: &Response) -> Option<Arc<Failure>> {
    if let Some(failure) = response.extensions().get::<Arc<Failure>>() {
        return Some(Arc::clone(failure));
    }
    let status = response.status();
    let is_failure = status.is_client_error() || status.is_server_error();
    is_failure.then(|| {
        let failure = Failure::new(general_code(status));
        Arc::new(failure.with_detail(format!("refused with {status} before a room saw it")))
    })
}

/// Puts the body of a failure into the answer. Headers that the room set (cookies, `Allow`) stay.
pub(super) fn render(
    response: Response,
    failure: &Failure,
    pages: Option<&Pages>,
    context: &Context,
) -> Response {
    let code = failure.code;
    let mut rendered = match pages {
        Some(pages) if context.is_navigation && !failure.is_for_programs => {
            let way_on = failure
                .way_on
                .as_deref()
                .or_else(|| default_way_on(code.notice));
            let person = failure.person.as_deref();
            let visitor = person.map(|name| Visitor {
                name,
                sign_out: LOGOUT,
            });
            pages
                .notice_to(&context.page(), code.notice, way_on, visitor)
                .into_response()
        }
        _ => problem(code, context),
    };
    *rendered.status_mut() = code.status;
    let headers = rendered.headers_mut();
    let mut kept = response.into_parts().0.headers;
    kept.remove(header::CONTENT_TYPE);
    kept.remove(header::CONTENT_LENGTH);
    headers.extend(kept);
    let is_passing = code.status == StatusCode::SERVICE_UNAVAILABLE;
    if let Some(seconds) = failure.retry_after.or(is_passing.then_some(RETRY_AFTER)) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    rendered
}

fn problem(code: &Code, context: &Context) -> Response {
    let mut response = problem_text(code, &context.request_id).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, PROBLEM);
    response
}

/// The problem document itself.
pub(super) fn problem_text(code: &Code, request_id: &str) -> String {
    let problem = Problem {
        r#type: format!("urn:menshen:failure:{}", code.name),
        title: code.title,
        status: code.status.as_u16(),
        code: code.name,
        request_id,
    };
    // Strings and a number: nothing that cannot be written.
    serde_json::to_string(&problem).unwrap_or_default()
}

fn general_code(status: StatusCode) -> &'static Code {
    match status {
        StatusCode::UNAUTHORIZED => codes::UNAUTHENTICATED,
        StatusCode::FORBIDDEN => codes::FORBIDDEN,
        StatusCode::NOT_FOUND => codes::NOT_FOUND,
        StatusCode::METHOD_NOT_ALLOWED => codes::METHOD_NOT_ALLOWED,
        StatusCode::PAYLOAD_TOO_LARGE => codes::BODY_TOO_LARGE,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => codes::UNSUPPORTED_BODY,
        status if status.is_client_error() => codes::BAD_REQUEST,
        _ => codes::INTERNAL,
    }
}

fn default_way_on(notice: Notice) -> Option<&'static str> {
    matches!(notice, Notice::NotFound | Notice::BadRequest).then_some("/")
}
