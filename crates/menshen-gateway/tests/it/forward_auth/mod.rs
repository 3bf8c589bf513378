//! `/_menshen/check`: what another proxy is told about the request it asks about.

mod answers;
mod cold;
mod descriptions;
mod memory;
mod peers;

use std::net::SocketAddr;

use axum::body::Body;
use http::Request;
use menshen_gateway::Peer;

use crate::account::{SESSION, id, sign_in};
use crate::harness::{Answer, CONFIG, House};

/// The sites of these tests. The first shares the gateway's host, so that its session is at hand.
const SITES: &str = r#"
[[site]]
host = "login.example.com"
allow = ["department:1", "tag:9"]

[[site.rule]]
path = "/public/*"
allow = "public"

[[site.rule]]
path = "/feed"
methods = ["GET"]
allow = "public"

[[site.rule]]
path = "/finance/*"
allow = "department:3"

[[site.rule]]
path = "/desk"
allow = ["member:ZHANGSAN"]

[site.headers]
X-Forwarded-User = "userid"

[[site]]
host = "wiki.example.com"
signed_out = "302"
"#;

/// A proxy in the trusted list.
pub(crate) const PROXY: [u8; 4] = [10, 1, 2, 3];

async fn house() -> House {
    House::configured(&format!("{CONFIG}{SITES}"), |_| {}).await
}

/// A question as a proxy asks it.
#[derive(Clone, Debug)]
struct Question {
    peer: [u8; 4],
    host: &'static str,
    method: &'static str,
    uri: String,
    more: Vec<(&'static str, String)>,
}

impl Question {
    fn about(uri: &str) -> Self {
        Self {
            peer: PROXY,
            host: "login.example.com",
            method: "GET",
            uri: uri.to_owned(),
            more: Vec::new(),
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.more.push((name, value.into()));
        self
    }

    /// With the session cookie of somebody who is signed in.
    fn of(self, id: &str) -> Self {
        self.with("cookie", format!("theme=dark; {SESSION}={id}"))
    }

    async fn ask(&self, house: &House) -> Answer {
        let mut request = Request::get("/_menshen/check")
            .header("x-forwarded-host", self.host)
            .header("x-forwarded-method", self.method)
            .header("x-forwarded-uri", &self.uri)
            .header("host", "gateway.internal:8080");
        for (name, value) in &self.more {
            request = request.header(*name, value);
        }
        send(house, self.peer, request.body(Body::empty()).unwrap()).await
    }
}

/// Sends a request from a peer.
async fn send(house: &House, peer: [u8; 4], mut request: Request<Body>) -> Answer {
    let peer = SocketAddr::from((peer, 4711));
    request.extensions_mut().insert(Peer(peer));
    house.send(request).await
}

const IDENTITY: [&str; 7] = [
    "x-menshen-subject",
    "x-menshen-user",
    "x-menshen-name",
    "x-menshen-email",
    "x-menshen-groups",
    "x-menshen-corp",
    "x-forwarded-user",
];
