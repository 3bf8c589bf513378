//! The sandbox as a library: built, started, asked, stopped.
//!
//! In: a seed, a clock, an address. Out: a running sandbox with its handles. `menshen sandbox` runs
//! the same thing. It stops when dropped.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tokio::net::TcpListener;
use tokio_util::sync::DropGuard;
use tokio_util::task::TaskTracker;
use url::Url;
use wecom_sdk::{Clock as _, Entropy, ManualClock, SystemClock};

use crate::journal::Journal;
use crate::push;
use crate::room::Room;
use crate::routes;
use crate::script::Script;
use crate::seed::Seed;
use crate::serve::{self, Endings, Port};
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
}

/// A sandbox that has not started yet.
#[derive(Debug)]
pub struct SandboxBuilder {
    seed: Seed,
    clock: Arc<ManualClock>,
    entropy: Arc<Entropy>,
    listen: SocketAddr,
    tls_listen: Option<SocketAddr>,
    tls_folder: Option<PathBuf>,
    trusted: String,
    is_far_allowed: bool,
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

    /// Listens for TLS too, and plays WeCom's four hosts there by name (SNI). Port 0 is fine.
    #[must_use]
    pub fn tls(mut self, address: SocketAddr) -> Self {
        self.tls_listen = Some(address);
        self
    }

    /// Keeps the certificate authority of the TLS listener in a folder; without one it lives as
    /// long as the sandbox.
    #[must_use]
    pub fn tls_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.tls_folder = Some(folder.into());
        self
    }

    /// Trusts these certificates, in PEM, when it fetches an ownership file over https, besides those of the machine
    /// and its own authority. What is no certificate is passed over.
    #[must_use]
    pub fn trust_pem(mut self, pem: &str) -> Self {
        self.trusted.push_str(pem);
        self
    }

    /// Lets pushes leave this machine; by default callback addresses on loopback are asked alone.
    #[must_use]
    pub fn push_anywhere(mut self) -> Self {
        self.is_far_allowed = true;
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// Fails when an address cannot be listened on or the certificates cannot be made.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let (plain, address) = bind(self.listen).await?;
        let url = Url::parse(&format!("http://{address}/"));
        let url = url.map_err(|error| StartError::Listen {
            address,
            source: io::Error::other(error),
        })?;
        let tls = match self.tls_listen {
            Some(address) => Some(Encrypted::prepare(address, self.tls_folder.as_deref()).await?),
            None => None,
        };
        let world = World::new(&self.seed, self.clock, self.entropy);
        let (endings, tasks) = (Endings::default(), TaskTracker::new());
        let mut room = Room::new(world, self.seed, endings.gently.clone());
        let own = tls.as_ref().map_or("", |tls| tls.config.ca_pem.as_str());
        room.trusted = certificates(&[self.trusted.as_str(), own]);
        room.is_far_allowed = self.is_far_allowed;
        let (pushes, at_once) = (push::run(room.clone()), endings.at_once.clone());
        tasks.spawn(async move {
            tokio::select! {
                () = pushes => {}
                () = at_once.cancelled() => {}
            }
        });
        let router = |address: SocketAddr| routes::router(room.clone(), address.ip().is_loopback());
        let mut ports = vec![Port::plain(plain, router(address))];
        if let Some(tls) = &tls {
            let acceptor = tls.config.server.clone().into();
            ports.push(Port::tls(
                tls.listener.clone(),
                router(tls.address),
                acceptor,
            ));
        }
        for port in ports {
            tasks.spawn(serve::accept(port, endings.clone(), tasks.clone()));
        }
        Ok(Sandbox {
            address,
            url,
            room,
            tasks,
            tls,
            _stop: endings.at_once.clone().drop_guard(),
            endings,
        })
    }
}

fn certificates(pems: &[&str]) -> Arc<[CertificateDer<'static>]> {
    let pems = pems.iter();
    let found = pems.flat_map(|pem| CertificateDer::pem_slice_iter(pem.as_bytes()));
    found.filter_map(Result::ok).collect()
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
            tls_listen: None,
            tls_folder: None,
            trusted: String::new(),
            is_far_allowed: false,
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
