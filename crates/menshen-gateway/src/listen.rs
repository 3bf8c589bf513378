//! One listening socket: accepts, bounds and serves connections, and drains them at the end.
//!
//! In: an address, limits, a service. Out: the bound address, and at the end how many connections had
//! to be cut. Every time limit is set here and none is left to a default. Never: says what a request
//! means.

mod bare;
mod calm;
mod connection;
mod crowd;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
mod guarded;
mod head;
mod http1;
mod http2;
mod plain;
mod progress;
mod received;
mod serve;
mod silent;
mod timed;
mod tls;
mod token;
mod untaken;
mod version;
mod workers;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::server::ResolvesServerCert;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Network;
use crate::metrics::Metrics;
use connection::Serving;
use crowd::{Crowd, Place};
pub use received::Received;
pub use serve::{Refusal, Serve, Source};
pub use workers::Workers;

/// After a failed `accept`, how long until the next: the table of open files needs time to empty.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What a listener allows.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Open connections; more are closed at once.
    pub connections: usize,
    /// Open connections from one address; more are closed at once.
    pub connections_of_one: usize,
    /// How long the head of a request may take, waiting for the first byte included: idle
    /// connections end after it too.
    pub head: Duration,
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long an HTTP/2 connection may have no request in hand, or an answer of which nothing is taken.
    pub idle: Duration,
    /// How long a connection may neither send nor take a byte while it is being read or written.
    pub stall: Duration,
    /// How long the rest of an HTTP/2 request may go on that was answered before it was whole.
    pub rest: Duration,
    /// How long open connections may take to finish at the end.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 16_384,
            connections_of_one: 4096,
            head: Duration::from_secs(15),
            handshake: Duration::from_secs(10),
            idle: Duration::from_mins(2),
            stall: Duration::from_secs(30),
            rest: Duration::from_secs(1),
            drain: Duration::from_secs(30),
        }
    }
}

/// A bound socket that does not accept yet.
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    limits: Limits,
    tls: Option<TlsAcceptor>,
    workers: Option<Workers>,
    spared: Vec<Network>,
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Listener({})", self.address)
    }
}

impl Listener {
    /// Binds. Port 0 takes a free one.
    pub async fn bind(address: SocketAddr, limits: Limits) -> io::Result<Self> {
        let socket = TcpListener::bind(address).await?;
        let address = socket.local_addr()?;
        Ok(Self {
            socket,
            address,
            limits,
            tls: None,
            workers: None,
            spared: Vec::new(),
        })
    }

    /// Speaks TLS with what the resolver gives.
    pub fn with_tls(
        self,
        certificates: Arc<dyn ResolvesServerCert>,
    ) -> Result<Self, rustls::Error> {
        Ok(Self {
            tls: Some(tls::acceptor(certificates)?),
            ..self
        })
    }

    /// Serves its connections on these threads instead of the runtime that runs it.
    #[must_use]
    pub fn with_workers(self, workers: Workers) -> Self {
        Self {
            workers: Some(workers),
            ..self
        }
    }

    /// Takes as many connections as there are from these addresses: proxies, which speak for many people.
    #[must_use]
    pub fn sparing(self, spared: Vec<Network>) -> Self {
        Self { spared, ..self }
    }

    /// The address that was bound.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop`; then takes no more connections, lets requests in hand finish, and cuts
    /// what is left after `limits.drain`. Answers how many were cut.
    pub async fn serve(
        self,
        service: impl Serve,
        metrics: Metrics,
        stop: CancellationToken,
    ) -> usize {
        let free = Arc::new(Semaphore::new(self.limits.connections));
        let crowd = Crowd::new(self.limits.connections_of_one, self.spared);
        let open = TaskTracker::new();
        let cut = CancellationToken::new();
        let serving = Serving {
            service,
            metrics,
            limits: self.limits,
            tls: self.tls,
            stop: stop.clone(),
            cut: cut.clone(),
        };
        while let Some((stream, peer)) = accept(&self.socket, &stop).await {
            let permit = Arc::clone(&free).try_acquire_owned().ok();
            let Some(permit) = permit.zip(crowd.place(peer.ip())) else {
                serving.metrics.connection_refused();
                drop(stream);
                continue;
            };
            set_up(&stream);
            begin(
                &serving,
                self.workers.as_ref(),
                &open,
                (stream, peer),
                permit,
            );
        }
        drop(self.socket);
        drain(&open, &cut, self.limits.drain).await
    }
}

/// The next connection; `None` once it is time to stop. A socket that cannot accept, for want of open
/// files for instance, is tried again until it can.
async fn accept(socket: &TcpListener, stop: &CancellationToken) -> Option<(TcpStream, SocketAddr)> {
    let mut is_troubled = false;
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => return None,
            accepted = socket.accept() => accepted,
        };
        match accepted {
            Ok(accepted) => {
                if is_troubled {
                    tracing::info!("connections are accepted again");
                }
                return Some(accepted);
            }
            Err(error) if is_of_the_peer(&error) => {}
            Err(error) => {
                // One line for the whole of the trouble, not ten a second.
                if !is_troubled {
                    tracing::error!(%error, "connections cannot be accepted; trying again");
                }
                is_troubled = true;
                let _ = tokio::time::timeout(ACCEPT_PAUSE, stop.cancelled()).await;
            }
        }
    }
}

/// Serves a connection on a worker, if there are any, else here.
fn begin(
    serving: &Serving<impl Serve>,
    workers: Option<&Workers>,
    open: &TaskTracker,
    (stream, peer): (TcpStream, SocketAddr),
    permit: (OwnedSemaphorePermit, Place),
) {
    let serving = serving.clone();
    let Some(place) = workers.and_then(Workers::place) else {
        open.spawn(async move {
            serving.run(stream, Source { peer, worker: 0 }).await;
            drop(permit);
        });
        return;
    };
    // What waits for this socket to be readable has to be the worker's own.
    let Ok(stream) = stream.into_std() else {
        return;
    };
    let handle = place.handle.clone();
    let serve = async move {
        let worker = place.worker;
        if let Ok(stream) = TcpStream::from_std(stream) {
            serving.run(stream, Source { peer, worker }).await;
        }
        drop((permit, place));
    };
    open.spawn_on(serve, &handle);
}

async fn drain(open: &TaskTracker, cut: &CancellationToken, patience: Duration) -> usize {
    open.close();
    if tokio::time::timeout(patience, open.wait()).await.is_ok() {
        return 0;
    }
    let left = open.len();
    cut.cancel();
    open.wait().await;
    left
}

fn set_up(stream: &TcpStream) {
    // Answers are small and written at once: waiting for more only delays them. A socket that
    // refuses works all the same.
    let _ = stream.set_nodelay(true);
}

/// A connection that broke before it was taken is nothing; everything else, such as too many open
/// files, is worth a line and a pause.
fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted
    )
}
