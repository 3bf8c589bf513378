//! One gateway that runs in this process: the one that `menshen serve` would run, but for the clock.
//!
//! In: a configuration, a clock and chance. Out: its addresses and its parts. Stopping it fails the test when
//! anything was left undone.

use std::net::SocketAddr;
use std::sync::Arc;

use menshen_gateway::config::Config;
use menshen_gateway::jobs::Jobs;
use menshen_gateway::metrics::Metrics;
use menshen_gateway::server::Stopped;
use menshen_gateway::{Parts, Server, installation};
use menshen_store::OpenMode;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wecom_sdk::{Entropy, ManualClock};

/// How many jobs a gateway has in hand when nothing is to be done: the sweep, and the reading
/// of the signing keys.
const LOOPS: usize = 2;

/// One gateway.
#[derive(Debug)]
pub struct Node {
    /// Where browsers reach it.
    pub address: SocketAddr,
    /// Where operators reach it.
    pub management: SocketAddr,
    /// What it is made of.
    pub parts: Parts,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<Stopped>,
}

impl Node {
    pub(super) async fn start(config: Config, clock: Arc<ManualClock>, entropy: Entropy) -> Self {
        let entropy = Arc::new(entropy);
        let opened =
            installation::open(&config, &*clock, Arc::clone(&entropy), OpenMode::MayCreate).await;
        let opened = opened.unwrap();
        let server = Server::bind(&config).await.unwrap();
        let metrics = Metrics::new();
        let parts = Parts {
            config: Arc::new(config),
            clock,
            entropy,
            store: opened.store,
            vault: opened.vault,
            assertion_keys: opened.assertion_keys,
            jobs: Jobs::counted_by(&metrics),
            metrics,
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let (address, management) = (server.public_address(), server.management_address());
        let own_parts = parts.clone();
        #[expect(
            clippy::disallowed_methods,
            reason = "the harness itself, in the place of `main`"
        )]
        let serving = tokio::spawn(async move {
            let until = async { drop(stopped.await) };
            server.serve(own_parts, until).await.unwrap()
        });
        Self {
            address,
            management,
            parts,
            stop: Some(stop),
            serving,
        }
    }

    /// Lets everything that runs come to its end, without stopping the gateway.
    pub async fn rest(&self) {
        while self.parts.jobs.in_hand() > LOOPS {
            tokio::task::yield_now().await;
        }
    }

    /// Stops it in order; nothing may be left undone.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        let stopped = self.serving.await.unwrap();
        assert_eq!(
            stopped,
            Stopped::default(),
            "the gateway left something undone"
        );
        self.parts.store.close().await;
    }
}
