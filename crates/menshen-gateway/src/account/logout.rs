//! `GET /_menshen/logout` asks, `POST /_menshen/logout` ends the session.
//!
//! A link, an image or a form on another site ends nothing: the form must come from a page of ours
//! and carry the session's token (S-156). Afterwards the person sees a page that says so and waits
//! for a click; nothing signs them in again by itself (S-159). No address to go on to is taken from
//! the request, so there is none to check (S-014).

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, StatusCode};
use menshen_store::StoreError;

use super::{AccountRoom, LOGIN, LOGOUT};
use crate::door::pages::{Notice, SignOut};
use crate::door::{Context, Failure, codes, csrf};
use crate::session::cookie::SIGNED_OUT_SECONDS;

/// The field of the form.
const TOKEN: &str = "csrf_token";

/// Why nothing was ended.
#[derive(Debug, thiserror::Error)]
enum LogoutError {
    #[error("the form is not one of ours")]
    Malformed,
    #[error("the form was not proven to come from a page of ours")]
    Forged(Failure),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<LogoutError> for Failure {
    fn from(error: LogoutError) -> Self {
        match error {
            LogoutError::Malformed => Self::new(codes::BAD_REQUEST).with_detail(error.to_string()),
            LogoutError::Forged(failure) => failure.with_way_on(LOGOUT),
            LogoutError::Store(error) => error.into(),
        }
    }
}

/// The handler of `GET`.
pub(super) async fn ask(
    State(room): State<AccountRoom>,
    context: Context,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let named = room.sessions.named(&headers);
    let loaded = room.load(&headers).await?;
    // Of several sessions none counts, so nobody is signed in; but they live, and can be ended.
    if loaded.is_none() && named.len() < 2 {
        return Ok(room.without_session(&headers, signed_out(&room, &context)));
    }
    let page = SignOut {
        name: loaded.as_ref().and_then(|l| l.identity.name.as_deref()),
        action: LOGOUT,
        csrf_token: &csrf::token_of_all(&room.vault, &named),
        stay: "/",
    };
    Ok(room.pages.sign_out(&context.page(), &page).into_response())
}

/// The handler of `POST`.
pub(super) async fn end(
    State(room): State<AccountRoom>,
    context: Context,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Failure> {
    let was_somebody = end_session(&room, &headers, &body).await?;
    let answer = room.without_session(&headers, signed_out(&room, &context));
    Ok(if was_somebody {
        remember(&room, answer)
    } else {
        answer
    })
}

/// Remembers in the browser that its person signed out: inside WeCom the next page of a site would bring the
/// session back without a word (S-159). The login that the person asks for forgets it again.
fn remember(room: &AccountRoom, mut answer: Response) -> Response {
    let cookies = room.sessions.cookies;
    let set = cookies.set(&cookies.signed_out_name(), "1", Some(SIGNED_OUT_SECONDS));
    if let Ok(set) = HeaderValue::from_str(&set) {
        answer.headers_mut().append(SET_COOKIE, set);
    }
    answer
}

async fn end_session(
    room: &AccountRoom,
    headers: &HeaderMap,
    body: &str,
) -> Result<bool, LogoutError> {
    let token = token(body).ok_or(LogoutError::Malformed)?;
    csrf::check_origin(&room.public_url, headers).map_err(LogoutError::Forged)?;
    // By the cookie alone: a session that only waits for a re-check can be ended too.
    let named = room.sessions.named(headers);
    if named.is_empty() {
        return Ok(false);
    }
    // Security: of several sessions one may be the attacker's, who knows its token; so it takes the
    // token of all of them, which only our own page can have shown to this browser.
    csrf::check(&room.vault, &room.public_url, headers, &named, &token)
        .map_err(LogoutError::Forged)?;
    for digest in &named {
        if room.sessions.end(digest).await? {
            tracing::info!(
                session.id = digest.prefix(),
                "a session was ended by its owner"
            );
        }
    }
    Ok(true)
}

/// The form's one token. Repeated or absent: not a form of ours.
fn token(body: &str) -> Option<String> {
    let mut tokens = form_urlencoded::parse(body.as_bytes()).filter(|(name, _)| name == TOKEN);
    let (_, token) = tokens.next()?;
    tokens.next().is_none().then(|| token.into_owned())
}

fn signed_out(room: &AccountRoom, context: &Context) -> Response {
    let page = room
        .pages
        .notice(&context.page(), Notice::SignedOut, Some(LOGIN));
    (StatusCode::OK, page).into_response()
}
