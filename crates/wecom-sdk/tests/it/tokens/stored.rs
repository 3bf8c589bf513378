//! What a storage promises, and how the source treats one that is shared.

use std::sync::Arc;
use std::time::Duration;

use wecom_sdk::{
    AgentId, Clock as _, CorpId, MemoryStorage, Secret, StoredToken, Timestamp, TokenKey,
    TokenKind, TokenStorage as _,
};

use crate::server::{Reply, Server};
use crate::stage::{self, InTurn, member_reply, token_reply, zhangsan};

const START: Timestamp = Timestamp::from_seconds(1_700_000_000);

fn key(agent: u32, credential: u8) -> TokenKey {
    TokenKey {
        kind: TokenKind::AccessToken,
        corp_id: CorpId::parse(stage::CORP).unwrap(),
        agent_id: Some(AgentId(agent)),
        credential: [credential; 32],
    }
}

fn token(text: &str, second: u64) -> StoredToken {
    let fetched_at = START.plus(Duration::from_secs(second));
    let expires_at = fetched_at.plus(Duration::from_hours(2));
    StoredToken::new(Secret::new(text), fetched_at, expires_at)
}

async fn text_in(storage: &MemoryStorage, key: &TokenKey) -> Option<String> {
    let stored = storage.load(key).await.unwrap();
    stored.map(|token| token.token.expose().to_owned())
}

#[tokio::test]
async fn s_200_a_storage_keeps_the_token_that_was_fetched_later() {
    let (storage, key) = (MemoryStorage::default(), key(1, 1));
    storage.save(&key, &token("new", 10)).await.unwrap();
    storage.save(&key, &token("old", 0)).await.unwrap();
    assert_eq!(text_in(&storage, &key).await.as_deref(), Some("new"));
    storage.forget(&key, START).await.unwrap();
    assert_eq!(
        text_in(&storage, &key).await.as_deref(),
        Some("new"),
        "not the one that failed"
    );
    storage
        .forget(&key, token("new", 10).fetched_at)
        .await
        .unwrap();
    assert_eq!(text_in(&storage, &key).await, None);
}

#[tokio::test]
async fn s_104_a_new_secret_replaces_the_old_ones_token_and_no_other_apps() {
    let storage = MemoryStorage::default();
    for (key, text) in [(key(1, 1), "a"), (key(2, 1), "b"), (key(1, 2), "c")] {
        storage.save(&key, &token(text, 0)).await.unwrap();
    }
    assert_eq!(text_in(&storage, &key(1, 1)).await, None);
    assert_eq!(text_in(&storage, &key(2, 1)).await.as_deref(), Some("b"));
    assert_eq!(text_in(&storage, &key(1, 2)).await.as_deref(), Some("c"));
}

/// A node that starts later must not begin with a token that is known to be dead.
#[tokio::test]
async fn s_200_a_refused_token_leaves_the_storage_even_if_no_other_can_be_fetched() {
    let turns = InTurn::new(vec![|| token_reply("token-1"), || Reply::Drops]);
    let server = Server::start(move |asked| match asked.call.as_str() {
        "gettoken" => turns.next(),
        _ => Reply::errcode(42001),
    })
    .await;
    let storage = Arc::new(MemoryStorage::default());
    let client = stage::builder(&server)
        .token_storage(storage.clone())
        .build()
        .unwrap();
    assert!(client.check_credentials().await.is_ok());
    assert!(format!("{storage:?}").contains("fetched_at"));
    assert!(client.member(&zhangsan()).await.unwrap_err().is_transport());
    assert!(!format!("{storage:?}").contains("fetched_at"));
}

#[tokio::test]
async fn s_203_a_clock_that_steps_back_stops_nobody() {
    let clock = stage::clock();
    let turns = InTurn::new(vec![|| token_reply("token-1"), || token_reply("token-2")]);
    let server = Server::start(move |asked| match asked.call.as_str() {
        "gettoken" => turns.next(),
        _ if asked.query["access_token"] == "token-1" => Reply::errcode(42001),
        _ => member_reply(asked),
    })
    .await;
    let storage = Arc::new(MemoryStorage::default());
    let node = || {
        let builder = stage::builder(&server).token_storage(storage.clone());
        builder.clock(clock.clone()).build().unwrap()
    };
    let first = node();
    assert!(first.check_credentials().await.is_ok());
    clock.step_back(Duration::from_hours(24));
    assert!(first.member(&zhangsan()).await.is_ok());
    assert!(
        node().member(&zhangsan()).await.is_ok(),
        "the storage has the new one"
    );
    assert_eq!(server.count("gettoken"), 2);
    assert!(clock.now() < START);
}

/// A token that claims to live for ever, or that has ended, is not taken from a storage.
#[tokio::test]
async fn s_203_a_stored_token_with_impossible_times_is_not_believed() {
    let server = stage::answering(member_reply).await;
    for (fetched, life) in [
        (0, Duration::from_hours(30)),
        (0, Duration::ZERO),
        (90_000, Duration::from_hours(2)),
    ] {
        let storage = Arc::new(MemoryStorage::default());
        let credential = credential_of(stage::SECRET);
        let key = TokenKey {
            credential,
            ..key(1_000_002, 0)
        };
        let mut planted = token("planted", fetched);
        planted.expires_at = planted.fetched_at.plus(life);
        storage.save(&key, &planted).await.unwrap();
        let client = stage::builder(&server)
            .token_storage(storage)
            .build()
            .unwrap();
        assert!(client.member(&zhangsan()).await.is_ok());
        let last = server.asked("user/get").pop().unwrap();
        assert_eq!(last.query["access_token"], "token-1", "{fetched} {life:?}");
    }
}

#[tokio::test]
async fn a_stored_token_with_possible_times_is_taken_and_the_key_is_the_secrets_digest() {
    let server = stage::answering(member_reply).await;
    let storage = Arc::new(MemoryStorage::default());
    let credential = credential_of(stage::SECRET);
    let key = TokenKey {
        credential,
        ..key(1_000_002, 0)
    };
    storage.save(&key, &token("planted", 0)).await.unwrap();
    let client = stage::builder(&server)
        .token_storage(storage)
        .build()
        .unwrap();
    assert!(client.member(&zhangsan()).await.is_ok());
    assert_eq!(server.count("gettoken"), 0);
}

fn credential_of(secret: &str) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, secret.as_bytes());
    digest.as_ref().try_into().unwrap()
}

#[test]
fn s_084_neither_key_nor_token_shows_what_it_holds() {
    let words = format!("{:?} {:?}", key(1, 0xCA), token("CANARY", 0));
    assert!(
        !words.contains("CANARY") && !words.contains("202"),
        "{words}"
    );
}
