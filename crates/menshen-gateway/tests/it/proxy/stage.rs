//! A gateway on a socket, with applications behind it.

use std::net::SocketAddr;
use std::num::NonZeroUsize;

use http::StatusCode;
use menshen_gateway::listen::Workers;
use menshen_gateway::{Parts, Server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::upstream::Upstream;
use crate::account::{SESSION, id, sign_in};
use crate::harness::{Answer, CONFIG, House};

/// A host that everybody may open.
pub(super) const OPEN: &str = "app.example.com";
/// The gateway's own host, which needs a session but for `/public/`.
pub(super) const CLOSED: &str = "login.example.com";

pub(super) struct Stage {
    pub(super) house: House,
    pub(super) address: SocketAddr,
    stop: CancellationToken,
    _stops: DropGuard,
}

impl Stage {
    /// Both hosts lead to these applications.
    pub(super) async fn before(upstreams: &[&Upstream]) -> Self {
        Self::with(upstreams, "").await
    }

    pub(super) async fn with(upstreams: &[&Upstream], timeouts: &str) -> Self {
        let urls: Vec<String> = upstreams.iter().map(|upstream| upstream.url()).collect();
        Self::at(&urls, timeouts).await
    }

    /// On another configuration than the usual one.
    pub(super) async fn of(config: &str, upstreams: &[&Upstream]) -> Self {
        let urls: Vec<String> = upstreams.iter().map(|upstream| upstream.url()).collect();
        Self::built(config, &urls, "", |_| {}).await
    }

    /// The same, by the addresses of applications; with further keys for the open host.
    pub(super) async fn at(urls: &[String], keys: &str) -> Self {
        Self::changed(urls, keys, |_| {}).await
    }

    /// The same, with some parts that are others.
    pub(super) async fn changed(
        urls: &[String],
        keys: &str,
        change: impl FnOnce(&mut Parts),
    ) -> Self {
        Self::built(CONFIG, urls, keys, change).await
    }

    async fn built(
        config_text: &str,
        urls: &[String],
        keys: &str,
        change: impl FnOnce(&mut Parts),
    ) -> Self {
        let house = House::configured(&config(config_text, urls, keys), change).await;
        let bound = Server::bind(&house.parts.config).await.unwrap();
        Self::serving(house, bound)
    }

    fn serving(house: House, bound: Server) -> Self {
        let address = bound.public_address();
        let stop = CancellationToken::new();
        let (parts, until) = (house.parts.clone(), stop.clone());
        drop(TaskTracker::new().spawn(async move {
            bound
                .serve(parts, async move { until.cancelled().await })
                .await
        }));
        Self {
            house,
            address,
            _stops: stop.clone().drop_guard(),
            stop,
        }
    }

    /// Served by two threads, as `menshen serve` does it: for tests that set no clock and capture no log.
    pub(super) async fn on_threads(upstreams: &[&Upstream]) -> Self {
        let urls: Vec<String> = upstreams.iter().map(|upstream| upstream.url()).collect();
        let house = House::configured(&config(CONFIG, &urls, ""), |_| {}).await;
        let workers = Workers::start(NonZeroUsize::new(2).unwrap()).unwrap();
        let bound = Server::bind(&house.parts.config).await.unwrap();
        Self::serving(house, bound.with_workers(workers))
    }

    /// Asks the gateway to stop, as a service manager does.
    pub(super) fn stop(&self) {
        self.stop.cancel();
    }

    /// The cookie of somebody signed in.
    pub(super) async fn cookie(&self) -> String {
        let id = id('s');
        sign_in(&self.house, &id).await;
        format!("{SESSION}={id}")
    }

    pub(super) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends a request that asks for the end of the connection, and reads all.
    pub(super) async fn ask(&self, line: &str, host: &str, headers: &str) -> Answer {
        let head = format!("{line} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\r\n");
        self.send(&head).await
    }

    pub(super) async fn send(&self, bytes: &str) -> Answer {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_bytes()).await.unwrap();
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all).await;
        parse(&String::from_utf8(all).unwrap())
    }
}

/// Two hosts that lead to the same applications.
fn config(config: &str, urls: &[String], keys: &str) -> String {
    format!(
        "{config}\n\
             [[site]]\nhost = \"{OPEN}\"\nupstream = {urls:?}\nallow = \"public\"\n{keys}\n\
             [site.headers]\nX-Forwarded-User = \"userid\"\n\
             [[site]]\nhost = \"{CLOSED}\"\nupstream = {urls:?}\nallow = \"member\"\n\
             [[site.rule]]\npath = \"/public/*\"\nallow = \"public\"\n\
             [[site.rule]]\npath = \"/lab/*\"\nallow = \"department:2\"\n"
    )
}

/// Reads what there is until it ends with `end`, or the other side closes.
pub(super) async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    String::from_utf8(read_bytes(stream, end.as_bytes()).await).unwrap()
}

/// The same for what is no text.
pub(super) async fn read_bytes(stream: &mut TcpStream, end: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(end) {
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            break;
        }
    }
    bytes
}

/// Reads one answer.
pub(super) fn parse(text: &str) -> Answer {
    let (head, body) = text
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("{text:?}"));
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.parse().unwrap(), value.parse().unwrap())
    });
    let headers: Vec<(http::HeaderName, http::HeaderValue)> = headers.collect();
    let mut map = http::HeaderMap::new();
    for (name, value) in headers {
        map.append(name, value);
    }
    Answer {
        status: status.parse::<StatusCode>().unwrap(),
        headers: map,
        body: body.to_owned(),
    }
}
