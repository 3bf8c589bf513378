//! What every page of the sandbox has in common: the banner, the style, the headers, the forms.
//!
//! In: a template. Out: one HTML answer without script and without outside resource, which says
//! on top that this is not the real WeCom. Never: decides anything.

pub(crate) mod browser;
pub(crate) mod choose_person;
pub(crate) mod fields;
pub(crate) mod people;
pub(crate) mod qr;
pub(crate) mod refusal;
pub(crate) mod said;
#[cfg(test)]
mod tests;
pub(crate) mod time;

use askama::Template;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::room::Rule;

/// Security: no script, no frame, nothing from outside. `form-action` is left open on purpose:
/// the answer to a consent form is a redirect to the application under test, and browsers apply
/// that directive to the redirect too.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                      frame-ancestors 'none'; base-uri 'none'";

/// Security: a page for a frame of somebody else's, with one script of our own. Whoever may embed WeCom's
/// panel is not on record; here any page may.
const FRAME_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                            script-src 'self'; connect-src 'self'; frame-ancestors http: https:; \
                            base-uri 'none'; form-action 'none'";

/// A page that others may embed.
pub(crate) fn show_in_frame(page: &impl Template) -> Response {
    let mut answer = show(page);
    let policy = HeaderValue::from_static(FRAME_POLICY);
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    answer
}

/// A page, with the status WeCom gives nearly all of its pages, errors included: 200.
pub(crate) fn show(page: &impl Template) -> Response {
    show_with(StatusCode::OK, page)
}

/// A page with another status.
pub(crate) fn show_with(status: StatusCode, page: &impl Template) -> Response {
    // Writing into a string cannot fail.
    let html = page.render().unwrap_or_default();
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (VARY, "cookie, user-agent"),
    ];
    (status, headers, html).into_response()
}

/// Marks an answer with the rule that decided, for the journal.
pub(crate) fn decided(mut answer: Response, rule: &'static str) -> Response {
    answer.extensions_mut().insert(Rule(rule));
    answer
}

/// `302`, WeCom's own redirect.
pub(crate) fn found(location: &str) -> Response {
    redirect(StatusCode::FOUND, location)
}

/// `303`: after a form, the browser goes on with GET.
pub(crate) fn see_other(location: &str) -> Response {
    redirect(StatusCode::SEE_OTHER, location)
}

fn redirect(status: StatusCode, location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => {
            let headers = [
                (LOCATION, location),
                (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            (status, headers).into_response()
        }
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// The first character, as the picture of a person or an app that has none.
pub(crate) fn initial(name: &str) -> String {
    let first = name.chars().find(|c| c.is_alphanumeric());
    first.into_iter().flat_map(char::to_uppercase).collect()
}
