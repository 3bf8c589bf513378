//! Both listeners of a gateway, from binding to the last answer.
//!
//! In: the parts and a signal to stop. Out: the bound addresses, and at the end what was left undone.
//! The order of the end: readiness drops, the public listener drains, work in hand is finished, the
//! management listener goes last.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::server::ResolvesServerCert;
use tokio_util::sync::CancellationToken;

use crate::certificate::Certificates;
use crate::config::{Config, Network};
use crate::listen::{Limits, Listener, Workers};
use crate::{BuildError, Gateway, Parts, assertion, sweep};

/// How long work in hand may take after the last connection is closed.
const WORK_PATIENCE: Duration = Duration::from_secs(15);

/// Both sockets, bound.
#[derive(Debug)]
pub struct Server {
    public: Listener,
    management: Listener,
    certificates: Option<Certificates>,
    workers: Option<Workers>,
}

/// A socket that could not be bound.
#[derive(Debug, thiserror::Error)]
#[error("{key} = \"{address}\" cannot be bound: {error}")]
pub struct BindError {
    key: &'static str,
    address: SocketAddr,
    #[source]
    error: io::Error,
}

/// What was left undone at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stopped {
    /// Connections that were cut because they did not finish in time.
    pub connections_cut: usize,
    /// Pieces of work that had not come to an end.
    pub work_left: usize,
}

impl Server {
    /// Binds both sockets of the configuration.
    pub async fn bind(config: &Config) -> Result<Self, BindError> {
        let limits = Limits {
            connections_of_one: config.connections_per_address,
            ..Limits::default()
        };
        let bind = async |key, address| {
            let listener = Listener::bind(address, limits).await;
            listener.map_err(|error| BindError {
                key,
                address,
                error,
            })
        };
        let public = bind("listen", config.listen).await?;
        let public = public.sparing(spared(config));
        let management = bind("management", config.management).await?;
        let certificates = config
            .tls
            .clone()
            .map(|tls| Certificates::new(tls.files, tls.certificate));
        let public = match &certificates {
            Some(certificates) => with_tls(public, certificates, config.listen)?,
            None => public,
        };
        Ok(Self {
            public,
            management,
            certificates,
            workers: None,
        })
    }

    /// Serves browsers on these threads. They live until the work in hand is finished.
    #[must_use]
    pub fn with_workers(self, workers: Workers) -> Self {
        Self {
            public: self.public.with_workers(workers.clone()),
            workers: Some(workers),
            ..self
        }
    }

    /// The certificate of the public listener, if it has one: to have its files looked at again.
    #[must_use]
    pub fn certificates(&self) -> Option<Certificates> {
        self.certificates.clone()
    }

    /// The address the public listener bound.
    #[must_use]
    pub fn public_address(&self) -> SocketAddr {
        self.public.address()
    }

    /// The address the management listener bound.
    #[must_use]
    pub fn management_address(&self) -> SocketAddr {
        self.management.address()
    }

    /// Builds the gateway and serves it until `stop` comes to an end, then stops in order. The store
    /// stays open.
    pub async fn serve(
        self,
        parts: Parts,
        stop: impl Future<Output = ()>,
    ) -> Result<Stopped, BuildError> {
        let gateway = crate::build(&parts)?;
        Ok(self.serve_gateway(gateway, parts, stop).await)
    }

    /// Serves a gateway that was built from these parts and may have got something beside it.
    pub async fn serve_gateway(
        self,
        gateway: Gateway,
        parts: Parts,
        stop: impl Future<Output = ()>,
    ) -> Stopped {
        let Parts { jobs, metrics, .. } = parts.clone();
        let public = gateway.front.before(gateway.public);
        let management = gateway.management_front.before(gateway.management);
        if let Some(certificates) = &self.certificates {
            certificates.watch(&jobs, &parts.clock);
        }
        sweep::start(&parts);
        assertion::start(&parts);
        let (stop_public, stop_management) = (CancellationToken::new(), CancellationToken::new());
        let end = async {
            stop.await;
            jobs.stop();
            stop_public.cancel();
        };
        let serve_public = async {
            let cut = self
                .public
                .serve(public, metrics.clone(), stop_public.clone())
                .await;
            let work_left = jobs.drain(WORK_PATIENCE).await;
            stop_management.cancel();
            (cut, work_left)
        };
        let serve_management =
            self.management
                .serve(management, metrics.clone(), stop_management.clone());
        let ((), (connections_cut, work_left), _) =
            tokio::join!(end, serve_public, serve_management);
        // What was begun on a worker is finished or given up by now.
        drop(self.workers);
        Stopped {
            connections_cut,
            work_left,
        }
    }
}

/// Who speaks for many people: the proxies in front, and what runs on this machine.
fn spared(config: &Config) -> Vec<Network> {
    let mut spared = config.trusted_proxies.clone();
    spared.extend(Network::LOOPBACK);
    spared
}

/// Security: a listener whose TLS cannot be set up is none; it never speaks in the clear instead.
fn with_tls(
    listener: Listener,
    certificates: &Certificates,
    address: SocketAddr,
) -> Result<Listener, BindError> {
    let shown: Arc<dyn ResolvesServerCert> = Arc::new(certificates.clone());
    listener.with_tls(shown).map_err(|error| BindError {
        key: "listen",
        address,
        error: io::Error::other(error),
    })
}
