//! Promises of [`LoginAttempts`](crate::LoginAttempts) up to the end of an attempt without a session.
//!
//! In: an empty store. Each function is one promise and panics when it is broken. The birth of a session is
//! in `login_completion`.

use std::sync::Arc;
use std::time::Duration;

use super::samples::{START, attempt, claim, digest, take};
use crate::{LoginOutcome, Store, StoreError, TakenAttempt};

/// Every field survives, also those outside ASCII.
pub async fn an_attempt_comes_back_as_it_was_written(store: Arc<dyn Store>) {
    let written = attempt(1);
    store.insert_login_attempt(&written).await.unwrap();
    let found = store.find_login_attempt(&digest(1)).await.unwrap();
    assert_eq!(found, Some(written));
    assert_eq!(store.find_login_attempt(&digest(2)).await.unwrap(), None);
}

/// Claiming is atomic.
pub async fn s_078_of_200_callers_at_once_exactly_one_claims(store: Arc<dyn Store>) {
    let attempt = attempt(1);
    store.insert_login_attempt(&attempt).await.unwrap();
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let (store, attempt) = (Arc::clone(&store), attempt.clone());
            tokio::spawn(async move { take(&store, &attempt, START).await })
        })
        .collect();
    let mut claimed = 0;
    for call in calls {
        match call.await.unwrap() {
            TakenAttempt::Claimed(_) => claimed += 1,
            TakenAttempt::TakenBefore { outcome, .. } => assert_eq!(outcome, None),
            TakenAttempt::Absent => panic!("an attempt that exists was not seen"),
        }
    }
    assert_eq!(claimed, 1);
}

/// The connector is part of what must match, and a mismatch claims nothing.
pub async fn s_081_another_connector_claims_nothing(store: Arc<dyn Store>) {
    let attempt = attempt(1);
    store.insert_login_attempt(&attempt).await.unwrap();
    let wrong = store
        .take_login_attempt(
            &attempt.state_digest,
            &attempt.browser_digest,
            "branch",
            START,
        )
        .await;
    assert_eq!(wrong.unwrap(), TakenAttempt::Absent);
    assert_eq!(
        take(&store, &attempt, START).await,
        TakenAttempt::Claimed(attempt)
    );
}

/// The browser is part of what must match; it does not even learn that the state exists.
pub async fn s_075_another_browser_claims_nothing(store: Arc<dyn Store>) {
    let attempt = claim(&store, 1).await;
    let fresh = super::samples::attempt(2);
    store.insert_login_attempt(&fresh).await.unwrap();
    for state in [&attempt.state_digest, &fresh.state_digest] {
        let wrong = store
            .take_login_attempt(state, &digest(99), &attempt.connector_id, START)
            .await;
        assert_eq!(wrong.unwrap(), TakenAttempt::Absent);
    }
    assert_eq!(
        take(&store, &fresh, START).await,
        TakenAttempt::Claimed(fresh)
    );
}

/// The end is exclusive: at it, the attempt is gone.
pub async fn s_079_a_late_claim_finds_nothing(store: Arc<dyn Store>) {
    let attempt = attempt(1);
    store.insert_login_attempt(&attempt).await.unwrap();
    let end = attempt.expires_at;
    assert_eq!(take(&store, &attempt, end).await, TakenAttempt::Absent);
    let just_in_time = end.minus(Duration::from_millis(1));
    assert_eq!(
        take(&store, &attempt, just_in_time).await,
        TakenAttempt::Claimed(attempt)
    );
}

/// A claimed attempt is reported with its outcome, also past its end, until it is swept.
pub async fn s_076_the_second_claim_learns_of_the_first(store: Arc<dyn Store>) {
    let attempt = claim(&store, 1).await;
    let later = START.plus(Duration::from_secs(3));
    let ended_at = START.plus(Duration::from_secs(2));
    let before = |outcome| TakenAttempt::TakenBefore {
        attempt: attempt.clone(),
        taken_at: START,
        outcome,
    };
    assert_eq!(take(&store, &attempt, later).await, before(None));
    store
        .refuse_login_attempt(&attempt.state_digest, "login.not_a_member", ended_at)
        .await
        .unwrap();
    let refused = LoginOutcome::Refused {
        code: "login.not_a_member".to_owned(),
    };
    let told = before(Some((refused, ended_at)));
    assert_eq!(take(&store, &attempt, later).await, told);
    let past_its_end = attempt.expires_at.plus(Duration::from_secs(1));
    assert_eq!(take(&store, &attempt, past_its_end).await, told);
}

/// What was claimed stays claimed whatever the clock says.
pub async fn s_219_a_clock_that_steps_back_does_not_revive_a_claim(store: Arc<dyn Store>) {
    let attempt = claim(&store, 1).await;
    let an_hour_ago = START.minus(Duration::from_hours(1));
    let again = take(&store, &attempt, an_hour_ago).await;
    assert!(
        matches!(again, TakenAttempt::TakenBefore { .. }),
        "{again:?}"
    );
}

/// Writing a state twice is a conflict and leaves the first.
pub async fn a_state_is_written_once(store: Arc<dyn Store>) {
    let first = attempt(1);
    let mut second = attempt(1);
    second.return_to = "https://evil.example/".to_owned();
    store.insert_login_attempt(&first).await.unwrap();
    let refused = store.insert_login_attempt(&second).await;
    assert!(matches!(refused, Err(StoreError::Conflict)));
    let found = store.find_login_attempt(&digest(1)).await.unwrap();
    assert_eq!(found, Some(first));
}

/// Only a claimed attempt can be refused, and only once.
pub async fn a_refusal_is_noted_once(store: Arc<dyn Store>) {
    let unclaimed = attempt(1);
    store.insert_login_attempt(&unclaimed).await.unwrap();
    for state in [unclaimed.state_digest, digest(9)] {
        let refused = store.refuse_login_attempt(&state, "login.x", START).await;
        assert!(matches!(refused, Err(StoreError::Conflict)));
    }
    let claimed = claim(&store, 2).await;
    let state = &claimed.state_digest;
    store
        .refuse_login_attempt(state, "login.first", START)
        .await
        .unwrap();
    let again = store
        .refuse_login_attempt(state, "login.second", START)
        .await;
    assert!(matches!(again, Err(StoreError::Conflict)));
    let TakenAttempt::TakenBefore { outcome, .. } = take(&store, &claimed, START).await else {
        panic!("the attempt was claimed");
    };
    let (outcome, _) = outcome.unwrap();
    assert_eq!(
        outcome,
        LoginOutcome::Refused {
            code: "login.first".to_owned()
        }
    );
}

/// Sweeping deletes expired attempts, claimed or not, the oldest first.
pub async fn a_sweep_takes_what_expired_and_no_more_than_asked(store: Arc<dyn Store>) {
    for number in 1..=3 {
        let mut attempt = attempt(number);
        attempt.expires_at = START.plus(Duration::from_secs(u64::from(number)));
        store.insert_login_attempt(&attempt).await.unwrap();
    }
    let third_end = START.plus(Duration::from_secs(3));
    assert_eq!(store.sweep_login_attempts(third_end, 1).await.unwrap(), 1);
    assert_eq!(store.find_login_attempt(&digest(1)).await.unwrap(), None);
    assert_eq!(store.sweep_login_attempts(third_end, 100).await.unwrap(), 1);
    assert_eq!(store.sweep_login_attempts(third_end, 100).await.unwrap(), 0);
    assert!(
        store
            .find_login_attempt(&digest(3))
            .await
            .unwrap()
            .is_some()
    );
}
