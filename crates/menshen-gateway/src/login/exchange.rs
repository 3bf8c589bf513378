//! The one exchange of a claimed attempt: from WeCom's code to a session, or to a named refusal.
//!
//! Runs in a job, so that it comes to an end whatever becomes of the request: by then WeCom has spent
//! the code (S-077). It is begun once per attempt and tries nothing twice at WeCom. All or nothing:
//! either the session, the end of the old one and the outcome are written together, or none is.

use menshen_store::{Digest, LoginAttempt, Session, StoreError};
use wecom_sdk::{Secret, Timestamp};

use super::LoginRoom;
use super::ending::{Announcement, Ending};
use super::identity::Arrival;
use crate::access::decide::Refusal;
use crate::connector::{IdentifyError, Kind, Person};
use crate::door::Failure;
use crate::door::codes::{self, Code};

/// How often a subject may be retired by others while we write, before that is called trouble.
const MOST_TRIES: usize = 3;

/// What a claimed attempt brings with it.
#[derive(Debug)]
pub(super) struct Claim {
    pub attempt: LoginAttempt,
    pub code: Secret,
    /// Digest of the id that the session will have.
    pub session: Digest,
    /// Digest of the session that the browser presented, to be ended.
    pub replaces: Option<Digest>,
    /// What the browser calls itself, for the operator's list.
    pub user_agent: String,
}

/// Brings a claimed attempt to its end and tells everybody who waits.
pub(super) async fn run(room: &LoginRoom, claim: Claim, announcement: Announcement) -> Ending {
    let ending = end(room, &claim).await;
    note(room, &claim.attempt, &ending);
    announcement.announce(ending.retold());
    ending
}

/// What is written down of an ending that no request has waited for: nobody else will do it.
pub(super) fn note_unheard(ending: &Ending) {
    if let Ending::Refused(_, Some(trouble)) = ending {
        trouble.log("a call to WeCom failed, and the browser had left before it was told");
    }
}

/// Ends a claimed attempt for a reason that needs no question to WeCom.
pub(super) async fn refuse(
    room: &LoginRoom,
    attempt: &LoginAttempt,
    code: &'static Code,
) -> Ending {
    let now = room.0.clock.now();
    let kept = room
        .0
        .store
        .refuse_login_attempt(&attempt.state_digest, code.name, now)
        .await;
    match kept {
        Ok(()) => Ending::Refused(code, None),
        Err(error) => Ending::Broken(error.into()),
    }
}

async fn end(room: &LoginRoom, claim: &Claim) -> Ending {
    let attempt = &claim.attempt;
    // Security: a connector that now speaks for another corp or agent is another one, whatever it is
    // called: whoever it names is nobody in the corp of the attempt (S-082, S-094).
    let connector = room.0.connectors.get(&attempt.connector_id);
    let connector = connector.filter(|connector| {
        let config = connector.config();
        config.corp_id == attempt.corp_id && config.agent_id == attempt.agent_id
    });
    let Some(connector) = connector else {
        return refuse(room, attempt, codes::LOGIN_UNKNOWN_CONNECTOR).await;
    };
    let now = room.0.clock.now();
    match connector.identify(&claim.code, now).await {
        Ok(person) => match open(room, claim, &person).await {
            Ok(()) => Ending::SignedIn,
            Err(failure) => {
                // The code is spent and nobody will finish this attempt: whoever repeats the callback
                // should not wait for it. If the store cannot keep that either, they wait.
                let _ = refuse(room, attempt, failure.code()).await;
                Ending::Broken(failure)
            }
        },
        Err(IdentifyError { kind, trouble }) => {
            // Whoever comes next under this userid is somebody else (S-100).
            if let Kind::Left(user_id) = &kind
                && let Err(error) = room.retire(&attempt.corp_id, user_id, now).await
            {
                return Ending::Broken(error.into());
            }
            match refuse(room, attempt, code_of(&kind)).await {
                Ending::Refused(code, _) => Ending::Refused(code, trouble),
                other => other,
            }
        }
    }
}

/// Writes who it is and opens the session.
async fn open(room: &LoginRoom, claim: &Claim, person: &Person) -> Result<(), Failure> {
    for _ in 0..MOST_TRIES {
        let now = room.0.clock.now();
        match try_open(room, claim, person, now).await {
            // Retired between the lines: the person is a new subject now.
            Err(OpenError::Store(StoreError::Conflict)) => {}
            Err(OpenError::Store(error)) => return Err(error.into()),
            Err(OpenError::Failure(failure)) => return Err(failure),
            Ok(()) => return Ok(()),
        }
    }
    Err(StoreError::Conflict.into())
}

enum OpenError {
    Store(StoreError),
    Failure(Failure),
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Failure> for OpenError {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

async fn try_open(
    room: &LoginRoom,
    claim: &Claim,
    person: &Person,
    now: Timestamp,
) -> Result<(), OpenError> {
    let attempt = &claim.attempt;
    let arrival = Arrival {
        attempt,
        person,
        now,
    };
    let candidate = room.candidate(&arrival)?;
    let subject = room.0.store.find_or_insert_subject(&candidate).await?;
    // Through this connector alone: consent was given to one agent, and another of the same corp has its own
    // to ask for.
    let known = room
        .0
        .store
        .find_identity(&subject.id, &attempt.connector_id);
    let identity = room.identity(&subject, &arrival, known.await?.as_ref())?;
    room.0.store.upsert_identity(&identity).await?;
    let session = Session {
        id_digest: claim.session,
        subject_id: subject.id,
        corp_id: attempt.corp_id.clone(),
        connector_id: attempt.connector_id.clone(),
        door: attempt.door,
        user_agent: claim.user_agent.clone(),
        created_at: now,
        expires_at: now.plus(room.0.lifetime),
        last_seen_at: now,
        checked_at: person.known_since(now),
    };
    let replaces = claim.replaces.as_ref();
    let store = &room.0.store;
    store
        .complete_login_attempt(&attempt.state_digest, &session, replaces, now)
        .await?;
    if let Some(ended) = replaces {
        room.0.sessions.forget(ended);
    }
    tracing::info!(
        session.id = session.id_digest.prefix(),
        subject.id = %session.subject_id,
        corp.id = %session.corp_id,
        connector.id = session.connector_id,
        door = session.door.as_str(),
        "a session was opened"
    );
    Ok(())
}

/// The public code of a refusal, with its class in `door/codes`.
fn code_of(kind: &Kind) -> &'static Code {
    match kind {
        Kind::Left(_) => codes::LOGIN_INACTIVE,
        Kind::Refused(refusal) => match refusal {
            Refusal::NotAMember => codes::LOGIN_OUTSIDER,
            // WeCom has just said that this is a member: unknown means out of the agent's sight.
            Refusal::OutsideRange | Refusal::UnknownMember => codes::LOGIN_OUTSIDE_RANGE,
            Refusal::Disabled | Refusal::NotActivated | Refusal::Left | Refusal::UnknownStatus => {
                codes::LOGIN_INACTIVE
            }
        },
        Kind::CodeSpent => codes::LOGIN_CODE_SPENT,
        Kind::Busy => codes::LOGIN_BUSY,
        Kind::RateLimited => codes::WECOM_RATE_LIMITED,
        Kind::Timeout => codes::WECOM_TIMEOUT,
        Kind::Unreachable => codes::WECOM_UNREACHABLE,
        Kind::Unreadable => codes::WECOM_UNREADABLE,
        Kind::Rejected => codes::WECOM_REJECTED,
        Kind::NoSecret => codes::SECRET_UNREADABLE,
    }
}

fn note(room: &LoginRoom, attempt: &LoginAttempt, ending: &Ending) {
    let outcome = match ending {
        Ending::SignedIn => "signed_in",
        Ending::Refused(code, _) => code.name,
        Ending::Broken(failure) => failure.code().name,
    };
    room.0.metrics.login_ended(outcome);
    tracing::info!(
        login.state = attempt.state_digest.prefix(),
        connector.id = attempt.connector_id,
        corp.id = %attempt.corp_id,
        door = attempt.door.as_str(),
        outcome,
        "a login attempt ended"
    );
}
