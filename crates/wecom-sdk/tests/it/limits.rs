//! S-197, S-198, S-202 and -1: how long, how often, and when not at all.

use std::sync::Arc;
use std::time::{Duration, Instant};

use wecom_sdk::{Client, ManualClock, MemoryStorage, Secret, Timestamp};

use crate::server::{Reply, Server};
use crate::stage::{self, InTurn, member_reply, token_reply, zhangsan};

const SHORT: Duration = Duration::from_millis(150);
/// Less than the default deadline, and enough for a machine that is busy.
const SOON: Duration = Duration::from_secs(4);

/// A client with a short deadline that has its token already.
async fn hasty(server: &Server) -> Client {
    let storage = Arc::new(MemoryStorage::default());
    let patient = stage::builder(server).token_storage(storage.clone());
    assert!(patient.build().unwrap().check_credentials().await.is_ok());
    let hasty = stage::builder(server).token_storage(storage).timeout(SHORT);
    hasty.pause(Duration::from_hours(1)).build().unwrap()
}

#[tokio::test]
async fn s_197_silence_and_dripping_end_at_the_deadline() {
    let replies: [fn() -> Reply; 2] = [|| Reply::Hangs, || Reply::Drips];
    for reply in replies {
        let server = stage::answering(move |_| reply()).await;
        let client = hasty(&server).await;
        let began = Instant::now();
        let error = client.member(&zhangsan()).await.unwrap_err();
        assert!(error.is_timeout() && error.is_retryable(), "{error:?}");
        assert_eq!(error.call(), "user/get");
        assert!(began.elapsed() >= SHORT && began.elapsed() < SOON);
    }
}

#[tokio::test]
async fn s_197_the_deadline_covers_the_token_too() {
    let server = Server::start(|_| Reply::Hangs).await;
    let client = stage::builder(&server).timeout(SHORT).build().unwrap();
    let began = Instant::now();
    assert!(client.member(&zhangsan()).await.unwrap_err().is_timeout());
    assert!(began.elapsed() < SOON);
    assert_eq!(server.count("user/get"), 0);
}

#[tokio::test]
async fn s_197_the_deadline_covers_the_repeats_too() {
    let server = stage::answering(|_| Reply::errcode(-1)).await;
    let client = hasty(&server).await;
    assert!(client.member(&zhangsan()).await.unwrap_err().is_timeout());
    assert!(server.count("user/get") <= 1);
}

#[tokio::test]
async fn busy_is_repeated_three_times_and_no_more() {
    let server = stage::answering(|_| Reply::errcode(-1)).await;
    let error = stage::client(&server)
        .member(&zhangsan())
        .await
        .unwrap_err();
    assert_eq!(error.errcode(), Some(-1));
    assert!(error.is_retryable());
    assert_eq!(server.count("user/get"), 4);
}

#[tokio::test]
async fn busy_once_is_not_noticed() {
    let turns = InTurn::new(vec![|| Reply::errcode(-1), || {
        Reply::json(r#"{"errcode":0,"userid":"zhangsan"}"#)
    }]);
    let server = stage::answering(move |_| turns.next()).await;
    assert!(stage::client(&server).member(&zhangsan()).await.is_ok());
    assert_eq!(server.count("user/get"), 2);
}

#[tokio::test]
async fn a_busy_token_fetch_is_repeated_too() {
    let turns = InTurn::new(vec![|| Reply::errcode(-1), || token_reply("token-1")]);
    let server = Server::start(move |asked| match asked.call.as_str() {
        "gettoken" => turns.next(),
        _ => member_reply(asked),
    })
    .await;
    assert!(stage::client(&server).member(&zhangsan()).await.is_ok());
    assert_eq!(server.count("gettoken"), 2);
}

/// Whether WeCom used the code up is unknown after -1, silence or a lost answer.
#[tokio::test]
async fn s_202_the_exchange_of_a_code_or_ticket_is_never_repeated() {
    let replies: [fn() -> Reply; 4] = [
        || Reply::errcode(-1),
        || Reply::Drops,
        || Reply::Drips,
        || Reply::status(502, ""),
    ];
    for reply in replies {
        let server = stage::answering(move |_| reply()).await;
        let deadline = Duration::from_secs(1);
        let client = stage::builder(&server).timeout(deadline).build().unwrap();
        let secret = Secret::new("used-once");
        let outcomes = tokio::join!(
            client.user_info(&secret),
            client.user_info_legacy(&secret),
            client.user_detail(&secret)
        );
        assert!(outcomes.0.is_err() && outcomes.1.is_err() && outcomes.2.is_err());
        assert_eq!(server.count("auth/getuserinfo"), 1);
        assert_eq!(server.count("user/getuserinfo"), 1);
        assert_eq!(server.count("auth/getuserdetail"), 1);
    }
}

#[tokio::test]
async fn s_198_a_limit_stops_that_call_for_a_minute() {
    for errcode in [45009, 45033] {
        let (clock, server) = limited("user/get", errcode).await;
        let client = stage::builder(&server)
            .clock(clock.clone())
            .build()
            .unwrap();
        assert!(client.member(&zhangsan()).await.unwrap_err().is_rejected());
        for _ in 0..100 {
            let error = client.member(&zhangsan()).await.unwrap_err();
            assert!(error.is_rate_limited() && !error.is_rejected(), "{error:?}");
            assert_eq!(error.errcode(), Some(errcode));
            assert!(
                error.explanation().is_some(),
                "the operator sees the reason"
            );
        }
        assert_eq!(server.count("user/get"), 1);
        assert!(client.tags().await.is_ok(), "other calls go on");
        clock.advance(Duration::from_mins(1));
        assert!(client.member(&zhangsan()).await.is_err());
        assert_eq!(server.count("user/get"), 2);
    }
}

#[tokio::test]
async fn s_198_a_limit_on_tokens_stops_fetching_them() {
    let (clock, server) = limited("gettoken", 45009).await;
    let client = stage::builder(&server)
        .clock(clock.clone())
        .build()
        .unwrap();
    for _ in 0..50 {
        let error = client.member(&zhangsan()).await.unwrap_err();
        assert!(error.is_rate_limited() && error.call() == "gettoken");
    }
    assert_eq!(server.count("gettoken"), 1);
    clock.advance(Duration::from_mins(1));
    assert!(client.check_credentials().await.is_err());
    assert_eq!(server.count("gettoken"), 2);
}

/// A server that limits one call.
async fn limited(call: &'static str, errcode: i64) -> (Arc<ManualClock>, Server) {
    let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_700_000_000)));
    let server = Server::start(move |asked| match asked.call.as_str() {
        asked if asked == call => Reply::errcode(errcode),
        "gettoken" => token_reply("token-1"),
        _ => member_reply(asked),
    })
    .await;
    (clock, server)
}
