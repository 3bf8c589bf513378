//! The stage of a walk: gateway, sandbox and browsers, on loopback, on one manual clock.
//!
//! A stage must be brought to its end with [`Stage::end`]: it fails the test that leaves scripted
//! faults unused or work undone.

mod logs;
mod node;
mod people;
mod process;
mod setup;

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use menshen_store::{OpenMode, Session, SessionFilter, Sessions as _, Sqlite, Store as _};
use tempfile::TempDir;
use url::Url;
use wecom_sandbox::script::{Fault, Script};
use wecom_sandbox::{Sandbox, Seed};
use wecom_sdk::{Entropy, ManualClock, Timestamp};

use crate::browser::{Answer, Browser, Device, Net};
use crate::wire::Wire;
pub use logs::Logs;
pub use node::Node;
pub use process::Process;
pub use setup::{CORP, Connector, HOST, OTHER_CORP, OTHER_SECRET, SECRET_2, SECRET_3, Setup};

/// WeCom's hosts that a browser visits. On a stage they are one: the sandbox.
pub const WECOM: [&str; 3] = [
    "https://open.weixin.qq.com",
    "https://open.work.weixin.qq.com",
    "https://login.work.weixin.qq.com",
];
/// 2026-03-02, 16:00 in Shanghai.
const START: Timestamp = Timestamp::from_seconds(1_772_438_400);

/// An answer of WeCom that waits.
#[derive(Debug)]
pub struct Held<'s> {
    script: &'s Script,
    id: u64,
}

impl Held<'_> {
    /// Waits until the call has been carried out and its answer waits.
    pub async fn arrived(&self) {
        assert!(self.script.until_held(self.id).await);
    }

    /// Lets the answer go.
    pub fn release(&self) {
        assert!(self.script.release(self.id));
    }
}

/// Gateway, sandbox and the way to both.
#[derive(Debug)]
pub struct Stage {
    /// The one clock.
    pub clock: Arc<ManualClock>,
    /// WeCom.
    pub sandbox: Sandbox,
    /// What lies between the gateways and WeCom's API.
    pub wire: Wire,
    /// The gateways; the first is where browsers go.
    pub nodes: Vec<Node>,
    /// The gateway, where it is a process of its own.
    pub process: Option<Process>,
    /// The gateway's files.
    pub dir: TempDir,
    /// What was logged.
    pub logs: Logs,
    net: Net,
    setup: Setup,
    plain: Option<SocketAddr>,
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
        let plain = setup.is_plain.then(free_address);
        let clock = Arc::new(match setup.program {
            None => ManualClock::at(START),
            Some(_) => ManualClock::running(),
        });
        let seed = setup.seed_text(plain);
        let seed = Seed::parse(&seed).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let builder = Sandbox::builder().seed(seed).clock(Arc::clone(&clock));
        let sandbox = builder.start().await.unwrap();
        let wire = Wire::lay(sandbox.addr()).await;
        let mut stage = Self {
            nodes: Vec::new(),
            process: None,
            dir: TempDir::new().unwrap(),
            logs: Logs::listen(setup.log_level),
            net: Net::default(),
            clock,
            sandbox,
            wire,
            setup,
            plain,
            has_ended: false,
        };
        stage.lead_to_sandbox();
        match stage.setup.program {
            None => stage.add_node().await,
            Some(_) => stage.spawn(),
        }
        stage
    }

    /// Starts one more gateway on the same files.
    pub async fn add_node(&mut self) {
        let plain = self.plain.filter(|_| self.nodes.is_empty());
        let config = self.setup.write(self.dir.path(), &self.wire.url(), plain);
        let clock = Arc::clone(&self.clock);
        self.nodes
            .push(Node::start(config, clock, Entropy::system()).await);
        self.lead(&self.net, 0);
    }

    fn lead_to_sandbox(&self) {
        let own = [self.sandbox.url().to_string(), self.wire.url()];
        for origin in WECOM.into_iter().map(str::to_owned).chain(own) {
            let origin = Url::parse(&origin).unwrap();
            self.net.lead(&origin, "wecom", self.sandbox.addr());
        }
    }

    /// Where browsers go that are to meet this gateway.
    pub fn net_to(&self, node: usize) -> Net {
        let net = self.net.fork();
        self.lead(&net, node);
        net
    }

    fn lead(&self, net: &Net, node: usize) {
        let origin = Url::parse(&self.address("/")).unwrap();
        net.lead(&origin, "gateway", self.nodes[node].address);
    }

    /// Starts the gateway as a process of its own.
    pub fn spawn(&mut self) {
        let program = Path::new(self.setup.program.expect("no program to run"));
        let config = self
            .setup
            .write_files(self.dir.path(), &self.wire.url(), None);
        let process = Process::start(program, &config);
        let origin = Url::parse(&self.address("/")).unwrap();
        self.net.lead(&origin, "gateway", process.address);
        self.process = Some(process);
    }

    /// `kill -9`, and a fresh start on the same files. Answers what the dead one had logged and how
    /// many sessions it left in the store.
    pub async fn kill_and_restart(&mut self) -> (String, usize) {
        let log = self.process.take().expect("no process runs").kill();
        let sessions = self.count_sessions().await;
        self.spawn();
        (log, sessions)
    }

    /// How many sessions lie in the store, whether a process uses it or not.
    pub async fn count_sessions(&self) -> usize {
        let path = self.dir.path().join("menshen.db");
        let store = Sqlite::open(&path, OpenMode::MustExist).await.unwrap();
        let filter = SessionFilter {
            limit: 1000,
            ..SessionFilter::default()
        };
        let sessions = store.list_sessions(&filter).await.unwrap().len();
        store.close().await;
        sessions
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

    /// The sessions in the store.
    pub async fn sessions(&self) -> Vec<Session> {
        let filter = SessionFilter {
            limit: 1000,
            ..SessionFilter::default()
        };
        self.node()
            .parts
            .store
            .list_sessions(&filter)
            .await
            .unwrap()
    }

    /// Holds the next answer of a call (`auth/getuserinfo`): WeCom has carried it out, and the
    /// gateway waits.
    pub fn hold(&self, call: &str) -> Held<'_> {
        let fault = Fault::held(&format!("/cgi-bin/{call}")).waiting_after();
        Held {
            script: self.sandbox.script(),
            id: self.sandbox.script().add(fault),
        }
    }

    /// Scripts the next answers of WeCom.
    pub fn script(&self, fault: Fault) {
        self.sandbox.script().add(fault);
    }

    /// What operators read at an address of the management listener.
    pub async fn manage(&self, path: &str) -> Answer {
        let own = self.process.as_ref().map(|process| process.management);
        let management = own.unwrap_or_else(|| self.node().management);
        let url = format!("http://{management}{path}");
        let net = Net::default();
        net.lead(&Url::parse(&url).unwrap(), "management", management);
        let mut browser = Browser::new(net, Arc::clone(&self.clock), Device::Desktop);
        browser.open(&url).await.clone()
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
        self.wire.assert_used();
        let unused = self.sandbox.script().unused();
        assert!(
            unused.is_empty(),
            "scripted answers that nobody got: {unused:#?}"
        );
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
