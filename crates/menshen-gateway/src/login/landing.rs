//! Where a browser goes when its callback has been dealt with, and which cookies it keeps.
//!
//! A session's cookie is set by the answer of the one exchange and of its repeats, and by nothing
//! else. The attempt's cookie stays for a minute after the end, so that a repeat can land, and is
//! cleared when it is of no more use. Never: leads to an address that was not kept with the attempt.

use axum::response::{AppendHeaders, IntoResponse, Response};
use form_urlencoded::Serializer;
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use menshen_store::{Door, LoginAttempt};

use super::ending::Ending;
use super::return_to::ReturnTo;
use super::{LOGIN, LoginRoom};
use crate::door::Failure;
use crate::session::cookie::{self, FINISHED_SECONDS};
use crate::session::id::SessionId;

/// The attempt's cookie, as the browser presented it.
#[derive(Debug)]
pub(super) struct AttemptCookie {
    pub name: String,
    pub binding: String,
}

/// The answer to a callback that was brought to an end.
pub(super) fn answer(
    room: &LoginRoom,
    cookie: &AttemptCookie,
    id: &SessionId,
    (attempt, ending): (LoginAttempt, Ending),
) -> Response {
    let cookies = room.0.sessions.cookies;
    // Kept for a minute, so that a repeat can land.
    let kept = cookies.set(&cookie.name, &cookie.binding, Some(FINISHED_SECONDS));
    let failure = match ending {
        Ending::SignedIn => {
            let lifetime = room.0.lifetime.as_secs();
            let session = cookies.set(cookies.session_name(), id.expose(), Some(lifetime));
            let set = AppendHeaders([(SET_COOKIE, session), (SET_COOKIE, kept)]);
            let to = AppendHeaders([(LOCATION, place(&attempt))]);
            return (StatusCode::SEE_OTHER, to, set).into_response();
        }
        Ending::Refused(code, trouble) => Failure::new(code).with_trouble(trouble),
        Ending::Broken(failure) => failure,
    };
    let mut query = Serializer::new(String::new());
    query.append_pair("connector", &attempt.connector_id);
    if attempt.return_to != ReturnTo::default_page().as_str() {
        query.append_pair("return_to", &attempt.return_to);
    }
    let failure = failure.with_way_on(format!("{LOGIN}?{}", query.finish()));
    (AppendHeaders([(SET_COOKIE, kept)]), failure).into_response()
}

/// Where the browser goes. A redirect inherits the fragment before it, here `#wechat_redirect` of
/// WeCom's link, unless it brings one of its own; sites that route by theirs would lose their way, so an
/// empty one is brought.
fn place(attempt: &LoginAttempt) -> String {
    let place = &attempt.return_to;
    if attempt.door == Door::InApp && !place.contains('#') {
        format!("{place}#")
    } else {
        place.clone()
    }
}

/// The answer to a callback that was not tried: no cookie changes but that of the attempt, and only
/// when the browser has it and it is `used_up`.
pub(super) fn turn_away(
    room: &LoginRoom,
    headers: &HeaderMap,
    used_up: Option<&str>,
    failure: Failure,
) -> Response {
    let failure = failure.with_way_on(LOGIN);
    let is_there = |name: &&str| cookie::find(headers, name) != cookie::Found::None;
    match used_up.filter(is_there) {
        Some(name) => {
            let cleared = (SET_COOKIE, room.0.sessions.cookies.clear(name));
            (AppendHeaders([cleared]), failure).into_response()
        }
        None => failure.into_response(),
    }
}
