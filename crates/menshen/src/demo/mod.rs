//! The demo: a sandbox, a gateway and a small site behind its gate, in one process on loopback.
//!
//! In: two addresses to listen on. Out: a running demo, until it is told to stop; then its folder is
//! gone. One clock moves both sides, so that "31 days later" is later for both. The site is an upstream like any
//! other, with a `[[site]]` and rules: it knows who somebody is from headers and the signed assertion, and never
//! reads the gateway's store.

mod act;
mod assertion;
mod forge;
mod page;
mod people;
mod place;
mod received;
mod setup;
mod site;
mod upstream;
mod words;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use menshen_gateway::config::Config;
use menshen_gateway::installation::{self, Opened};
use menshen_gateway::jobs::Jobs;
use menshen_gateway::metrics::Metrics;
use menshen_gateway::sdk::{Entropy, ManualClock};
use menshen_gateway::server::Stopped;
use menshen_gateway::store::{OpenMode, Store};
use menshen_gateway::{Gateway, Parts, Server};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use wecom_sandbox::Sandbox;

pub use people::Someone;
use place::Place;
pub use setup::DemoError;
use site::Site;
use upstream::Upstream;

/// A demo that listens and waits to be served.
#[derive(Debug)]
pub struct Demo {
    server: Server,
    sandbox: Sandbox,
    gateway: Gateway,
    upstream: Upstream,
    site: Router,
    parts: Parts,
    store: Arc<dyn Store>,
    folder: TempDir,
}

impl Demo {
    /// Listens on both addresses and makes everything in a temporary folder.
    ///
    /// # Errors
    /// Fails when an address is taken or not on loopback, or when the folder cannot be written.
    pub async fn start(listen: SocketAddr, sandbox_listen: SocketAddr) -> Result<Self, DemoError> {
        let folder = setup::folder(&[listen, sandbox_listen])?;
        let upstream = Upstream::bind().await.map_err(DemoError::failed)?;
        // Once to learn the port, and once with what depends on it.
        let unknown = setup::Addresses::unknown(upstream.address());
        let unbound = setup::write(folder.path(), listen, &unknown)?;
        let server = setup::bind(&unbound, listen).await?;
        let gateway_at = server.public_address();
        let clock = Arc::new(ManualClock::running());
        let sandbox = setup::sandbox(gateway_at, sandbox_listen, &clock).await?;
        let addresses = setup::Addresses {
            gateway: format!("http://{gateway_at}"),
            sandbox: format!("http://{}", sandbox.addr()),
            site: upstream.address(),
        };
        let config = setup::write(folder.path(), gateway_at, &addresses)?;
        let parts = parts(config, clock).await?;
        let gateway = menshen_gateway::build(&parts).map_err(DemoError::failed)?;
        let site = Site::new(&gateway.public, gateway_at, &parts, &sandbox);
        Ok(Self {
            server,
            sandbox,
            gateway,
            upstream,
            site: site.routes(),
            store: Arc::clone(&parts.store),
            parts,
            folder,
        })
    }

    /// The address to open.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.public_address()
    }

    /// The operators' address.
    #[must_use]
    pub fn management_address(&self) -> SocketAddr {
        self.server.management_address()
    }

    /// The sandbox.
    #[must_use]
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Everybody who can try to sign in, and what comes of it.
    #[must_use]
    pub fn people(&self) -> Vec<Someone> {
        people::all(self.sandbox.world())
    }

    /// The pages behind the gate, each with whom it is for, in Chinese and in English.
    pub fn pages(&self) -> impl Iterator<Item = (&'static str, (&'static str, &'static str))> {
        Place::ALL
            .into_iter()
            .map(|place| (place.path(), place.whom()))
    }

    /// Serves until `stop` comes to an end, and leaves nothing behind.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> Stopped {
        let Self {
            server,
            sandbox,
            gateway,
            upstream,
            site,
            parts,
            store,
            folder,
        } = self;
        let end_of_site = CancellationToken::new();
        let serving = async {
            let stopped = server.serve_gateway(gateway, parts, stop).await;
            // The site goes last, so that no request in hand loses its answer.
            end_of_site.cancel();
            stopped
        };
        let (stopped, ()) = tokio::join!(serving, upstream.serve(site, end_of_site.clone()));
        sandbox.stop().await;
        store.close().await;
        drop(folder);
        stopped
    }
}

async fn parts(config: Config, clock: Arc<ManualClock>) -> Result<Parts, DemoError> {
    let entropy = Arc::new(Entropy::system());
    let Opened {
        store,
        vault,
        assertion_keys,
    } = installation::open(&config, &*clock, Arc::clone(&entropy), OpenMode::MayCreate)
        .await
        .map_err(DemoError::failed)?;
    let metrics = Metrics::new();
    Ok(Parts {
        config: Arc::new(config),
        clock,
        entropy,
        store,
        vault,
        assertion_keys,
        jobs: Jobs::counted_by(&metrics),
        metrics,
    })
}
