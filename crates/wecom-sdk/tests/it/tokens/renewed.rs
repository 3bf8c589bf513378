//! S-199, S-200: tokens that WeCom ended early.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use wecom_sdk::{Client, ManualClock, MemoryStorage, Secret};

use crate::server::{Asked, Reply, Server};
use crate::stage::{self, at_once, member_reply, token_reply, zhangsan};

/// A WeCom whose tokens end when a test says so.
#[derive(Clone, Default)]
struct Tokens {
    issued: Arc<AtomicUsize>,
    good: Arc<Mutex<BTreeSet<String>>>,
    /// Whether a fetch gives the present token again while it is good.
    is_same: bool,
}

impl Tokens {
    async fn start(self, errcode: i64) -> Server {
        Server::start(move |asked| self.answer(asked, errcode)).await
    }

    fn answer(&self, asked: &Asked, errcode: i64) -> Reply {
        if asked.call == "gettoken" {
            return token_reply(&self.issue());
        }
        let is_good = self
            .good
            .lock()
            .unwrap()
            .contains(&asked.query["access_token"]);
        if is_good {
            member_reply(asked)
        } else {
            Reply::errcode(errcode)
        }
    }

    fn issue(&self) -> String {
        let mut good = self.good.lock().unwrap();
        if let Some(present) = good.last().filter(|_| self.is_same) {
            return present.clone();
        }
        let token = format!("token-{}", self.issued.fetch_add(1, Ordering::SeqCst));
        good.insert(token.clone());
        token
    }

    fn end_all(&self) {
        self.good.lock().unwrap().clear();
    }
}

/// Five hundred calls at once take longer than a call may, on a machine that does much else: counted is how many
/// go out, not how fast.
const PATIENCE: Duration = Duration::from_mins(5);

async fn calls(client: Client, count: usize) -> Vec<Option<i64>> {
    at_once(count, move || {
        let client = client.clone();
        Box::pin(async move {
            client
                .member(&zhangsan())
                .await
                .err()
                .and_then(|e| e.errcode())
        })
    })
    .await
}

#[tokio::test]
async fn s_199_a_token_that_ended_early_is_renewed_once_for_five_hundred_calls() {
    for errcode in [40014, 42001, 40001] {
        let tokens = Tokens::default();
        let server = tokens.clone().start(errcode).await;
        let client = stage::builder(&server).timeout(PATIENCE).build().unwrap();
        assert!(client.check_credentials().await.is_ok());
        tokens.end_all();
        let outcomes = calls(client, 500).await;
        assert_eq!(outcomes, vec![None; 500], "{errcode}");
        assert_eq!(server.count("gettoken"), 2, "{errcode}");
        assert!(
            server.count("user/get") <= 1000,
            "each call is repeated at most once"
        );
    }
}

#[tokio::test]
async fn s_199_when_the_new_token_fails_too_nothing_loops_or_storms() {
    let clock = stage::clock();
    let server = stage::answering(|_| Reply::errcode(40014)).await;
    let client = stage::builder(&server)
        .clock(clock.clone())
        .timeout(PATIENCE)
        .build()
        .unwrap();
    let outcomes = calls(client.clone(), 500).await;
    assert_eq!(outcomes, vec![Some(40014); 500]);
    assert_eq!(server.count("gettoken"), 2);
    assert!(server.count("user/get") <= 1000);
    let outcomes = calls(client.clone(), 100).await;
    assert_eq!(outcomes, vec![Some(40014); 100]);
    assert_eq!(
        server.count("gettoken"),
        2,
        "the next calls fetch nothing either"
    );
    clock.advance(Duration::from_mins(1));
    assert_eq!(calls(client, 100).await, vec![Some(40014); 100]);
    assert_eq!(server.count("gettoken"), 3, "one more try after a minute");
}

/// A token that works ends the distrust: the next early end is repaired at once.
#[tokio::test]
async fn s_199_distrust_ends_with_the_first_call_that_works() {
    let turns = stage::InTurn::new(vec![
        || Reply::errcode(40014),
        || Reply::errcode(40014),
        || Reply::json(r#"{"errcode":0,"userid":"zhangsan"}"#),
        || Reply::errcode(40014),
        || Reply::json(r#"{"errcode":0,"userid":"zhangsan"}"#),
    ]);
    let server = stage::answering(move |_| turns.next()).await;
    let client = stage::client(&server);
    assert!(client.member(&zhangsan()).await.is_err());
    assert!(client.member(&zhangsan()).await.is_ok());
    assert!(client.member(&zhangsan()).await.is_ok());
    assert_eq!(server.count("gettoken"), 3);
}

#[tokio::test]
async fn a_code_is_exchanged_once_more_after_a_stale_token_only() {
    let tokens = Tokens::default();
    let server = tokens.clone().start(42001).await;
    let client = stage::client(&server);
    assert!(client.check_credentials().await.is_ok());
    tokens.end_all();
    let _unreadable = client.user_info(&Secret::new("c0de")).await;
    let asked = server.asked("auth/getuserinfo");
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].query["code"], asked[1].query["code"]);
    assert_ne!(
        asked[0].query["access_token"],
        asked[1].query["access_token"]
    );
}

#[tokio::test]
async fn a_fetch_that_gives_the_same_token_again_is_no_trouble() {
    let tokens = Tokens {
        is_same: true,
        ..Tokens::default()
    };
    let clock = stage::clock();
    let server = tokens.clone().start(40014).await;
    let client = stage::builder(&server)
        .clock(clock.clone())
        .build()
        .unwrap();
    for _ in 0..5 {
        assert!(client.member(&zhangsan()).await.is_ok());
        clock.advance(Duration::from_secs(7000));
    }
    assert_eq!(tokens.issued.load(Ordering::SeqCst), 1);
}

fn node(server: &Server, storage: &Arc<MemoryStorage>, clock: &Arc<ManualClock>) -> Client {
    stage::builder(server)
        .token_storage(storage.clone())
        .clock(clock.clone())
        .build()
        .unwrap()
}

#[tokio::test]
async fn s_200_a_node_with_an_older_token_takes_the_newer_one_of_the_storage() {
    // Two nodes may well fetch within one tick of the clock.
    for between in [Duration::from_secs(1), Duration::ZERO] {
        take_the_newer_one(between).await;
    }
}

async fn take_the_newer_one(between: Duration) {
    let tokens = Tokens::default();
    let clock = stage::clock();
    let server = tokens.clone().start(42001).await;
    let storage = Arc::new(MemoryStorage::default());
    let nodes = [
        node(&server, &storage, &clock),
        node(&server, &storage, &clock),
    ];
    for node in &nodes {
        assert!(node.member(&zhangsan()).await.is_ok());
    }
    tokens.end_all();
    clock.advance(between);
    for node in &nodes {
        assert!(node.member(&zhangsan()).await.is_ok());
    }
    assert_eq!(
        server.count("gettoken"),
        2,
        "the second node fetched nothing"
    );
    for node in &nodes {
        assert!(node.member(&zhangsan()).await.is_ok());
    }
    assert_eq!(server.count("user/get"), 2 + 4 + 2, "they converged");
}

#[tokio::test]
async fn s_200_without_a_shared_storage_both_nodes_work() {
    for is_same in [false, true] {
        let tokens = Tokens {
            is_same,
            ..Tokens::default()
        };
        let server = tokens.clone().start(42001).await;
        let nodes = [stage::client(&server), stage::client(&server)];
        for _ in 0..3 {
            for node in &nodes {
                assert!(node.member(&zhangsan()).await.is_ok());
            }
        }
        assert_eq!(server.count("gettoken"), 2);
        assert_eq!(
            server.count("user/get"),
            6,
            "nobody threw anybody's token away"
        );
    }
}
