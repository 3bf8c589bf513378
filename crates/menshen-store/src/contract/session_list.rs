//! Promises of [`Sessions`](crate::Sessions) for many at once: lists, ends by filter, sweeps.
//!
//! In: an empty store. Each function is one promise and panics when it is broken. What one session does is
//! in `session`.

use std::sync::Arc;
use std::time::Duration;

use super::samples::{IDLE, START, found, other_corp, sign_in, subject};
use crate::{DigestPrefix, Session, SessionFilter, Store};

fn any(limit: u32) -> SessionFilter {
    SessionFilter {
        limit,
        ..SessionFilter::default()
    }
}

async fn five(store: &Arc<dyn Store>) -> Vec<Session> {
    let mut sessions = Vec::new();
    for number in [3, 1, 5, 2, 4] {
        sessions.push(sign_in(store, number, &subject(number % 2)).await);
    }
    sessions.sort_by_key(|session| session.id_digest);
    sessions
}

/// Two pages of the list, and then nothing.
pub async fn lists_are_in_order_and_come_in_pages(store: Arc<dyn Store>) {
    let all = five(&store).await;
    let first = store.list_sessions(&any(3)).await.unwrap();
    assert_eq!(first, all[..3]);
    let after = |session: &Session| SessionFilter {
        after: Some(session.id_digest),
        ..any(3)
    };
    let second = store.list_sessions(&after(&all[2])).await.unwrap();
    assert_eq!(second, all[3..]);
    assert_eq!(store.list_sessions(&after(&all[4])).await.unwrap(), []);
    assert_eq!(store.list_sessions(&any(0)).await.unwrap(), []);
}

/// Each part of the filter holds, alone and together.
pub async fn a_filter_chooses_by_subject_corp_and_prefix(store: Arc<dyn Store>) {
    let all = five(&store).await;
    let odd = all[0].subject_id;
    let of_subject = SessionFilter {
        subject_id: Some(odd),
        ..any(9)
    };
    let found = store.list_sessions(&of_subject).await.unwrap();
    assert_eq!(found, [all[0].clone(), all[2].clone(), all[4].clone()]);
    let one = DigestPrefix::parse(&all[1].id_digest.prefix()).unwrap();
    let of_prefix = SessionFilter {
        prefix: Some(one),
        ..any(9)
    };
    assert_eq!(
        store.list_sessions(&of_prefix).await.unwrap(),
        [all[1].clone()]
    );
    let both = SessionFilter {
        prefix: Some(one),
        ..of_subject.clone()
    };
    assert_eq!(store.list_sessions(&both).await.unwrap(), []);
    let here = SessionFilter {
        corp_id: Some(all[0].corp_id.clone()),
        ..any(9)
    };
    assert_eq!(store.list_sessions(&here).await.unwrap(), all);
    let elsewhere = SessionFilter {
        corp_id: Some(other_corp()),
        ..of_subject
    };
    assert_eq!(store.list_sessions(&elsewhere).await.unwrap(), []);
}

/// The list and the end agree on what a filter means, and the limit holds.
pub async fn ending_by_filter_ends_what_the_list_showed(store: Arc<dyn Store>) {
    let all = five(&store).await;
    let one = DigestPrefix::parse(&all[1].id_digest.prefix()).unwrap();
    let of_prefix = SessionFilter {
        prefix: Some(one),
        ..any(9)
    };
    assert_eq!(store.end_sessions(&of_prefix).await.unwrap(), 1);
    let of_subject = SessionFilter {
        subject_id: Some(all[0].subject_id),
        ..any(2)
    };
    assert_eq!(store.end_sessions(&of_subject).await.unwrap(), 2);
    let left = store.list_sessions(&any(9)).await.unwrap();
    assert_eq!(left, all[3..]);
    assert_eq!(store.end_sessions(&any(9)).await.unwrap(), 2);
    assert_eq!(store.end_sessions(&any(9)).await.unwrap(), 0);
}

/// What can no longer be found is deleted; what can, stays.
pub async fn a_sweep_takes_expired_and_idle_ones(store: Arc<dyn Store>) {
    let idle = sign_in(&store, 1, &subject(1)).await;
    let busy = sign_in(&store, 2, &subject(1)).await;
    let now = START.plus(IDLE).plus(Duration::from_secs(1));
    store.touch_session(&busy.id_digest, now).await.unwrap();
    assert_eq!(
        store
            .sweep_sessions(now, now.minus(IDLE), 100)
            .await
            .unwrap(),
        1
    );
    assert_eq!(store.list_sessions(&any(9)).await.unwrap().len(), 1);
    assert_eq!(found(&store, &idle, START).await, None);
    assert!(found(&store, &busy, now).await.is_some());
    let end = busy.expires_at;
    assert_eq!(store.sweep_sessions(end, START, 100).await.unwrap(), 1);
    assert_eq!(store.list_sessions(&any(9)).await.unwrap(), []);
}

/// A large sweep comes in portions, so that nobody waits for it.
pub async fn a_sweep_takes_no_more_than_asked(store: Arc<dyn Store>) {
    let all = five(&store).await;
    let end = all[0].expires_at;
    for expected in [2, 2, 1, 0] {
        assert_eq!(store.sweep_sessions(end, START, 2).await.unwrap(), expected);
    }
}
