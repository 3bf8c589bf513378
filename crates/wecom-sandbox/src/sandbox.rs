//! The sandbox as a library: built, started, asked, stopped.
//!
//! In: a seed, a clock, an address. Out: a running sandbox with its handles. `menshen sandbox` runs
//! the same thing. It stops when dropped.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::DropGuard;
use tokio_util::task::TaskTracker;
use url::Url;
use wecom_sdk::{Entropy, ManualClock};

use crate::journal::Journal;
use crate::room::Room;
use crate::routes;
use crate::script::Script;
use crate::seed::Seed;
use crate::serve::{self, Endings};
use crate::world::World;

/// A sandbox that could not start.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox cannot listen on {address}: {source}")]
pub struct StartError {
    /// Where it was to listen.
    pub address: SocketAddr,
    /// Why it cannot.
    pub source: io::Error,
}

/// A sandbox that has not started yet.
#[derive(Debug)]
pub struct SandboxBuilder {
    seed: Seed,
    clock: Arc<ManualClock>,
    entropy: Arc<Entropy>,
    listen: SocketAddr,
}

impl SandboxBuilder {
    /// Takes another seed than the default one.
    #[must_use]
    pub fn seed(mut self, seed: Seed) -> Self {
        self.seed = seed;
        self
    }

    /// Takes a clock that others hold too; by default it runs with the machine's.
    #[must_use]
    pub fn clock(mut self, clock: Arc<ManualClock>) -> Self {
        self.clock = clock;
        self
    }

    /// Takes another source of chance than the operating system's.
    #[must_use]
    pub fn entropy(mut self, entropy: Arc<Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// Listens elsewhere than on a free port of 127.0.0.1.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// Fails when the address cannot be listened on.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let address = self.listen;
        let failed = |source| StartError { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let url = Url::parse(&format!("http://{address}/"))
            .map_err(|error| failed(io::Error::other(error)))?;
        let world = World::new(&self.seed, self.clock, self.entropy);
        let (endings, tasks) = (Endings::default(), TaskTracker::new());
        let room = Room::new(world, self.seed, endings.gently.clone());
        let router = routes::router(room.clone(), address.ip().is_loopback());
        let accept = serve::accept(listener, router, endings.clone(), tasks.clone());
        tasks.spawn(accept);
        Ok(Sandbox {
            address,
            url,
            room,
            tasks,
            _stop: endings.at_once.clone().drop_guard(),
            endings,
        })
    }
}

/// A running sandbox. It stops when dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    url: Url,
    room: Room,
    tasks: TaskTracker,
    endings: Endings,
    _stop: DropGuard,
}

impl Sandbox {
    /// A sandbox with the default seed, the machine's time and a free port of 127.0.0.1.
    #[must_use]
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder {
            seed: Seed::standard(),
            clock: Arc::new(ManualClock::running()),
            entropy: Arc::new(Entropy::system()),
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Its address, in the place of each of WeCom's hosts.
    #[must_use]
    pub fn url(&self) -> Url {
        self.url.clone()
    }

    /// The world: all state and its transitions.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.room.world
    }

    /// The journal of calls.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.room.journal
    }

    /// The script of faults.
    #[must_use]
    pub fn script(&self) -> &Script {
        &self.room.script
    }

    /// The clock that decides what has expired.
    #[must_use]
    pub fn clock(&self) -> &Arc<ManualClock> {
        self.room.world.clock()
    }

    /// Begins again from the seed: state, clock, journal and script as at the start.
    pub fn reset(&self) {
        self.room.reset();
    }

    /// Stops gently: no new connections, calls under way are answered first.
    pub async fn stop(self) {
        self.endings.gently.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
