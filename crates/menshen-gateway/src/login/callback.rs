//! `GET /_menshen/callback/{connector}?code=&state=`
//!
//! WeCom sends the browser back here (dossier 4.3, 9.2). Cheap checks first: the state is one and of
//! our shape, the browser's own cookie is there, connector and code can be used at all; then the
//! attempt is claimed in one atomic step; only then is WeCom asked. Both happen in one job, because a
//! browser that leaves between them would leave an attempt that nobody finishes. A repeat
//! from the same browser gets the same answer for 60 s; any other browser gets a page (product rules
//! 3 to 5). What else stands in the query is never looked at. Lands with 303 on a clean address, so
//! that the code stays out of the history.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use http::header::USER_AGENT;
use menshen_store::{Digest, LoginAttempt, LoginOutcome, StoreError, TakenAttempt};
use tracing::Instrument as _;
use wecom_sdk::{LoginState, Secret, Timestamp};

use super::LoginRoom;
use super::ending::{Ending, Keys, PATIENCE};
use super::exchange::{self, Claim};
use super::landing::{self, AttemptCookie};
use super::query::Parameter;
use crate::door::{Failure, codes};
use crate::session::cookie::{self, FINISHED_SECONDS};
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
struct Presented {
    state: LoginState,
    code: Option<Secret>,
    cookie: AttemptCookie,
    /// The id of the session that this callback opens, computed, so that a repeat gets the same.
    session: SessionId,
    connector_id: String,
    /// The session that the browser has now.
    replaces: Option<Digest>,
    user_agent: String,
    at: Timestamp,
}

impl Presented {
    fn keys(&self) -> Keys<'_> {
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
    let ended = match claim(&room, &presented).await {
        Ok(Turn::Ours(attempt, ending)) => Ok((attempt, ending)),
        Ok(Turn::Before(attempt, taken_at, None)) => {
            wait(&room, &presented.keys(), attempt, taken_at).await
        }
        Ok(Turn::Before(attempt, _, Some(ended))) => replay(attempt, ended, presented.at),
        Err(error) => Err(error),
    };
    match ended {
        Ok(ended) => landing::answer(&room, &presented.cookie, &presented.session, ended),
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

/// Whose turn it is with an attempt.
enum Turn {
    /// It was ours, and this came of it.
    Ours(LoginAttempt, Ending),
    /// The same browser was here before, at this moment, and this came of it.
    Before(LoginAttempt, Timestamp, Option<(LoginOutcome, Timestamp)>),
}

/// Claims the attempt and, if that succeeds, brings it to its end.
///
/// Security: in a job from the claim on, because the browser may be gone at any moment: before the
/// store has answered, or before WeCom has (S-076, S-077).
async fn claim(room: &LoginRoom, presented: &Arc<Presented>) -> Result<Turn, CallbackError> {
    let (room, presented) = (room.clone(), Arc::clone(presented));
    let jobs = room.0.jobs.clone();
    let work = async move {
        let keys = presented.keys();
        let store = &room.0.store;
        let taken = store
            .take_login_attempt(&keys.state, &keys.browser, keys.connector_id, keys.now)
            .await?;
        match taken {
            TakenAttempt::Claimed(attempt) => {
                let ending = act(&room, &presented, &attempt).await;
                Ok(Turn::Ours(attempt, ending))
            }
            TakenAttempt::TakenBefore {
                attempt,
                taken_at,
                outcome,
            } => Ok(Turn::Before(attempt, taken_at, outcome)),
            TakenAttempt::Absent => Err(CallbackError::Expired),
        }
    };
    let turn = jobs.spawn(work.in_current_span()).await;
    turn.unwrap_or(Err(CallbackError::Unfinished))
}

/// The attempt is ours alone from here on: the only effects of this endpoint.
async fn act(room: &LoginRoom, presented: &Presented, attempt: &LoginAttempt) -> Ending {
    let announcement = room.0.endings.begin(attempt.state_digest);
    let Some(code) = presented.code.clone() else {
        // The person refused: that is an answer, not an accident (S-086).
        let ending = exchange::refuse(room, attempt, codes::LOGIN_CANCELLED).await;
        announcement.announce(ending.clone());
        return ending;
    };
    let claim = Claim {
        attempt: attempt.clone(),
        code,
        session: presented.session.digest(),
        replaces: presented.replaces,
        user_agent: presented.user_agent.clone(),
    };
    exchange::run(room, claim, announcement).await
}

/// The same browser comes again while the exchange is under way.
async fn wait(
    room: &LoginRoom,
    keys: &Keys<'_>,
    attempt: LoginAttempt,
    taken_at: Timestamp,
) -> Result<(LoginAttempt, Ending), CallbackError> {
    // An exchange that could have ended long ago was cut off with its process. It is not begun again:
    // WeCom has most likely spent the code.
    let patience = PATIENCE.saturating_sub(keys.now.since(taken_at));
    if patience.is_zero() {
        return Err(CallbackError::Expired);
    }
    let store = &*room.0.store;
    let ending = room.0.endings.wait(store, keys, patience).await?;
    Ok((attempt, ending.ok_or(CallbackError::Unfinished)?))
}

/// The same browser comes again after the end.
fn replay(
    attempt: LoginAttempt,
    (outcome, ended_at): (LoginOutcome, Timestamp),
    now: Timestamp,
) -> Result<(LoginAttempt, Ending), CallbackError> {
    if now.since(ended_at) > Duration::from_secs(FINISHED_SECONDS) {
        return Err(CallbackError::Expired);
    }
    Ok((attempt, outcome.into()))
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
