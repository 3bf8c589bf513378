//! Two gateways on one store are restarted in turn while people work.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use e2e::outside::{Client, Upstream};
use e2e::stage::{HOST, Stage};
use tokio::io::{AsyncReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

const SITE: &str = r#"
[[site]]
host = "login.corp.example"
upstream = "http://UPSTREAM"
"#;
/// How many people work at a time.
const PEOPLE: usize = 8;
/// How many WebSockets each gateway carries.
const SOCKETS: usize = 5;
/// What a gateway may take for its end.
const DRAIN: Duration = Duration::from_secs(30);
/// The last frame of a gateway that goes away.
const GOING_AWAY: [u8; 4] = [0x88, 2, 0x03, 0xe9];

/// Where the gateways are, as a balancer in front of them knows it.
#[derive(Clone, Debug, Default)]
struct Balancer(Arc<Mutex<Vec<SocketAddr>>>);

impl Balancer {
    fn know(&self, stage: &Stage) {
        let nodes = stage.nodes.iter();
        *self.0.lock().unwrap() = nodes.map(|node| node.address).collect();
    }

    fn first(&self, turn: usize) -> Vec<SocketAddr> {
        let mut addresses = self.0.lock().unwrap().clone();
        let length = addresses.len();
        addresses.rotate_left(turn % length);
        addresses
    }

    /// Asks one gateway, and another where the first one is gone without a word: what every balancer does with
    /// a request that may be repeated.
    async fn ask(&self, turn: usize, line: &str, head: &str) -> u16 {
        for address in self.first(turn) {
            if let Some(status) = Client::to(address).try_ask(line, head).await {
                return status;
            }
        }
        0
    }
}

async fn socket(address: SocketAddr, head: &str) -> BufReader<TcpStream> {
    let head = format!(
        "{head}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    );
    let mut client = Client::to(address);
    let answer = client.ask("GET /socket", &head).await;
    assert_eq!(answer.status(), 101, "{answer:#?}");
    client.into_stream()
}

/// Two gateways on one store, with a site behind both, and 张三 signed in.
async fn gateways(upstream: &Upstream) -> (Stage, String) {
    let site = SITE.replace("UPSTREAM", &upstream.address.to_string());
    let mut stage = Stage::with(|setup| {
        setup.log_level = tracing::Level::WARN;
        setup
            .top
            .push("trusted_proxies = [\"127.0.0.1\"]".to_owned());
        setup.sites.push(site);
    })
    .await;
    stage.add_node().await;
    let browser = stage.signed_in("zhangsan").await;
    let session = browser.cookie(&stage.address("/"), "menshen_session");
    let session = session.expect("no session");
    let head = format!("Host: {HOST}\r\nCookie: __Host-menshen_session={session}\r\n");
    (stage, head)
}

/// People at work, until they are told that it is over.
struct Crowd {
    is_over: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    people: JoinSet<()>,
}

impl Crowd {
    fn gather(balancer: &Balancer, head: &str) -> Self {
        let mut this = Self {
            is_over: Arc::default(),
            answered: Arc::default(),
            people: JoinSet::new(),
        };
        for person in 0..PEOPLE {
            let (is_over, answered) = (Arc::clone(&this.is_over), Arc::clone(&this.answered));
            let (balancer, head) = (balancer.clone(), head.to_owned());
            this.people.spawn(async move {
                let question = format!(
                    "{head}X-Forwarded-Host: {HOST}\r\nX-Forwarded-Method: GET\r\nX-Forwarded-Uri: /page\r\n"
                );
                let mut turn = person;
                while !is_over.load(Ordering::Relaxed) {
                    let status = balancer.ask(turn, "GET /_menshen/check", &question).await;
                    assert_eq!(status, 200, "a check failed");
                    let status = balancer.ask(turn, "GET /page", &head).await;
                    assert_eq!(status, 200, "a page failed");
                    answered.fetch_add(2, Ordering::Relaxed);
                    turn += 1;
                }
            });
        }
        this
    }

    /// Waits for so many more answers.
    async fn works(&self, count: usize) {
        let goal = self.answered.load(Ordering::Relaxed) + count;
        let working = async {
            while self.answered.load(Ordering::Relaxed) < goal {
                tokio::task::yield_now().await;
            }
        };
        let is_done = tokio::time::timeout(DRAIN, working).await;
        is_done.expect("nobody is answered any more");
    }

    async fn go_home(self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.people.join_all().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_214_nobody_notices_that_the_gateways_are_restarted_in_turn() {
    let upstream = Upstream::start().await;
    let (mut stage, head) = gateways(&upstream).await;
    let balancer = Balancer::default();
    balancer.know(&stage);
    let crowd = Crowd::gather(&balancer, &head);
    for _ in 0..2 {
        let mut sockets = Vec::new();
        for _ in 0..SOCKETS {
            sockets.push(socket(stage.nodes[0].address, &head).await);
        }
        crowd.works(200).await;
        let began = Instant::now();
        // The node checks that nothing was cut and nothing left undone.
        stage.nodes.remove(0).stop().await;
        assert!(began.elapsed() < DRAIN, "{:?}", began.elapsed());
        for mut socket in sockets {
            let mut last = Vec::new();
            socket.read_to_end(&mut last).await.unwrap();
            assert_eq!(last, GOING_AWAY);
        }
        crowd.works(200).await;
        stage.add_node().await;
        balancer.know(&stage);
        crowd.works(200).await;
    }
    crowd.go_home().await;
    stage.end().await;
}
