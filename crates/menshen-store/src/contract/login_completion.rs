//! Promises of `complete_login_attempt`: the birth of a session, all or nothing.
//!
//! In: an empty store. Each function is one promise and panics when it is broken. There is no other way in
//! which a session comes into being.

use std::sync::Arc;
use std::time::Duration;

use super::samples::{
    START, attempt, claim, digest, found, other_corp, session, sign_in, subject, take,
};
use crate::{LoginOutcome, Session, SessionFilter, Store, StoreError, Subject, TakenAttempt};

async fn complete(store: &Arc<dyn Store>, state: u32, session: &Session) -> Result<(), StoreError> {
    store
        .complete_login_attempt(&digest(state), session, None, START)
        .await
}

async fn known(store: &Arc<dyn Store>, number: u32) -> Subject {
    store
        .find_or_insert_subject(&subject(number))
        .await
        .unwrap()
}

/// The session is there, and the same browser learns that it is signed in.
pub async fn completing_opens_the_session_and_notes_it(store: Arc<dyn Store>) {
    let attempt = claim(&store, 1).await;
    let session = session(1, &known(&store, 1).await);
    let now = START.plus(Duration::from_secs(1));
    store
        .complete_login_attempt(&attempt.state_digest, &session, None, now)
        .await
        .unwrap();
    assert_eq!(found(&store, &session, now).await, Some(session));
    let again = take(&store, &attempt, now).await;
    let outcome = Some((LoginOutcome::SignedIn, now));
    assert_eq!(
        again,
        TakenAttempt::TakenBefore {
            attempt,
            taken_at: START,
            outcome
        }
    );
}

/// The session that the browser presented is dead once the new one lives; a made-up one is no harm.
pub async fn s_162_s_172_the_presented_session_ends_with_the_new_one(store: Arc<dyn Store>) {
    let old = sign_in(&store, 1, &subject(1)).await;
    let bystander = sign_in(&store, 2, &subject(1)).await;
    let subject = known(&store, 1).await;
    for (number, presented) in [(3, old.id_digest), (4, digest(77))] {
        let attempt = claim(&store, number).await;
        let new = session(number, &subject);
        store
            .complete_login_attempt(&attempt.state_digest, &new, Some(&presented), START)
            .await
            .unwrap();
        assert!(found(&store, &new, START).await.is_some());
    }
    assert_eq!(found(&store, &old, START).await, None);
    assert!(found(&store, &bystander, START).await.is_some());
}

/// An attempt that nobody claimed, or that does not exist, opens nothing.
pub async fn completing_needs_a_claim(store: Arc<dyn Store>) {
    store.insert_login_attempt(&attempt(1)).await.unwrap();
    let subject = known(&store, 1).await;
    for state in [1, 2] {
        let session = session(state, &subject);
        let refused = complete(&store, state, &session).await;
        assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
        assert_eq!(found(&store, &session, START).await, None);
    }
}

/// One attempt opens one session, and a refused one opens none.
pub async fn completing_twice_is_a_conflict(store: Arc<dyn Store>) {
    let first = sign_in(&store, 1, &subject(1)).await;
    let subject = known(&store, 1).await;
    claim(&store, 2).await;
    store
        .refuse_login_attempt(&digest(2), "login.x", START)
        .await
        .unwrap();
    for state in [1, 2] {
        let second = session(100 + state, &subject);
        let refused = complete(&store, state, &second).await;
        assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
        assert_eq!(found(&store, &second, START).await, None);
    }
    assert!(found(&store, &first, START).await.is_some());
}

/// When the session's digest exists already, the attempt stays open and the presented one alive.
pub async fn a_failed_completion_changes_nothing(store: Arc<dyn Store>) {
    let existing = sign_in(&store, 1, &subject(1)).await;
    let presented = sign_in(&store, 2, &subject(1)).await;
    let attempt = claim(&store, 3).await;
    let mut clash = session(3, &known(&store, 1).await);
    clash.id_digest = existing.id_digest;
    let refused = store
        .complete_login_attempt(
            &attempt.state_digest,
            &clash,
            Some(&presented.id_digest),
            START,
        )
        .await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert!(found(&store, &presented, START).await.is_some());
    assert_eq!(found(&store, &existing, START).await, Some(existing));
    let again = take(&store, &attempt, START).await;
    assert!(matches!(
        again,
        TakenAttempt::TakenBefore { outcome: None, .. }
    ));
}

/// What the attempt recorded is what the session gets, or there is none.
pub async fn s_082_a_session_of_another_corp_or_connector_is_refused(store: Arc<dyn Store>) {
    let attempt = claim(&store, 1).await;
    let here = known(&store, 1).await;
    let mut stranger = subject(2);
    stranger.corp_id = other_corp();
    let stranger = store.find_or_insert_subject(&stranger).await.unwrap();
    let mut of_other_connector = session(1, &here);
    of_other_connector.connector_id = "branch".to_owned();
    let mut of_mixed_corp = session(2, &stranger);
    of_mixed_corp.corp_id = here.corp_id.clone();
    let of_other_corp = session(3, &stranger);
    for wrong in [of_other_connector, of_mixed_corp, of_other_corp] {
        let refused = store
            .complete_login_attempt(&attempt.state_digest, &wrong, None, START)
            .await;
        assert!(matches!(refused, Err(StoreError::Conflict)), "{wrong:?}");
        assert_eq!(found(&store, &wrong, START).await, None);
    }
}

/// A person who left between the exchange and the session does not get in.
pub async fn s_100_a_subject_retired_meanwhile_gets_no_session(store: Arc<dyn Store>) {
    claim(&store, 1).await;
    let subject = known(&store, 1).await;
    store.retire_subject(&subject.id, START).await.unwrap();
    let session = session(1, &subject);
    let refused = complete(&store, 1, &session).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(found(&store, &session, START).await, None);
}

/// Writers queue; none is told that the database is locked.
pub async fn s_216_two_hundred_logins_at_once_all_succeed(store: Arc<dyn Store>) {
    let logins: Vec<_> = (0..200)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { sign_in(&store, number, &subject(number % 20)).await })
        })
        .collect();
    for login in logins {
        let session = login.await.unwrap();
        assert!(found(&store, &session, START).await.is_some());
    }
    let filter = SessionFilter {
        limit: 1000,
        ..SessionFilter::default()
    };
    assert_eq!(store.list_sessions(&filter).await.unwrap().len(), 200);
}
