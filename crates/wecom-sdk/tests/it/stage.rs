//! What most tests need: a client of the default app, a clock that stands still.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use wecom_sdk::{
    AgentId, Client, ClientBuilder, CorpId, Endpoints, ManualClock, Secret, SecretSource,
    SecretUnavailable, Timestamp, UserId,
};

use crate::server::{Asked, Reply, Server};

pub(crate) const CORP: &str = "ww5f1e2d3c4b5a6978";
pub(crate) const SECRET: &str = "sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA";

pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(Timestamp::from_seconds(1_700_000_000)))
}

/// A builder that talks to `server` and never waits long.
pub(crate) fn builder(server: &Server) -> ClientBuilder {
    builder_with(server, Arc::new(Secret::new(SECRET)))
}

pub(crate) fn builder_with(server: &Server, secrets: Arc<dyn SecretSource>) -> ClientBuilder {
    Client::builder(CorpId::parse(CORP).unwrap(), AgentId(1_000_002), secrets)
        .endpoints(Endpoints::all_at(&server.url()))
        .clock(clock())
        .pause(Duration::from_millis(1))
}

pub(crate) fn client(server: &Server) -> Client {
    builder(server).build().unwrap()
}

pub(crate) fn zhangsan() -> UserId {
    UserId::parse("zhangsan").unwrap()
}

pub(crate) fn token_reply(token: &str) -> Reply {
    Reply::json(format!(
        r#"{{"errcode":0,"errmsg":"ok","access_token":"{token}","expires_in":7200}}"#
    ))
}

pub(crate) fn member_reply(asked: &Asked) -> Reply {
    let user_id = asked.query.get("userid").cloned().unwrap_or_default();
    Reply::json(format!(
        r#"{{"errcode":0,"errmsg":"ok","userid":"{user_id}","name":"N","department":[1],"status":1}}"#
    ))
}

/// A server that hands out one token and answers every other call with `reply`.
pub(crate) async fn answering(reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |asked| match asked.call.as_str() {
        "gettoken" => token_reply("token-1"),
        _ => reply(asked),
    })
    .await
}

/// Draws each answer from a list, and repeats the last one.
pub(crate) struct InTurn {
    taken: AtomicUsize,
    replies: Vec<fn() -> Reply>,
}

impl InTurn {
    pub(crate) fn new(replies: Vec<fn() -> Reply>) -> Self {
        let taken = AtomicUsize::new(0);
        Self { taken, replies }
    }

    pub(crate) fn next(&self) -> Reply {
        let turn = self.taken.fetch_add(1, Ordering::SeqCst);
        self.replies[turn.min(self.replies.len() - 1)]()
    }
}

/// A secret that an operator changes.
#[derive(Debug)]
pub(crate) struct ChangingSecret(Mutex<Option<Secret>>);

impl ChangingSecret {
    pub(crate) fn new(secret: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Some(Secret::new(secret)))))
    }

    pub(crate) fn change(&self, secret: Option<&str>) {
        *self.0.lock().unwrap() = secret.map(Secret::new);
    }
}

impl SecretSource for ChangingSecret {
    fn secret(&self) -> Result<Secret, SecretUnavailable> {
        self.0.lock().unwrap().clone().ok_or(SecretUnavailable)
    }
}

/// Runs `count` of the same thing at once.
pub(crate) async fn at_once<T: Send + 'static>(
    count: usize,
    work: impl Fn() -> Pin<Box<dyn Future<Output = T> + Send>>,
) -> Vec<T> {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..count {
        tasks.spawn(work());
    }
    tasks.join_all().await
}
