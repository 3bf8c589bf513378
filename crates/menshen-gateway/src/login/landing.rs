//! Where a browser goes when its callback has been dealt with, and which cookies it keeps.
//!
//! A session's cookie is set by the answer of the one exchange and of its repeats, and by nothing
//! else. The attempt's cookie stays for a minute after the end, so that a repeat can land, and is
//! cleared when it is of no more use. Never: leads to an address that was not kept with the attempt.

use axum::response::{AppendHeaders, IntoResponse, Response};
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode};
use menshen_store::{Door, LoginAttempt};

use super::crossing::{self, Crosser};
use super::ending::Ending;
use super::return_to::ReturnTo;
use super::way::Way;
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
pub(super) async fn answer(
    room: &LoginRoom,
    headers: &HeaderMap,
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
            let place = place(room, &attempt, id).await;
            let set = AppendHeaders([(SET_COOKIE, session), (SET_COOKIE, kept)]);
            let to = AppendHeaders([(LOCATION, place)]);
            let landed = (StatusCode::SEE_OTHER, to, set);
            return forget_sign_out(room, headers, landed);
        }
        Ending::Refused(code, trouble) => Failure::new(code).with_trouble(trouble),
        Ending::Broken(failure) => failure,
    };
    let again = Way {
        connector: Some(&attempt.connector_id),
        return_to: &attempt.return_to,
        browser: attempt.site_browser_digest.as_ref(),
        door: None,
    };
    let failure = failure.with_way_on(again.address());
    (AppendHeaders([(SET_COOKIE, kept)]), failure).into_response()
}

/// Where the browser goes: to its place, or into the site on another host that has sent it.
///
/// A redirect inherits the fragment before it, here `#wechat_redirect` of WeCom's link, unless it brings one
/// of its own; sites that route by theirs would lose their way, so an empty one is brought.
async fn place(room: &LoginRoom, attempt: &LoginAttempt, id: &SessionId) -> String {
    let crosser = Crosser {
        session: &id.digest(),
        connector_id: &attempt.connector_id,
        browser: attempt.site_browser_digest.as_ref(),
    };
    // Checked again: the configuration may be another by now.
    let place = match room.0.places.check(&attempt.return_to) {
        Ok(return_to) => {
            let crossing = crossing::address(room, crosser, &return_to).await;
            let crossing = crossing.unwrap_or_else(|failure| {
                // The person is signed in all the same, and the site will ask for itself.
                tracing::warn!(
                    code = failure.code().name,
                    "no ticket for a site was issued"
                );
                None
            });
            crossing.unwrap_or_else(|| return_to.as_str().to_owned())
        }
        Err(_) => ReturnTo::default_page().as_str().to_owned(),
    };
    if attempt.door == Door::InApp && !place.contains('#') {
        format!("{place}#")
    } else {
        place
    }
}

/// Whoever has signed in no longer wants to be asked first.
fn forget_sign_out(room: &LoginRoom, headers: &HeaderMap, landed: impl IntoResponse) -> Response {
    let cookies = room.0.sessions.cookies;
    let name = cookies.signed_out_name();
    if cookie::find(headers, &name) == cookie::Found::None {
        return landed.into_response();
    }
    let mut response = landed.into_response();
    if let Ok(cleared) = HeaderValue::from_str(&cookies.clear(&name)) {
        response.headers_mut().append(SET_COOKIE, cleared);
    }
    response
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
