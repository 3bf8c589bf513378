//! A sandbox that has not started yet: what it is made of, and how it starts.
//!
//! In: what differs from the usual. Out: a running sandbox, its parts from the seed or from its data folder. What
//! the folder keeps is written before anybody is answered.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;
use wecom_sdk::{Entropy, ManualClock};

use super::{Encrypted, Sandbox, StartError, bind};
use crate::keep::{DataError, Opened};
use crate::memory::{Memory, Restored};
use crate::push;
use crate::room::Room;
use crate::routes;
use crate::seed::Seed;
use crate::serve::{self, Endings, Port};
use crate::trust::Trust;
use crate::world::World;

/// A sandbox that has not started yet.
#[derive(Debug)]
pub struct SandboxBuilder {
    seed: Option<Seed>,
    clock: Arc<ManualClock>,
    entropy: Arc<Entropy>,
    listen: SocketAddr,
    tls_listen: Option<SocketAddr>,
    tls_folder: Option<PathBuf>,
    trusted: String,
    is_far_allowed: bool,
    data: Option<PathBuf>,
}

impl SandboxBuilder {
    pub(super) fn new() -> Self {
        Self {
            seed: None,
            clock: Arc::new(ManualClock::running()),
            entropy: Arc::new(Entropy::system()),
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            tls_listen: None,
            tls_folder: None,
            trusted: String::new(),
            is_far_allowed: false,
            data: None,
        }
    }

    /// Takes another seed than the default one.
    #[must_use]
    pub fn seed(mut self, seed: Seed) -> Self {
        self.seed = Some(seed);
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

    /// Trusts these certificates, in PEM, when it fetches an ownership file or pushes an event over https, besides
    /// those of the machine and its own authority. What is no certificate is passed over.
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

    /// Keeps everything in a folder, and goes on from what is there: see `SEED.md`. One sandbox at a time. The
    /// authority of the TLS listener is kept there too, unless it has a folder of its own.
    #[must_use]
    pub fn data(mut self, folder: impl Into<PathBuf>) -> Self {
        self.data = Some(folder.into());
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// Fails when an address cannot be listened on, the certificates cannot be made or the data folder cannot
    /// be used.
    pub async fn start(mut self) -> Result<Sandbox, StartError> {
        let kept = self.data.as_deref().map(Kept::open).transpose()?;
        let (plain, address) = bind(self.listen).await?;
        let url = Url::parse(&format!("http://{address}/"));
        let url = url.map_err(|error| StartError::Listen {
            address,
            source: io::Error::other(error),
        })?;
        let in_data = self.data.as_ref().map(|data| data.join("tls"));
        let tls_folder = self.tls_folder.take().or(in_data);
        let tls = match self.tls_listen {
            Some(address) => Some(Encrypted::prepare(address, tls_folder.as_deref()).await?),
            None => None,
        };
        let is_restored = kept.as_ref().is_some_and(|kept| kept.before.is_some());
        let (endings, tasks) = (Endings::default(), TaskTracker::new());
        let own = tls.as_ref().map_or("", |tls| tls.config.ca_pem.as_str());
        let trust = Trust::new(&[self.trusted.as_str(), own]);
        let mut room = self.room(kept, endings.gently.clone())?;
        room.trust = trust;
        run(&room, (&plain, address), tls.as_ref(), (&endings, &tasks));
        Ok(Sandbox {
            address,
            url,
            room,
            tasks,
            tls,
            is_restored,
            _stop: endings.at_once.clone().drop_guard(),
            endings,
        })
    }

    /// The parts: from the folder where there was a state, else from the seed. What they are now is written
    /// before anybody is answered.
    fn room(self, kept: Option<Kept>, ending: CancellationToken) -> Result<Room, StartError> {
        let is_far_allowed = self.is_far_allowed;
        let (before, opened) = kept.map_or((None, None), |kept| (kept.before, Some(kept.opened)));
        let mut room = if let (Some(before), Some(opened)) = (before, opened.as_ref()) {
            let seed = match self.seed {
                Some(seed) => seed,
                None => before.seed().map_err(|error| opened.damaged(&error))?,
            };
            self.clock.set_offset_millis(before.clock);
            let world = World::of(before.state, self.clock, self.entropy);
            let mut room = Room::new(world, seed, ending);
            room.script = before.script;
            room
        } else {
            let seed = self.seed.unwrap_or_else(Seed::standard);
            let world = World::new(&seed, self.clock, self.entropy);
            Room::new(world, seed, ending)
        };
        room.is_far_allowed = is_far_allowed;
        if let (Some(opened), Some(folder)) = (opened, self.data) {
            let memory = Memory::new(opened.keeper());
            room.world.keep();
            let settled = memory.settle(&room);
            settled.map_err(|lost| DataError::File {
                path: folder,
                source: io::Error::other(lost.why().to_owned()),
            })?;
            room.memory = Some(memory);
        }
        Ok(room)
    }
}

/// A data folder, and what was in it.
struct Kept {
    opened: Opened,
    before: Option<Restored>,
}

impl Kept {
    fn open(folder: &Path) -> Result<Self, DataError> {
        let opened = Opened::open(folder)?;
        let before = opened.restore(Restored::read)?;
        Ok(Self { opened, before })
    }
}

/// Begins to push and to answer.
fn run(
    room: &Room,
    (plain, address): (&Arc<TcpListener>, SocketAddr),
    tls: Option<&Encrypted>,
    (endings, tasks): (&Endings, &TaskTracker),
) {
    let (pushes, at_once) = (push::run(room.clone()), endings.at_once.clone());
    tasks.spawn(async move {
        tokio::select! {
            () = pushes => {}
            () = at_once.cancelled() => {}
        }
    });
    let port = |listener: &Arc<TcpListener>, address: SocketAddr| {
        let router = routes::router(room.clone(), address.ip().is_loopback());
        Port::plain(listener.clone(), room.clone(), router)
    };
    let mut ports = vec![port(plain, address)];
    if let Some(tls) = tls {
        let acceptor = tls.config.server.clone().into();
        ports.push(port(&tls.listener, tls.address).tls(acceptor));
    }
    for port in ports {
        tasks.spawn(serve::accept(port, endings.clone(), tasks.clone()));
    }
}
