//! Promises of [`Subjects`](crate::Subjects).
//!
//! In: an empty store. Each function is one promise and panics when it is broken: above all that a key which
//! was retired never leads back to the same person.

use std::sync::Arc;

use uuid::Uuid;

use super::samples::{START, found, other_corp, sign_in, subject};
use crate::{Store, StoreError, Subject, SubjectId, SubjectKind};

fn candidate(id: u128, like: &Subject) -> Subject {
    Subject {
        id: SubjectId(Uuid::from_u128(id)),
        ..like.clone()
    }
}

/// Many first logins of one person make one subject.
pub async fn callers_at_once_get_one_subject(store: Arc<dyn Store>) {
    let calls: Vec<_> = (100..150)
        .map(|id| {
            let store = Arc::clone(&store);
            let candidate = candidate(id, &subject(1));
            tokio::spawn(async move { store.find_or_insert_subject(&candidate).await.unwrap() })
        })
        .collect();
    let mut subjects = Vec::new();
    for call in calls {
        subjects.push(call.await.unwrap());
    }
    subjects.dedup();
    assert_eq!(subjects.len(), 1, "{subjects:?}");
    let by_id = store.find_subject(&subjects[0].id).await.unwrap();
    assert_eq!(by_id.as_ref(), Some(&subjects[0]));
}

/// Corp and kind are part of the key.
pub async fn equal_keys_of_two_kinds_or_corps_are_two_subjects(store: Arc<dyn Store>) {
    let member = subject(1);
    let contact = Subject {
        kind: SubjectKind::ExternalContact,
        ..candidate(200, &member)
    };
    let linked = Subject {
        kind: SubjectKind::LinkedMember,
        ..candidate(201, &member)
    };
    let elsewhere = Subject {
        corp_id: other_corp(),
        ..candidate(202, &member)
    };
    for subject in [member, contact, linked, elsewhere] {
        let kept = store.find_or_insert_subject(&subject).await.unwrap();
        assert_eq!(kept, subject);
        let found = store
            .find_subject_by_key(&subject.corp_id, subject.kind, &subject.key)
            .await;
        assert_eq!(found.unwrap(), Some(subject));
    }
}

/// A userid that WeCom gives to another person is another subject; the old one never returns.
pub async fn s_100_a_retired_key_becomes_a_new_subject(store: Arc<dyn Store>) {
    let old = store.find_or_insert_subject(&subject(1)).await.unwrap();
    assert!(store.retire_subject(&old.id, START).await.unwrap());
    let by_key = store
        .find_subject_by_key(&old.corp_id, old.kind, &old.key)
        .await;
    assert_eq!(by_key.unwrap(), None);
    let new = store
        .find_or_insert_subject(&candidate(300, &old))
        .await
        .unwrap();
    assert_ne!(new.id, old.id);
    let kept = store.find_subject(&old.id).await.unwrap().unwrap();
    assert_eq!(kept.retired_at, Some(START));
}

/// Retiring ends the person's sessions in the same step, and nobody else's.
pub async fn retiring_ends_the_sessions(store: Arc<dyn Store>) {
    let theirs = sign_in(&store, 1, &subject(1)).await;
    let other = sign_in(&store, 2, &subject(2)).await;
    assert!(
        store
            .retire_subject(&theirs.subject_id, START)
            .await
            .unwrap()
    );
    assert_eq!(found(&store, &theirs, START).await, None);
    assert!(found(&store, &other, START).await.is_some());
}

/// The second caller learns that there was nothing to retire.
pub async fn retiring_twice_is_told(store: Arc<dyn Store>) {
    let subject = store.find_or_insert_subject(&subject(1)).await.unwrap();
    assert!(store.retire_subject(&subject.id, START).await.unwrap());
    assert!(!store.retire_subject(&subject.id, START).await.unwrap());
    let unknown = SubjectId(Uuid::from_u128(999));
    assert!(!store.retire_subject(&unknown, START).await.unwrap());
}

/// An id is never shared by two keys.
pub async fn an_id_belongs_to_one_key(store: Arc<dyn Store>) {
    let first = store.find_or_insert_subject(&subject(1)).await.unwrap();
    let second = Subject {
        id: first.id,
        ..subject(2)
    };
    let refused = store.find_or_insert_subject(&second).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(store.find_subject(&first.id).await.unwrap(), Some(first));
}
