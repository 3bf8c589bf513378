//! S-191, S-206 and wrong secrets: WeCom blocks an address for an hour after repeated ones.

use std::sync::Arc;
use std::time::Duration;

use wecom_sdk::{Clock as _, Secret};

use crate::server::{Reply, Server};
use crate::stage::{self, ChangingSecret, member_reply, token_reply, zhangsan};

const GOOD: &str = "the-new-secret";

/// A server that accepts one secret.
async fn choosy(errcode: i64) -> Server {
    Server::start(move |asked| match asked.call.as_str() {
        "gettoken" if asked.query["corpsecret"] == GOOD => token_reply("token-1"),
        "gettoken" => Reply::errcode(errcode),
        _ => member_reply(asked),
    })
    .await
}

#[tokio::test]
async fn a_refused_secret_is_left_alone_for_a_while() {
    for errcode in [40001, 40013, 40091, 41004, 60020, 999_999] {
        let clock = stage::clock();
        let server = choosy(errcode).await;
        let client = stage::builder(&server)
            .clock(clock.clone())
            .build()
            .unwrap();
        let first = client.member(&zhangsan()).await.unwrap_err();
        assert!(first.is_rejected() && first.call() == "gettoken");
        for _ in 0..100 {
            let error = client.member(&zhangsan()).await.unwrap_err();
            assert_eq!(error.errcode(), Some(errcode));
            assert!(!error.is_rejected() && !error.is_retryable());
        }
        assert_eq!(server.count("gettoken"), 1, "{errcode}");
        let start = clock.now();
        while clock.now().since(start) < Duration::from_hours(1) {
            clock.advance(Duration::from_secs(20));
            assert!(client.check_credentials().await.is_err());
        }
        assert!(
            (5..=9).contains(&server.count("gettoken")),
            "tries in the first hour"
        );
    }
}

#[tokio::test]
async fn s_191_a_changed_secret_is_tried_at_once() {
    let secrets = ChangingSecret::new("the-old-secret");
    let server = choosy(40001).await;
    let client = stage::builder_with(&server, secrets.clone())
        .build()
        .unwrap();
    for _ in 0..10 {
        assert!(client.member(&zhangsan()).await.is_err());
    }
    secrets.change(Some(GOOD));
    assert!(client.member(&zhangsan()).await.is_ok());
    assert_eq!(server.count("gettoken"), 2);
}

#[tokio::test]
async fn s_191_a_secret_changed_while_the_token_lives_drops_that_token() {
    let secrets = ChangingSecret::new("first");
    let server = Server::start(|asked| match asked.call.as_str() {
        "gettoken" => token_reply(&asked.query["corpsecret"]),
        _ => member_reply(asked),
    })
    .await;
    let client = stage::builder_with(&server, secrets.clone())
        .build()
        .unwrap();
    for secret in ["first", "second", "third"] {
        secrets.change(Some(secret));
        assert!(client.member(&zhangsan()).await.is_ok());
        let last = server.asked("user/get").pop().unwrap();
        assert_eq!(last.query["access_token"], secret);
    }
    assert_eq!(server.count("gettoken"), 3);
}

/// The console reset the secret: WeCom refuses the token, then the secret in its place.
#[tokio::test]
async fn s_191_after_a_reset_the_error_names_the_secret() {
    let server = Server::start(|asked| match asked.call.as_str() {
        "gettoken" if asked.query["corpsecret"] == GOOD => token_reply("token-2"),
        "gettoken" => Reply::errcode(40001),
        _ if asked.query["access_token"] == "token-2" => member_reply(asked),
        _ => Reply::errcode(40014),
    })
    .await;
    let secrets = ChangingSecret::new("old");
    let client = stage::builder_with(&server, secrets.clone())
        .build()
        .unwrap();
    let error = client.member(&zhangsan()).await.unwrap_err();
    assert_eq!((error.call(), error.errcode()), ("gettoken", Some(40001)));
    secrets.change(Some(GOOD));
    assert!(client.member(&zhangsan()).await.is_ok());
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_fails_only_when_it_is_needed() {
    let clock = stage::clock();
    let secrets = ChangingSecret::new(GOOD);
    let server = choosy(40001).await;
    let client = stage::builder_with(&server, secrets.clone())
        .clock(clock.clone())
        .build()
        .unwrap();
    assert!(client.member(&zhangsan()).await.is_ok());
    secrets.change(None);
    assert!(
        client.member(&zhangsan()).await.is_ok(),
        "the token is still good"
    );
    clock.advance(Duration::from_hours(2));
    let error = client.member(&zhangsan()).await.unwrap_err();
    assert!(!error.is_retryable() && error.errcode().is_none());
    secrets.change(Some(GOOD));
    assert!(client.member(&zhangsan()).await.is_ok());
}

#[tokio::test]
async fn s_206_one_corps_refused_secret_does_not_touch_another() {
    let server = choosy(40001).await;
    let broken = stage::client(&server);
    let whole = stage::builder_with(&server, Arc::new(Secret::new(GOOD)))
        .build()
        .unwrap();
    for _ in 0..5 {
        assert!(broken.member(&zhangsan()).await.is_err());
        assert!(whole.member(&zhangsan()).await.is_ok());
    }
}

/// No answer says nothing about the secret: the next caller may try again.
#[tokio::test]
async fn s_196_a_fetch_without_an_answer_is_tried_again() {
    let turns = stage::InTurn::new(vec![|| Reply::Drops, || Reply::status(502, ""), || {
        token_reply("token-1")
    }]);
    let server = Server::start(move |asked| match asked.call.as_str() {
        "gettoken" => turns.next(),
        _ => member_reply(asked),
    })
    .await;
    let client = stage::client(&server);
    assert!(client.member(&zhangsan()).await.unwrap_err().is_transport());
    assert!(client.member(&zhangsan()).await.unwrap_err().is_transport());
    assert!(client.member(&zhangsan()).await.is_ok());
}
