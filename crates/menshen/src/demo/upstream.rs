//! Where the small site listens: a port of its own on loopback, which only the gate knows.
//!
//! In: the site's routes. Out: answers, until it is told to stop. It knows nothing of the gate.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The site's socket, bound.
#[derive(Debug)]
pub(super) struct Upstream {
    listener: TcpListener,
    address: SocketAddr,
}

impl Upstream {
    /// Binds a free port.
    pub(super) async fn bind() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is cancelled and every request in hand is answered.
    pub(super) async fn serve(self, site: Router, stop: CancellationToken) {
        let serving = axum::serve(self.listener, site);
        let serving = serving.with_graceful_shutdown(stop.cancelled_owned());
        if let Err(error) = serving.await {
            tracing::error!(%error, "the demo's site has stopped");
        }
    }
}
