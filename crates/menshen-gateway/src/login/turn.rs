//! Whose turn it is with an attempt: the first callback claims it and brings it to its end, those after it
//! hear how it ended.
//!
//! In: a callback that has passed every free check. Out: the attempt and its ending. Claiming and all
//! that follows happen in one job, because a browser that leaves between them would leave an attempt that
//! nobody finishes (S-076, S-077). Never: sends a code to WeCom without having claimed its attempt, or twice.

use std::sync::Arc;
use std::time::Duration;

use menshen_store::{LoginAttempt, LoginOutcome, TakenAttempt};
use tokio::sync::oneshot;
use tracing::Instrument as _;
use wecom_sdk::Timestamp;

use super::LoginRoom;
use super::callback::{CallbackError, Presented};
use super::ending::{Ending, Keys, PATIENCE};
use super::exchange::{self, Claim};
use crate::door::codes;
use crate::session::cookie::FINISHED_SECONDS;

/// Whose turn it is.
enum Turn {
    /// It was ours, and this came of it.
    Ours(LoginAttempt, Ending),
    /// The same browser was here before, at this moment, and this came of it.
    Before(LoginAttempt, Timestamp, Option<(LoginOutcome, Timestamp)>),
}

/// Brings the attempt to its end, or learns how it ended.
pub(super) async fn come_to_an_end(
    room: &LoginRoom,
    presented: &Arc<Presented>,
) -> Result<(LoginAttempt, Ending), CallbackError> {
    let (tell, told) = oneshot::channel();
    let (own_room, own_presented) = (room.clone(), Arc::clone(presented));
    let work = async move {
        let turn = claim(&own_room, &own_presented).await;
        if let Err(Ok(Turn::Ours(_, ending))) = tell.send(turn) {
            exchange::note_unheard(&ending);
        }
    };
    drop(room.0.jobs.spawn(work.in_current_span()));
    match told.await.unwrap_or(Err(CallbackError::Unfinished))? {
        Turn::Ours(attempt, ending) => Ok((attempt, ending)),
        Turn::Before(attempt, taken_at, None) => {
            wait(room, &presented.keys(), attempt, taken_at).await
        }
        Turn::Before(attempt, _, Some(ended)) => replay(attempt, ended, presented.at),
    }
}

/// Claims the attempt and, if that succeeds, brings it to its end.
async fn claim(room: &LoginRoom, presented: &Presented) -> Result<Turn, CallbackError> {
    let keys = presented.keys();
    let store = &room.0.store;
    let taken = store
        .take_login_attempt(&keys.state, &keys.browser, keys.connector_id, keys.now)
        .await?;
    match taken {
        TakenAttempt::Claimed(attempt) => {
            let ending = act(room, presented, &attempt).await;
            Ok(Turn::Ours(attempt, ending))
        }
        TakenAttempt::TakenBefore {
            attempt,
            taken_at,
            outcome,
        } => Ok(Turn::Before(attempt, taken_at, outcome)),
        TakenAttempt::Absent => Err(CallbackError::Expired),
    }
}

/// The attempt is ours alone from here on: the only effects of the callback.
async fn act(room: &LoginRoom, presented: &Presented, attempt: &LoginAttempt) -> Ending {
    let announcement = room.0.endings.begin(attempt.state_digest);
    let Some(code) = presented.code.clone() else {
        // The person refused: that is an answer, not an accident (S-086).
        let ending = exchange::refuse(room, attempt, codes::LOGIN_CANCELLED).await;
        announcement.announce(ending.retold());
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
