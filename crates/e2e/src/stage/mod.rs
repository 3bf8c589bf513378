//! The stage of a walk: gateway, sandbox and browsers, on loopback, on one manual clock.
//!
//! A stage must be brought to its end with [`Stage::end`]: it fails the test that leaves scripted
//! faults unused or work undone.

mod logs;
mod node;
mod setup;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use tempfile::TempDir;
use url::Url;
use wecom_sdk::{Entropy, ManualClock, Timestamp};

use crate::browser::{Browser, Device, Net};
pub use logs::Logs;
pub use node::Node;
pub use setup::{CORP, Connector, HOST, OTHER_CORP, OTHER_SECRET, SECRET_2, SECRET_3, Setup};

/// 2026-03-02, 16:00 in Shanghai.
const START: Timestamp = Timestamp::from_seconds(1_772_438_400);

/// Gateway, sandbox and the way to both.
#[derive(Debug)]
pub struct Stage {
    /// The one clock.
    pub clock: Arc<ManualClock>,
    /// The gateways; the first is where browsers go.
    pub nodes: Vec<Node>,
    /// The gateway's files.
    pub dir: TempDir,
    /// What was logged.
    pub logs: Logs,
    net: Net,
    setup: Setup,
    plain: Option<SocketAddr>,
    api: String,
    has_ended: bool,
}

impl Stage {
    /// A stage with the default set-up.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A stage with changes to the set-up.
    pub async fn with(change: impl FnOnce(&mut Setup)) -> Self {
        let mut setup = Setup::default();
        change(&mut setup);
        let mut stage = Self {
            clock: Arc::new(ManualClock::at(START)),
            nodes: Vec::new(),
            dir: TempDir::new().unwrap(),
            logs: Logs::listen(),
            net: Net::default(),
            plain: setup.is_plain.then(free_address),
            setup,
            api: "http://127.0.0.1:9".to_owned(),
            has_ended: false,
        };
        stage.add_node().await;
        stage
    }

    /// Starts one more gateway on the same files.
    pub async fn add_node(&mut self) {
        let plain = self.plain.filter(|_| self.nodes.is_empty());
        let config = self.setup.write(self.dir.path(), &self.api, plain);
        let clock = Arc::clone(&self.clock);
        self.nodes
            .push(Node::start(config, clock, Entropy::system()).await);
        self.lead_to(0);
    }

    /// Leads browsers to this gateway from now on.
    pub fn lead_to(&self, node: usize) {
        let origin = Url::parse(&self.address("/")).unwrap();
        self.net.lead(&origin, "gateway", self.nodes[node].address);
    }

    /// Stops every gateway and starts one, on the same files.
    pub async fn restart(&mut self) {
        for node in std::mem::take(&mut self.nodes) {
            node.stop().await;
        }
        self.add_node().await;
    }

    /// An address of the gateway. `path` begins with a slash.
    pub fn address(&self, path: &str) -> String {
        match self.plain {
            Some(address) => format!("http://{address}{path}"),
            None => format!("https://{HOST}{path}"),
        }
    }

    /// The first gateway.
    pub fn node(&self) -> &Node {
        &self.nodes[0]
    }

    /// A fresh browser.
    pub fn browser(&self, device: Device) -> Browser {
        Browser::new(self.net.clone(), Arc::clone(&self.clock), device)
    }

    /// Lets all work come to its end.
    pub async fn rest(&self) {
        for node in &self.nodes {
            node.rest().await;
        }
    }

    /// The end: everything stops in order, and nothing may be left over.
    pub async fn end(mut self) {
        self.has_ended = true;
        for node in std::mem::take(&mut self.nodes) {
            node.stop().await;
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let is_left = !self.has_ended && !std::thread::panicking();
        assert!(
            !is_left,
            "the test must bring its stage to an end: stage.end().await"
        );
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}
