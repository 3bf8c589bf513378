//! Promises of [`WecomTokens`](crate::WecomTokens).
//!
//! In: an empty store. Each function is one promise and panics when it is broken. What the sealed bytes hold
//! is of no concern here.

use std::sync::Arc;
use std::time::Duration;

use wecom_sdk::AgentId;

use super::samples::{START, digest, other_corp, token, token_key};
use crate::{Store, WecomTokenKey};

/// At its end a token is no longer handed out.
pub async fn a_token_comes_back_until_it_ends(store: Arc<dyn Store>) {
    let (key, token) = (token_key(), token(b"sealed", START));
    assert_eq!(store.find_wecom_token(&key, START).await.unwrap(), None);
    store.upsert_wecom_token(&key, &token).await.unwrap();
    let just_before = token.expires_at.minus(Duration::from_millis(1));
    assert_eq!(
        store.find_wecom_token(&key, just_before).await.unwrap(),
        Some(token.clone())
    );
    assert_eq!(
        store
            .find_wecom_token(&key, token.expires_at)
            .await
            .unwrap(),
        None
    );
}

/// A slow node does not undo what a faster one fetched after it.
pub async fn an_older_token_does_not_replace_a_newer(store: Arc<dyn Store>) {
    let key = token_key();
    let newer = token(b"newer", START.plus(Duration::from_secs(1)));
    store.upsert_wecom_token(&key, &newer).await.unwrap();
    store
        .upsert_wecom_token(&key, &token(b"older", START))
        .await
        .unwrap();
    assert_eq!(
        store.find_wecom_token(&key, START).await.unwrap(),
        Some(newer)
    );
    let newest = token(b"newest", START.plus(Duration::from_secs(2)));
    store.upsert_wecom_token(&key, &newest).await.unwrap();
    assert_eq!(
        store.find_wecom_token(&key, START).await.unwrap(),
        Some(newest)
    );
}

/// Throwing away a bad token does not throw away its successor.
pub async fn a_newer_token_survives_the_deletion_of_an_older(store: Arc<dyn Store>) {
    let key = token_key();
    let later = START.plus(Duration::from_secs(1));
    store
        .upsert_wecom_token(&key, &token(b"newer", later))
        .await
        .unwrap();
    store.delete_wecom_token(&key, START).await.unwrap();
    assert!(store.find_wecom_token(&key, START).await.unwrap().is_some());
    store.delete_wecom_token(&key, later).await.unwrap();
    assert_eq!(store.find_wecom_token(&key, START).await.unwrap(), None);
}

/// Corp, agent and credential are all part of the key.
pub async fn tokens_of_two_apps_or_secrets_never_meet(store: Arc<dyn Store>) {
    let keys = [
        token_key(),
        WecomTokenKey {
            corp_id: other_corp(),
            ..token_key()
        },
        WecomTokenKey {
            agent_id: AgentId(1_000_003),
            ..token_key()
        },
        WecomTokenKey {
            credential: digest(8),
            ..token_key()
        },
    ];
    for (number, key) in (0_u8..).zip(&keys) {
        store
            .upsert_wecom_token(key, &token(&[number], START))
            .await
            .unwrap();
    }
    for (number, key) in (0_u8..).zip(&keys) {
        let found = store.find_wecom_token(key, START).await.unwrap();
        assert_eq!(found, Some(token(&[number], START)));
    }
}

/// Ended tokens do not pile up; living ones stay.
pub async fn a_sweep_takes_ended_tokens(store: Arc<dyn Store>) {
    let other = WecomTokenKey {
        credential: digest(8),
        ..token_key()
    };
    let ended = token(b"ended", START);
    let alive = token(b"alive", START.plus(Duration::from_mins(1)));
    store
        .upsert_wecom_token(&token_key(), &ended)
        .await
        .unwrap();
    store.upsert_wecom_token(&other, &alive).await.unwrap();
    assert_eq!(store.sweep_wecom_tokens(ended.expires_at).await.unwrap(), 0);
    assert_eq!(store.sweep_wecom_tokens(alive.expires_at).await.unwrap(), 1);
    assert_eq!(
        store.find_wecom_token(&other, START).await.unwrap(),
        Some(alive)
    );
}
