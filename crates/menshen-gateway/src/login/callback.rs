//! `GET /_menshen/callback/{connector}?code=&state=`
//!
//! WeCom sends the browser back here (dossier 4.3, 9.2). Cheap checks first: the state is one and of
//! our shape, the browser's own cookie is there, connector and code can be used at all; then the
//! attempt is claimed in one atomic step, and only then is WeCom asked (`turn`). A repeat
//! from the same browser gets the same answer for 60 s; any other browser gets a page (product rules
//! 3 to 5). What else stands in the query is never looked at. Lands with 303 on a clean address, so
//! that the code stays out of the history.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use http::header::USER_AGENT;
use menshen_store::{Digest, StoreError};
use wecom_sdk::{LoginState, Secret, Timestamp};

use super::LoginRoom;
use super::ending::Keys;
use super::landing::{self, AttemptCookie};
use super::turn;
use crate::door::query::Parameter;
use crate::door::{Failure, codes};
use crate::session::cookie;
use crate::session::id::{SessionId, is_token};
use crate::vault::sha256;

/// The longest code WeCom sends.
const MOST_CODE_BYTES: usize = 512;

/// Why a callback was not even tried. What came of one that was is an [`Ending`].
#[derive(Debug, thiserror::Error)]
pub(super) enum CallbackError {
    #[error("not a page load")]
    NotANavigation,
    #[error("the state is missing, repeated, or not one of ours")]
    StateInvalid,
    #[error("the attempt is unknown, too old or used up")]
    Expired,
    #[error("the attempt belongs to another browser")]
    OtherBrowser,
    #[error("there is no such connector, or not any more")]
    UnknownConnector,
    #[error("the code is repeated, too long, or no text")]
    CodeInvalid,
    #[error("the exchange that was begun before did not come to an end in time")]
    Unfinished,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CallbackError> for Failure {
    fn from(error: CallbackError) -> Self {
        let code = match error {
            CallbackError::NotANavigation => codes::UNAUTHENTICATED,
            CallbackError::StateInvalid => codes::LOGIN_STATE_INVALID,
            CallbackError::Expired => codes::LOGIN_EXPIRED,
            CallbackError::OtherBrowser => codes::LOGIN_OTHER_BROWSER,
            CallbackError::UnknownConnector => codes::LOGIN_UNKNOWN_CONNECTOR,
            CallbackError::CodeInvalid => codes::LOGIN_CODE_INVALID,
            CallbackError::Unfinished => codes::LOGIN_UNFINISHED,
            CallbackError::Store(error) => return error.into(),
        };
        Self::new(code).with_detail(error.to_string())
    }
}

impl CallbackError {
    fn turn_away(self, room: &LoginRoom, headers: &HeaderMap, cookie: &str) -> Response {
        let is_used_up = matches!(self, Self::Expired | Self::OtherBrowser);
        let used_up = is_used_up.then_some(cookie);
        landing::turn_away(room, headers, used_up, self.into())
    }
}

/// What a callback presents, once it has been read.
pub(super) struct Presented {
    state: LoginState,
    pub(super) code: Option<Secret>,
    cookie: AttemptCookie,
    /// The id of the session that this callback opens, computed, so that a repeat gets the same.
    pub(super) session: SessionId,
    connector_id: String,
    /// The session that the browser has now.
    pub(super) replaces: Option<Digest>,
    pub(super) user_agent: String,
    pub(super) at: Timestamp,
}

impl Presented {
    pub(super) fn keys(&self) -> Keys<'_> {
        Keys {
            state: sha256(self.state.as_str().as_bytes()),
            browser: sha256(self.cookie.binding.as_bytes()),
            connector_id: &self.connector_id,
            now: self.at,
        }
    }
}

/// The handler.
pub(super) async fn callback(
    State(room): State<LoginRoom>,
    Path(connector_id): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.as_deref();
    let (state, cookie) = match read_state(&room, &headers, query) {
        Ok(read) => read,
        Err(error) => return Failure::from(error).into_response(),
    };
    let presented = match read(&room, (state, &cookie), connector_id, &headers, query).await {
        Ok(presented) => presented,
        Err(error) => return error.turn_away(&room, &headers, &cookie),
    };
    // Security: the free checks end here. Only who claims the attempt in one step may go on to WeCom, and
    // whoever claims it holds state, cookie and connector together.
    let presented = Arc::new(presented);
    match turn::come_to_an_end(&room, &presented).await {
        Ok(ended) => {
            let Presented {
                cookie, session, ..
            } = &*presented;
            landing::answer(&room, &headers, cookie, session, ended).await
        }
        Err(error) => error.turn_away(&room, &headers, &cookie),
    }
}

fn read_state(
    room: &LoginRoom,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Result<(LoginState, String), CallbackError> {
    // What a frame, an image or a script fetches is not a person coming back. Old web views say
    // nothing of the kind, so silence is not held against them: state and cookie decide.
    let is_said = |name, wanted: &str| headers.get(name).is_none_or(|value| value == wanted);
    if !is_said("sec-fetch-dest", "document") || !is_said("sec-fetch-mode", "navigate") {
        return Err(CallbackError::NotANavigation);
    }
    let Parameter::One(state) = Parameter::of(query, "state") else {
        return Err(CallbackError::StateInvalid);
    };
    let state = LoginState::parse(state).map_err(|_| CallbackError::StateInvalid)?;
    let key = sha256(state.as_str().as_bytes()).prefix();
    let cookie = room.0.sessions.cookies.attempt_name(&key);
    Ok((state, cookie))
}

/// The free checks that come before the attempt is claimed.
async fn read(
    room: &LoginRoom,
    (state, cookie): (LoginState, &str),
    connector_id: String,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Result<Presented, CallbackError> {
    // Security: without the cookie of this very attempt the callback is another browser's (S-075).
    let binding = cookie::find(headers, cookie).only().filter(|v| is_token(v));
    let Some(binding) = binding else {
        let digest = sha256(state.as_str().as_bytes());
        return Err(name_stranger(room, &digest).await?);
    };
    // A connector that was taken out of the configuration signs nobody in any more (S-094).
    if room.0.connectors.get(&connector_id).is_none() {
        return Err(CallbackError::UnknownConnector);
    }
    let code = match Parameter::of(query, "code") {
        Parameter::Absent => None,
        Parameter::One(code) if is_code(&code) => Some(Secret::new(code)),
        Parameter::One(_) | Parameter::Unusable => return Err(CallbackError::CodeInvalid),
    };
    Ok(Presented {
        session: SessionId::compute(&room.0.vault, state.as_str(), binding),
        replaces: room.0.sessions.presented(headers).map(|id| id.digest()),
        user_agent: user_agent(headers),
        at: room.0.clock.now(),
        state,
        code,
        cookie: AttemptCookie {
            name: cookie.to_owned(),
            binding: binding.to_owned(),
        },
        connector_id,
    })
}

/// Which page a callback without the right cookie gets. Security: this only names the refusal; an
/// attempt that is found by its state alone lets nobody in.
async fn name_stranger(room: &LoginRoom, digest: &Digest) -> Result<CallbackError, StoreError> {
    let now = room.0.clock.now();
    let found = room.0.store.find_login_attempt(digest).await?;
    Ok(match found {
        Some(attempt) if now < attempt.expires_at => CallbackError::OtherBrowser,
        _ => CallbackError::Expired,
    })
}

fn is_code(code: &str) -> bool {
    (1..=MOST_CODE_BYTES).contains(&code.len()) && !code.chars().any(char::is_control)
}

fn user_agent(headers: &HeaderMap) -> String {
    let agent = headers
        .get(USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    agent.unwrap_or_default().chars().take(256).collect()
}
