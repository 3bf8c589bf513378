//! Promises of [`Identities`](crate::Identities).
//!
//! In: an empty store. Each function is one promise and panics when it is broken. Sealed fields are bytes
//! here; nothing opens them.

use std::sync::Arc;
use std::time::Duration;

use super::samples::{CONNECTOR, START, identity, other_corp, subject};
use crate::{Identity, Store, StoreError};

/// Every field survives, also text that looks like SQL.
pub async fn an_identity_comes_back_as_it_was_written(store: Arc<dyn Store>) {
    let subject = store.find_or_insert_subject(&subject(1)).await.unwrap();
    assert_eq!(
        store.find_identity(&subject.id, CONNECTOR).await.unwrap(),
        None
    );
    let identity = identity(&subject);
    store.upsert_identity(&identity).await.unwrap();
    assert_eq!(
        store.find_identity(&subject.id, CONNECTOR).await.unwrap(),
        Some(identity)
    );
}

/// What is no longer known is gone, not left over.
pub async fn a_second_writing_replaces_the_first(store: Arc<dyn Store>) {
    let subject = store.find_or_insert_subject(&subject(1)).await.unwrap();
    store.upsert_identity(&identity(&subject)).await.unwrap();
    let bare = Identity {
        user_id: "zhangsan2".to_owned(),
        name: None,
        alias: None,
        position: None,
        departments: Vec::new(),
        main_department: None,
        tags: Vec::new(),
        sealed: None,
        consented_at: None,
        updated_at: START.plus(Duration::from_secs(1)),
        ..identity(&subject)
    };
    store.upsert_identity(&bare).await.unwrap();
    assert_eq!(
        store.find_identity(&subject.id, CONNECTOR).await.unwrap(),
        Some(bare.clone())
    );
    assert_eq!(store.list_identities_by_user("zhangsan").await.unwrap(), []);
    assert_eq!(
        store.list_identities_by_user("zhangsan2").await.unwrap(),
        [bare]
    );
}

/// Two agents of one corp may see a person differently, and each keeps what it was told (S-049).
pub async fn s_049_each_connector_keeps_what_it_was_told(store: Arc<dyn Store>) {
    let subject = store.find_or_insert_subject(&subject(1)).await.unwrap();
    let here = identity(&subject);
    let there = Identity {
        connector_id: "branch".to_owned(),
        departments: Vec::new(),
        tags: Vec::new(),
        sealed: None,
        consented_at: None,
        ..here.clone()
    };
    store.upsert_identity(&here).await.unwrap();
    let find = async |connector: &str| store.find_identity(&subject.id, connector).await.unwrap();
    assert_eq!(find("branch").await, None);
    let early = store.update_directory_facts(&there).await;
    assert!(matches!(early, Err(StoreError::Conflict)), "{early:?}");
    store.upsert_identity(&there).await.unwrap();
    assert_eq!(find(CONNECTOR).await.as_ref(), Some(&here));
    assert_eq!(find("branch").await.as_ref(), Some(&there));
    let moved = Identity {
        name: None,
        ..there
    };
    store.update_directory_facts(&moved).await.unwrap();
    assert_eq!(find(CONNECTOR).await.as_ref(), Some(&here));
    assert_eq!(find("branch").await.as_ref(), Some(&moved));
    let of_user = store.list_identities_by_user("zhangsan").await.unwrap();
    assert_eq!(of_user, [moved.clone(), here]);
    // The consent at the one ends, and the other has none to lose.
    let later = START.plus(Duration::from_secs(1));
    assert_eq!(store.sweep_consents(later, 10).await.unwrap(), 1);
    assert_eq!(find(CONNECTOR).await.unwrap().sealed, None);
    assert_eq!(find("branch").await, Some(moved));
}

/// A re-check writes what it learned, and neither brings back nor takes away what came by consent.
pub async fn s_106_what_the_directory_says_leaves_consent_alone(store: Arc<dyn Store>) {
    let subject = store.find_or_insert_subject(&subject(1)).await.unwrap();
    let learned = Identity {
        user_id: "zhangsan2".to_owned(),
        name: Some("moved".to_owned()),
        alias: None,
        position: None,
        departments: Vec::new(),
        main_department: None,
        tags: Vec::new(),
        updated_at: START.plus(Duration::from_secs(1)),
        ..identity(&subject)
    };
    let nobody = store.update_directory_facts(&learned).await;
    assert!(matches!(nobody, Err(StoreError::Conflict)), "{nobody:?}");
    for (sealed, consented_at) in [(None, None), (Some(vec![7]), Some(START))] {
        let written_meanwhile = Identity {
            sealed: sealed.clone(),
            consented_at,
            ..identity(&subject)
        };
        store.upsert_identity(&written_meanwhile).await.unwrap();
        store.update_directory_facts(&learned).await.unwrap();
        let expected = Identity {
            sealed,
            consented_at,
            ..learned.clone()
        };
        let found = store.find_identity(&subject.id, CONNECTOR).await.unwrap();
        assert_eq!(found, Some(expected.clone()));
        let by_user = store.list_identities_by_user("ZHANGSAN2").await.unwrap();
        assert_eq!(by_user, [expected]);
    }
    let elsewhere = Identity {
        corp_id: other_corp(),
        ..learned.clone()
    };
    let refused = store.update_directory_facts(&elsewhere).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    store.retire_subject(&subject.id, START).await.unwrap();
    let late = store.update_directory_facts(&learned).await;
    assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
}

/// Nothing is noted about somebody unknown, gone, or of another corp.
pub async fn an_identity_needs_a_subject_in_force_of_its_corp(store: Arc<dyn Store>) {
    let unknown = identity(&subject(9));
    let here = store.find_or_insert_subject(&subject(1)).await.unwrap();
    let misplaced = Identity {
        corp_id: other_corp(),
        ..identity(&here)
    };
    let gone = store.find_or_insert_subject(&subject(2)).await.unwrap();
    store.upsert_identity(&identity(&gone)).await.unwrap();
    store.retire_subject(&gone.id, START).await.unwrap();
    let late = Identity {
        name: None,
        ..identity(&gone)
    };
    for refused in [unknown, misplaced, late] {
        let answer = store.upsert_identity(&refused).await;
        assert!(matches!(answer, Err(StoreError::Conflict)), "{refused:?}");
        assert_ne!(
            store
                .find_identity(&refused.subject_id, CONNECTOR)
                .await
                .unwrap(),
            Some(refused)
        );
    }
}

/// An operator finds a person whatever case they type, in every corp, but not those who left.
pub async fn a_userid_is_found_in_any_case(store: Arc<dyn Store>) {
    let here = store.find_or_insert_subject(&subject(1)).await.unwrap();
    let mut elsewhere = subject(2);
    elsewhere.corp_id = other_corp();
    let elsewhere = store.find_or_insert_subject(&elsewhere).await.unwrap();
    let gone = store.find_or_insert_subject(&subject(3)).await.unwrap();
    for subject in [&here, &elsewhere, &gone] {
        store.upsert_identity(&identity(subject)).await.unwrap();
    }
    store.retire_subject(&gone.id, START).await.unwrap();
    let found = store.list_identities_by_user("ZHANGSAN").await.unwrap();
    assert_eq!(found, [identity(&here), identity(&elsewhere)]);
    assert_eq!(store.list_identities_by_user("zhang").await.unwrap(), []);
}

/// Consent that is over takes the fields with it, the oldest first and no more than asked; what never
/// needed consent stays, and so does everything else that is known.
pub async fn a_sweep_forgets_what_came_by_a_consent_that_is_over(store: Arc<dyn Store>) {
    let mut written = Vec::new();
    for (number, consented_after) in [(1, Some(3)), (2, Some(1)), (3, Some(2)), (4, None)] {
        let subject = store
            .find_or_insert_subject(&subject(number))
            .await
            .unwrap();
        let identity = Identity {
            sealed: Some(vec![u8::try_from(number).unwrap()]),
            consented_at: consented_after.map(|s| START.plus(Duration::from_secs(s))),
            ..identity(&subject)
        };
        store.upsert_identity(&identity).await.unwrap();
        written.push(identity);
    }
    let before = START.plus(Duration::from_secs(3));
    let sealed = async || {
        let mut sealed = Vec::new();
        for identity in &written {
            let found = store
                .find_identity(&identity.subject_id, CONNECTOR)
                .await
                .unwrap();
            let found = found.unwrap();
            assert_eq!(found.name, identity.name);
            assert_eq!(found.departments, identity.departments);
            assert_eq!(
                found.consented_at.is_some(),
                found.sealed.is_some() && found.sealed != Some(vec![4])
            );
            sealed.push(found.sealed.is_some());
        }
        sealed
    };
    assert_eq!(store.sweep_consents(before, 1).await.unwrap(), 1);
    assert_eq!(
        sealed().await,
        [true, false, true, true],
        "the oldest first"
    );
    assert_eq!(store.sweep_consents(before, 10).await.unwrap(), 1);
    assert_eq!(sealed().await, [true, false, false, true]);
    assert_eq!(store.sweep_consents(before, 10).await.unwrap(), 0);
}
