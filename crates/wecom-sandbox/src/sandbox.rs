//! The sandbox as a library: built, started, asked, stopped.
//!
//! In: a seed, a clock, an address. Out: a running sandbox with its handles. `menshen sandbox` runs
//! the same thing. It stops when dropped.

mod builder;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::DropGuard;
use tokio_util::task::TaskTracker;
use url::Url;
use wecom_sdk::{Clock as _, ManualClock, SystemClock};

pub use self::builder::SandboxBuilder;
use crate::journal::Journal;
use crate::keep::{DataError, Lost};
use crate::memory::Memory;
use crate::room::Room;
use crate::script::Script;
use crate::serve::Endings;
use crate::tls::{Tls, TlsError};
use crate::world::World;

/// A sandbox that could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It cannot listen there.
    #[error("the sandbox cannot listen on {address}: {source}")]
    Listen {
        /// Where it was to listen.
        address: SocketAddr,
        /// Why it cannot.
        source: io::Error,
    },
    /// Its certificates cannot be made.
    #[error("the sandbox has no TLS: {0}")]
    Tls(#[from] TlsError),
    /// Its data folder cannot be used.
    #[error("the sandbox cannot keep its state: {0}")]
    Data(#[from] DataError),
}

async fn bind(address: SocketAddr) -> Result<(Arc<TcpListener>, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((Arc::new(listener), bound))
}

/// The TLS listener, bound.
#[derive(Debug)]
struct Encrypted {
    listener: Arc<TcpListener>,
    address: SocketAddr,
    config: Tls,
}

impl Encrypted {
    async fn prepare(address: SocketAddr, folder: Option<&Path>) -> Result<Self, StartError> {
        // Certificates are read by real clients, so their dates are the machine's.
        let config = Tls::prepare(folder, SystemClock.now())?;
        let (listener, address) = bind(address).await?;
        Ok(Self {
            listener,
            address,
            config,
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
    tls: Option<Encrypted>,
    is_restored: bool,
    _stop: DropGuard,
}

impl Sandbox {
    /// A sandbox with the default seed, the machine's time and a free port of 127.0.0.1.
    #[must_use]
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
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

    /// Where it listens for TLS, if it does.
    #[must_use]
    pub fn tls_addr(&self) -> Option<SocketAddr> {
        self.tls.as_ref().map(|tls| tls.address)
    }

    /// The certificate, in PEM, that a client of the TLS listener has to trust.
    #[must_use]
    pub fn ca_pem(&self) -> Option<&str> {
        self.tls.as_ref().map(|tls| tls.config.ca_pem.as_str())
    }

    /// The file with that certificate, when the authority is kept in a folder.
    #[must_use]
    pub fn ca_file(&self) -> Option<&Path> {
        self.tls.as_ref()?.config.ca_file.as_deref()
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

    /// Whether it goes on from what was in its data folder; then a seed it was given is for a reset only.
    #[must_use]
    pub fn is_restored(&self) -> bool {
        self.is_restored
    }

    /// Waits until it cannot keep its state any more, because the disk is full or gone; for ever where it keeps
    /// none. From then on it answers every request with 503.
    pub async fn until_lost(&self) -> Lost {
        let keeper = self.room.memory.as_ref().map(Memory::keeper);
        match keeper {
            Some(keeper) => keeper.until_lost().await,
            None => std::future::pending().await,
        }
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
        // What a test or a program changed by itself is kept too. Whoever has lost its disk knows by now.
        let _ = self.room.settled().await;
    }
}
