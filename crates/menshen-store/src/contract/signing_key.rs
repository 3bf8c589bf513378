//! Promises of [`SigningKeys`](crate::SigningKeys).

use std::sync::Arc;
use std::time::Duration;

use wecom_sdk::Timestamp;

use super::samples::START;
use crate::{KeyUse, SigningKey, Store, StoreError};

const HOUR: Duration = Duration::from_hours(1);

fn key(id: &str, signs_from: Timestamp) -> SigningKey {
    SigningKey {
        id: id.to_owned(),
        key_use: KeyUse::Assertion,
        public: vec![4, 0, 255],
        sealed: vec![1, 0, 255, 7],
        created_at: START,
        signs_from,
        withdrawn_at: None,
    }
}

async fn listed(store: &Arc<dyn Store>, now: Timestamp) -> Vec<SigningKey> {
    let keys = store.list_signing_keys(KeyUse::Assertion, now).await;
    keys.unwrap()
}

/// Every field survives.
pub async fn a_key_comes_back_as_it_was_written(store: Arc<dyn Store>) {
    let first = key("first", START);
    assert!(store.insert_first_signing_key(&first).await.unwrap());
    assert_eq!(listed(&store, START).await, [first]);
}

/// Gateways that start together agree on one key.
pub async fn of_many_first_keys_one_is_written(store: Arc<dyn Store>) {
    let mut calls = Vec::new();
    for number in 0..20 {
        let store = Arc::clone(&store);
        calls.push(tokio::spawn(async move {
            let key = key(&format!("key{number}"), START);
            store.insert_first_signing_key(&key).await.unwrap()
        }));
    }
    let mut written = 0;
    for call in calls {
        written += u32::from(call.await.unwrap());
    }
    assert_eq!(written, 1);
    assert_eq!(listed(&store, START).await.len(), 1);
}

/// The one that follows is there at once; the one before stays until its end and is no longer listed
/// then. A key that ends already is left alone by the next rotation.
pub async fn a_rotation_withdraws_what_nothing_followed_yet(store: Arc<dyn Store>) {
    let first = key("first", START);
    let second = key("second", START.plus(HOUR));
    let third = key("third", START.plus(3 * HOUR));
    let (first_ends, second_ends) = (START.plus(2 * HOUR), START.plus(4 * HOUR));
    assert!(store.insert_first_signing_key(&first).await.unwrap());
    store.rotate_signing_key(&second, first_ends).await.unwrap();
    store.rotate_signing_key(&third, second_ends).await.unwrap();
    let ids = async |now| {
        let keys = listed(&store, now).await.into_iter();
        keys.map(|key| key.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(START).await, ["first", "second", "third"]);
    assert_eq!(ids(first_ends).await, ["second", "third"]);
    assert_eq!(ids(second_ends).await, ["third"]);
}

/// A failed rotation leaves the keys as they were.
pub async fn a_rotation_is_all_or_nothing(store: Arc<dyn Store>) {
    let first = key("first", START);
    assert!(store.insert_first_signing_key(&first).await.unwrap());
    let again = store.rotate_signing_key(&first, START.plus(HOUR)).await;
    assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
    assert_eq!(listed(&store, START).await, [first]);
}

/// Nothing of a withdrawn key is kept, and the way is free for a first one again.
pub async fn s_151_a_sweep_deletes_withdrawn_keys(store: Arc<dyn Store>) {
    let ended = SigningKey {
        withdrawn_at: Some(START),
        ..key("ended", START)
    };
    assert!(store.insert_first_signing_key(&ended).await.unwrap());
    let alive = key("alive", START);
    assert!(store.insert_first_signing_key(&alive).await.unwrap());
    assert_eq!(store.sweep_signing_keys(START).await.unwrap(), 1);
    assert_eq!(listed(&store, START.minus(HOUR)).await, [alive]);
}
