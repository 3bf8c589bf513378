//! Nobody ever reads what belongs to somebody else, and nobody is ever taken for somebody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Request, StatusCode, Version};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use wecom_sdk::Entropy;

use super::stage::{CLOSED, Stage};
use super::upstream::{Reply, Upstream};
use crate::account::{SESSION, sign_in_as};

/// How many people the browsers belong to.
const PEOPLE: usize = 64;

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
        let answer = open.ask(&tag, person(user));
        if draw % 4 == 0 {
            // Goes away in the middle: polled a little, then dropped with its connection.
            let patience = std::time::Duration::from_micros(u64::from(draw) * 20);
            let _ = tokio::time::timeout(patience, answer).await;
            continue;
        }
        let Some((head, who, body)) = answer.await else {
            continue;
        };
        assert_eq!(head, tag, "a head of somebody else");
        assert_eq!(
            who,
            format!("user-{}", person(user)),
            "{tag} was taken for somebody else"
        );
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

/// Whose browser it is. Numbers from 100 on, so that none is the one of other tests.
fn person(user: usize) -> usize {
    100 + user % PEOPLE
}

/// The session id of a person.
fn session(person: usize) -> String {
    format!("{person:0>43}")
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

    /// The tag and the person that came back, and the body. `None` when the gateway had too much to do, which it
    /// says in words of its own and of nobody else, or had closed a connection on which nothing came for long.
    async fn ask(&mut self, tag: &str, person: usize) -> Option<(String, String, String)> {
        let request = Request::get(format!("http://{CLOSED}/{tag}"))
            .header("x-tag", tag)
            .header("cookie", format!("{SESSION}={}", session(person)));
        let answer = match self {
            Self::Http1(sender) => {
                let request = request.header("host", CLOSED).body(Empty::new()).unwrap();
                sender.send_request(request).await.ok()?
            }
            Self::Http2(sender) => {
                let request = request.version(Version::HTTP_2).body(Empty::new()).unwrap();
                sender.send_request(request).await.ok()?
            }
        };
        let (head, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        if head.status == StatusCode::SERVICE_UNAVAILABLE {
            let text = String::from_utf8_lossy(&body).into_owned();
            assert!(
                !head.headers.contains_key("x-tag") && !text.contains("user-"),
                "{text}"
            );
            return None;
        }
        let text = |name: &str| {
            let value = head.headers.get(name);
            let value = value.unwrap_or_else(|| panic!("{}: {body:?}", head.status));
            value.to_str().unwrap().to_owned()
        };
        let body = String::from_utf8(body.to_vec()).unwrap();
        Some((text("x-tag"), text("x-who"), body))
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

/// Ten million by default; as many as `S_063_REQUESTS` says, where it says a number.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes an hour: cargo test --release -p menshen-gateway --test it s_063 -- --ignored"]
async fn s_063_no_answer_of_ten_million_ever_reaches_anybody_else() {
    #[expect(
        clippy::disallowed_methods,
        reason = "a number for whoever runs it by hand"
    )]
    let asked = std::env::var("S_063_REQUESTS").ok();
    let requests: usize = asked.map_or(10_000_000, |number| number.parse().unwrap());
    let users = 2000;
    mix(Crowd {
        users,
        rounds: requests.div_ceil(users),
    })
    .await;
}

async fn mix(crowd: Crowd) {
    let most = Arc::new(AtomicUsize::new(0));
    let connections = Arc::clone(&most);
    let app = Upstream::start(move |seen| {
        connections.fetch_max(seen.connection, Ordering::Relaxed);
        let tag = seen.all("x-tag")[0].to_owned();
        let who = seen.all("x-menshen-user")[0].to_owned();
        let body = format!("{tag}{}!", "x".repeat(3000));
        let length = body.len();
        Reply::Say(format!(
            "HTTP/1.1 200 OK\r\nx-tag: {tag}\r\nx-who: {who}\r\ncontent-length: {length}\r\n\r\n{body}"
        ))
    })
    .await
    .forgetful();
    let stage = Stage::on_threads(&[&app]).await;
    for number in 0..PEOPLE {
        let number = person(number);
        let subject = u128::try_from(number).unwrap();
        sign_in_as(&stage.house, &session(number), subject).await;
    }
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
