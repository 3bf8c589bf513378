//! Promises of [`Sessions`](crate::Sessions) for one session.
//!
//! In: an empty store. Each function is one promise and panics when it is broken: when it lives, when it ends,
//! and that nothing brings it back.

use std::sync::Arc;
use std::time::Duration;

use wecom_sdk::Timestamp;

use super::samples::{CONNECTOR, IDLE, START, digest, found, sign_in, sign_in_through, subject};
use crate::{Digest, Store};

const MILLI: Duration = Duration::from_millis(1);

/// Every field survives.
pub async fn a_session_comes_back_as_it_was_written(store: Arc<dyn Store>) {
    let session = sign_in(&store, 1, &subject(1)).await;
    assert_eq!(found(&store, &session, START).await, Some(session));
    let unknown = store.find_session(&digest(9), IDLE, START).await.unwrap();
    assert_eq!(unknown, None);
}

/// Activity does not move the absolute end.
pub async fn a_session_ends_at_its_absolute_end(store: Arc<dyn Store>) {
    let session = sign_in(&store, 1, &subject(1)).await;
    let just_before = session.expires_at.minus(MILLI);
    store
        .touch_session(&session.id_digest, just_before)
        .await
        .unwrap();
    assert!(found(&store, &session, just_before).await.is_some());
    assert_eq!(found(&store, &session, session.expires_at).await, None);
}

/// Without a request for the idle time, the session is gone.
pub async fn a_session_ends_when_idle(store: Arc<dyn Store>) {
    let session = sign_in(&store, 1, &subject(1)).await;
    let idle_at = START.plus(IDLE);
    assert!(
        found(&store, &session, idle_at.minus(MILLI))
            .await
            .is_some()
    );
    assert_eq!(found(&store, &session, idle_at).await, None);
}

/// After a jump forward it is expired; a step back gives no time beyond the absolute end.
pub async fn s_219_a_clock_that_jumps_makes_nothing_immortal(store: Arc<dyn Store>) {
    let session = sign_in(&store, 1, &subject(1)).await;
    let a_day_on = START.plus(Duration::from_hours(24));
    assert_eq!(found(&store, &session, a_day_on).await, None);
    // A request while the clock is an hour ahead, then the clock is put right.
    store
        .touch_session(&session.id_digest, START.plus(Duration::from_hours(1)))
        .await
        .unwrap();
    assert!(found(&store, &session, START).await.is_some());
    store
        .touch_session(&session.id_digest, session.expires_at)
        .await
        .unwrap();
    assert_eq!(found(&store, &session, session.expires_at).await, None);
    let extremes = [
        Timestamp::from_millis(i64::MAX),
        session.expires_at.plus(IDLE),
    ];
    for late in extremes {
        assert_eq!(found(&store, &session, late).await, None);
    }
}

/// An older touch that comes late does not shorten the session.
pub async fn touching_moves_forward_only(store: Arc<dyn Store>) {
    let session = sign_in(&store, 1, &subject(1)).await;
    let later = START.plus(Duration::from_mins(1));
    store
        .touch_session(&session.id_digest, later)
        .await
        .unwrap();
    store
        .touch_session(&session.id_digest, START)
        .await
        .unwrap();
    let found = found(&store, &session, later).await.unwrap();
    assert_eq!(found.last_seen_at, later);
}

/// Touches and confirmations that race with a sign-out never re-create what was ended.
pub async fn s_158_late_writes_do_not_bring_back_an_ended_session(store: Arc<dyn Store>) {
    let session = sign_in(&store, 1, &subject(1)).await;
    let later = START.plus(Duration::from_mins(1));
    let mut calls = Vec::new();
    for number in 0..50 {
        let (store, session) = (Arc::clone(&store), session.clone());
        calls.push(tokio::spawn(async move {
            match number {
                25 => assert!(store.end_session(&session.id_digest).await.unwrap()),
                even if even % 2 == 0 => {
                    store
                        .touch_session(&session.id_digest, later)
                        .await
                        .unwrap();
                }
                _ => store
                    .update_checked_at(&session.subject_id, CONNECTOR, later)
                    .await
                    .unwrap(),
            }
        }));
    }
    for call in calls {
        call.await.unwrap();
    }
    store
        .touch_session(&session.id_digest, later)
        .await
        .unwrap();
    store
        .update_checked_at(&session.subject_id, CONNECTOR, later)
        .await
        .unwrap();
    assert_eq!(found(&store, &session, START).await, None);
}

/// The second end finds nothing.
pub async fn ending_reports_whether_there_was_one(store: Arc<dyn Store>) {
    let session = sign_in(&store, 1, &subject(1)).await;
    assert!(store.end_session(&session.id_digest).await.unwrap());
    assert!(!store.end_session(&session.id_digest).await.unwrap());
    assert_eq!(found(&store, &session, START).await, None);
}

/// Signing a person out everywhere leaves everyone else signed in.
pub async fn s_160_ending_a_subject_ends_its_sessions_and_no_others(store: Arc<dyn Store>) {
    let first = sign_in(&store, 1, &subject(1)).await;
    let second = sign_in(&store, 2, &subject(1)).await;
    let other = sign_in(&store, 3, &subject(2)).await;
    let branch = sign_in_through(&store, 4, &subject(1), "branch").await;
    let all = [&first, &second, &branch].map(|session| session.id_digest);
    let end = async || {
        let ended = store.end_sessions_of(&first.subject_id, None);
        sorted(ended.await.unwrap())
    };
    assert_eq!(end().await, all);
    assert_eq!(end().await, []);
    for ended in [first, second, branch] {
        assert_eq!(found(&store, &ended, START).await, None);
    }
    assert!(found(&store, &other, START).await.is_some());
}

/// What WeCom says through one connector reaches the sessions that it opened for the person, and no others:
/// another agent may see the person differently. A confirmation never goes back.
pub async fn s_049_s_104_a_word_of_one_connector_is_about_its_own_sessions(store: Arc<dyn Store>) {
    let first = sign_in(&store, 1, &subject(1)).await;
    let second = sign_in(&store, 2, &subject(1)).await;
    let other = sign_in(&store, 3, &subject(2)).await;
    let branch = sign_in_through(&store, 4, &subject(1), "branch").await;
    let later = START.plus(Duration::from_mins(5));
    for at in [later, START] {
        store
            .update_checked_at(&first.subject_id, CONNECTOR, at)
            .await
            .unwrap();
    }
    for (session, expected) in [
        (&first, later),
        (&second, later),
        (&other, START),
        (&branch, START),
    ] {
        let found = found(&store, session, START).await.unwrap();
        assert_eq!(found.checked_at, expected);
    }
    let end = async || {
        let ended = store.end_sessions_of(&first.subject_id, Some(CONNECTOR));
        sorted(ended.await.unwrap())
    };
    assert_eq!(end().await, [first.id_digest, second.id_digest]);
    assert_eq!(end().await, []);
    for (session, lives) in [
        (first, false),
        (second, false),
        (other, true),
        (branch, true),
    ] {
        assert_eq!(found(&store, &session, START).await.is_some(), lives);
    }
}

fn sorted(mut digests: Vec<Digest>) -> Vec<Digest> {
    digests.sort_unstable();
    digests
}
