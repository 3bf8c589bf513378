//! One fetch for many, for as long as the token lives, and no longer.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use wecom_sdk::{AgentId, Client, Clock as _, CorpId, Endpoints, MemoryStorage, Secret};

use crate::server::{Reply, Server};
use crate::stage::{self, at_once, member_reply, token_reply, zhangsan};
use crate::storage::Broken;

/// A server whose token fetch waits until the gate is opened.
async fn gated() -> (Server, watch::Sender<bool>) {
    let (open, gate) = watch::channel(false);
    let server = Server::start(move |asked| match asked.call.as_str() {
        "gettoken" => Reply::Gated(gate.clone(), Box::new(token_reply("token-1"))),
        _ => member_reply(asked),
    })
    .await;
    (server, open)
}

#[tokio::test]
async fn s_199_five_hundred_callers_cause_one_fetch() {
    let (server, open) = gated().await;
    let client = stage::client(&server);
    let callers = tokio::spawn(at_once_tokens(client));
    open.send(true).unwrap();
    let outcomes = callers.await.unwrap();
    assert_eq!(outcomes.iter().filter(|is_ok| **is_ok).count(), 500);
    assert_eq!(server.count("gettoken"), 1);
}

async fn at_once_tokens(client: Client) -> Vec<bool> {
    at_once(500, move || {
        let client = client.clone();
        Box::pin(async move { client.check_credentials().await.is_ok() })
    })
    .await
}

#[tokio::test]
async fn a_fetch_survives_the_caller_who_started_it() {
    let (server, open) = gated().await;
    let client = stage::client(&server);
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.member(&zhangsan()).await }
    });
    while server.count("gettoken") == 0 {
        tokio::task::yield_now().await;
    }
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    open.send(true).unwrap();
    assert!(client.member(&zhangsan()).await.is_ok());
    assert_eq!(server.count("gettoken"), 1);
}

#[tokio::test]
async fn a_token_is_used_until_its_last_fifth_and_then_renewed_in_the_background() {
    let clock = stage::clock();
    let server = stage::answering(member_reply).await;
    let client = stage::builder(&server)
        .clock(clock.clone())
        .build()
        .unwrap();
    assert!(client.member(&zhangsan()).await.is_ok());
    clock.advance(Duration::from_secs(7200 * 8 / 10 - 1));
    assert!(client.member(&zhangsan()).await.is_ok());
    assert_eq!(server.count("gettoken"), 1, "before the last fifth");
    clock.advance(Duration::from_secs(7200 / 10 + 1));
    assert!(client.member(&zhangsan()).await.is_ok());
    while server.count("gettoken") < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.count("user/get"), 3, "nobody waited or failed");
}

#[tokio::test]
async fn renewal_is_spread_out_between_nodes() {
    let mut moments = std::collections::BTreeSet::new();
    for seed in 0..12 {
        let clock = stage::clock();
        let server = stage::answering(member_reply).await;
        let client = stage::builder(&server)
            .clock(clock.clone())
            .entropy(Arc::new(wecom_sdk::Entropy::seeded(seed)))
            .build()
            .unwrap();
        assert!(client.check_credentials().await.is_ok());
        let mut minute = 0;
        while server.count("gettoken") < 2 {
            clock.advance(Duration::from_mins(1));
            minute += 1;
            assert!(minute <= 108, "not in the last tenth");
            assert!(client.member(&zhangsan()).await.is_ok());
        }
        assert!(minute >= 96, "not before the last fifth: {minute}");
        moments.insert(minute);
    }
    assert!(moments.len() > 3, "{moments:?}");
}

#[tokio::test]
async fn s_201_the_length_of_life_is_forced_into_what_can_be_true() {
    for (said, seconds) in [
        ("0", 60),
        ("-7200", 60),
        ("1", 60),
        ("300", 300),
        ("7200", 7200),
        ("1000000000", 7200),
        ("1e9", 7200),
        ("99999999999999999999", 7200),
        ("\"7200\"", 60),
        ("null", 60),
    ] {
        let clock = stage::clock();
        let server = Server::start(move |_| {
            Reply::json(format!(
                r#"{{"errcode":0,"access_token":"t","expires_in":{said}}}"#
            ))
        })
        .await;
        let storage = Arc::new(MemoryStorage::default());
        let client = stage::builder(&server)
            .clock(clock.clone())
            .token_storage(storage.clone())
            .build()
            .unwrap();
        assert!(client.check_credentials().await.is_ok());
        // Twenty callers within that life: nothing spins.
        for _ in 0..20 {
            assert!(client.check_credentials().await.is_ok());
        }
        assert_eq!(server.count("gettoken"), 1, "{said}");
        let stored = format!("{storage:?}");
        let ends_at = clock.now().plus(Duration::from_secs(seconds)).as_millis();
        assert!(stored.contains(&ends_at.to_string()), "{said}: {stored}");
    }
}

#[tokio::test]
async fn s_201_a_missing_length_is_taken_as_the_shortest() {
    let clock = stage::clock();
    let server = Server::start(|_| Reply::json(r#"{"errcode":0,"access_token":"t"}"#)).await;
    let client = stage::builder(&server)
        .clock(clock.clone())
        .build()
        .unwrap();
    assert!(client.check_credentials().await.is_ok());
    clock.advance(Duration::from_secs(61));
    assert!(client.check_credentials().await.is_ok());
    assert_eq!(server.count("gettoken"), 2);
}

#[tokio::test]
async fn an_answer_without_a_token_is_unreadable() {
    for answer in [
        r#"{"errcode":0}"#,
        r#"{"errcode":0,"access_token":""}"#,
        r#"{"errcode":0,"access_token":7}"#,
        r#"{"errcode":0,"access_token":"a b"}"#,
        r#"{"errcode":0,"access_token":"a","access_token":"b"}"#,
    ] {
        let server = Server::start(move |_| Reply::json(answer)).await;
        let error = stage::client(&server)
            .check_credentials()
            .await
            .unwrap_err();
        assert!(error.is_unreadable(), "{answer}");
    }
}

#[tokio::test]
async fn s_104_tokens_of_two_apps_and_two_corps_never_meet() {
    let server = Server::start(|asked| match asked.call.as_str() {
        "gettoken" => token_reply(&format!(
            "{}.{}",
            asked.query["corpid"], asked.query["corpsecret"]
        )),
        _ => member_reply(asked),
    })
    .await;
    let storage = Arc::new(MemoryStorage::default());
    for (corp, agent, secret) in [
        ("ww1", 1, "secret-a"),
        ("ww1", 2, "secret-b"),
        ("ww2", 1, "secret-a"),
        ("ww1", 1, "secret-c"),
    ] {
        let corp_id = CorpId::parse(corp).unwrap();
        let client = Client::builder(corp_id, AgentId(agent), Arc::new(Secret::new(secret)))
            .endpoints(Endpoints::all_at(&server.url()))
            .clock(stage::clock())
            .token_storage(storage.clone())
            .build()
            .unwrap();
        assert!(client.member(&zhangsan()).await.is_ok());
        let last = server.asked("user/get").pop().unwrap();
        assert_eq!(last.query["access_token"], format!("{corp}.{secret}"));
    }
    assert_eq!(server.count("gettoken"), 4);
}

#[tokio::test]
async fn nodes_that_share_a_storage_share_the_token() {
    let server = stage::answering(member_reply).await;
    let storage = Arc::new(MemoryStorage::default());
    for _ in 0..3 {
        let node = stage::builder(&server)
            .token_storage(storage.clone())
            .build()
            .unwrap();
        assert!(node.member(&zhangsan()).await.is_ok());
    }
    assert_eq!(server.count("gettoken"), 1);
}

#[tokio::test]
async fn a_broken_storage_costs_no_call() {
    let server = stage::answering(member_reply).await;
    let client = stage::builder(&server)
        .token_storage(Arc::new(Broken))
        .build()
        .unwrap();
    for _ in 0..3 {
        assert!(client.member(&zhangsan()).await.is_ok());
    }
    assert_eq!(server.count("gettoken"), 1);
}

/// Chance only spreads renewals and repeats out here; no secret is drawn.
#[tokio::test]
async fn s_192_without_chance_tokens_are_still_fetched_and_kept() {
    let server = stage::answering(member_reply).await;
    let entropy = Arc::new(wecom_sdk::Entropy::failing());
    let client = stage::builder(&server).entropy(entropy).build().unwrap();
    assert!(client.member(&zhangsan()).await.is_ok());
    assert!(client.member(&zhangsan()).await.is_ok());
    assert_eq!(server.count("gettoken"), 1);
}
