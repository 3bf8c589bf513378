//! Nobody ever reads what belongs to somebody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Request, Version};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use wecom_sdk::Entropy;

use super::stage::{OPEN, Stage};
use super::upstream::{Reply, Upstream};

/// Browsers, and requests of each.
#[derive(Clone, Copy)]
struct Crowd {
    users: usize,
    rounds: usize,
}

/// One browser: asks, and now and then goes away before it has its answer.
async fn browse(
    address: std::net::SocketAddr,
    (user, rounds): (usize, usize),
    chance: Arc<Entropy>,
) -> usize {
    let mut whole = 0;
    let mut sender = None;
    for round in 0..rounds {
        let tag = format!("user-{user}-round-{round}");
        let [draw] = chance.bytes::<1>().unwrap();
        let is_http2 = user % 2 == 0;
        let mut open = match sender.take() {
            Some(open) => open,
            None => Sender::open(address, is_http2).await,
        };
        let answer = open.ask(&tag);
        if draw % 4 == 0 {
            // Goes away in the middle: polled a little, then dropped with its connection.
            let patience = std::time::Duration::from_micros(u64::from(draw) * 20);
            let _ = tokio::time::timeout(patience, answer).await;
            continue;
        }
        let (head, body) = answer.await;
        assert_eq!(head, tag, "a head of somebody else");
        assert!(
            body.starts_with(&tag) && body.ends_with('!'),
            "{tag}: a body of somebody else"
        );
        assert_eq!(body.len(), tag.len() + 3000 + 1);
        whole += 1;
        sender = Some(open);
    }
    whole
}

enum Sender {
    Http1(hyper::client::conn::http1::SendRequest<Empty<Bytes>>),
    Http2(hyper::client::conn::http2::SendRequest<Empty<Bytes>>),
}

impl Sender {
    async fn open(address: std::net::SocketAddr, is_http2: bool) -> Self {
        let io = TokioIo::new(TcpStream::connect(address).await.unwrap());
        if is_http2 {
            let shaken = hyper::client::conn::http2::handshake(TokioExecutor::new(), io);
            let (sender, connection) = shaken.await.unwrap();
            drop(tokio_util::task::TaskTracker::new().spawn(connection));
            return Self::Http2(sender);
        }
        let (sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
        drop(tokio_util::task::TaskTracker::new().spawn(connection));
        Self::Http1(sender)
    }

    async fn ask(&mut self, tag: &str) -> (String, String) {
        let request = Request::get(format!("http://{OPEN}/{tag}")).header("x-tag", tag);
        let answer = match self {
            Self::Http1(sender) => {
                let request = request.header("host", OPEN).body(Empty::new()).unwrap();
                sender.send_request(request).await.unwrap()
            }
            Self::Http2(sender) => {
                let request = request.version(Version::HTTP_2).body(Empty::new()).unwrap();
                sender.send_request(request).await.unwrap()
            }
        };
        let (head, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let tag = head.headers["x-tag"].to_str().unwrap().to_owned();
        (tag, String::from_utf8(body.to_vec()).unwrap())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_063_no_answer_ever_reaches_anybody_else() {
    mix(Crowd {
        users: 32,
        rounds: 40,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "ten million requests take an hour: cargo test --release -p menshen-gateway --test it s_063 -- --ignored"]
async fn s_063_no_answer_of_ten_million_ever_reaches_anybody_else() {
    mix(Crowd {
        users: 2000,
        rounds: 5000,
    })
    .await;
}

async fn mix(crowd: Crowd) {
    let most = Arc::new(AtomicUsize::new(0));
    let connections = Arc::clone(&most);
    let app = Upstream::start(move |seen| {
        connections.fetch_max(seen.connection, Ordering::Relaxed);
        let tag = seen.all("x-tag")[0].to_owned();
        let body = format!("{tag}{}!", "x".repeat(3000));
        let length = body.len();
        Reply::Say(format!(
            "HTTP/1.1 200 OK\r\nx-tag: {tag}\r\ncontent-length: {length}\r\n\r\n{body}"
        ))
    })
    .await
    .forgetful();
    let stage = Stage::before(&[&app]).await;
    let chance = Arc::new(Entropy::seeded(63));
    let mut browsers = JoinSet::new();
    for user in 0..crowd.users {
        let browsing = browse(stage.address, (user, crowd.rounds), Arc::clone(&chance));
        drop(browsers.spawn(browsing));
    }
    let mut whole = 0;
    while let Some(done) = browsers.join_next().await {
        whole += done.unwrap();
    }
    let asked = crowd.users * crowd.rounds;
    assert!(whole > asked / 2, "most browsers stayed: {whole}");
    let connections = most.load(Ordering::Relaxed);
    assert!(
        connections < asked / 2,
        "connections were used again: {connections}"
    );
}
