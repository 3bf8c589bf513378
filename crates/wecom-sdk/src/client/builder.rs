//! Builds a [`Client`].
//!
//! In: who we are, and what differs from the usual. Out: a client. Nothing is called, and nothing is read
//! from the environment but the roots of trust.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::circuit::Circuits;
use super::{Caller, Client, Endpoints, Exchange, Inner};
use crate::access_token::{
    Fetcher, MemoryStorage, SecretSource, TicketFetcher, TokenFetcher, TokenSource, TokenStorage,
};
use crate::clock::{Clock, SystemClock};
use crate::entropy::Entropy;
use crate::error::{Error, Kind};
use crate::ids::{AgentId, CorpId};
use crate::jssdk::TicketKind;

/// What a [`Client`] is built from. Everything but the three arguments of [`Client::builder`] has a
/// default.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use wecom_sdk::{AgentId, Client, CorpId, Secret};
///
/// let corp_id = CorpId::parse("ww5f1e2d3c4b5a6978")?;
/// let secret = Arc::new(Secret::new("from a file"));
/// let client = Client::builder(corp_id, AgentId(1_000_002), secret)
///     .timeout(Duration::from_secs(8))
///     .proxy("http://egress.example.com:3128".parse()?)
///     .build()?;
/// # drop(client);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ClientBuilder {
    pub(super) corp_id: CorpId,
    pub(super) agent_id: Option<AgentId>,
    pub(super) secrets: Arc<dyn SecretSource>,
    pub(super) endpoints: Endpoints,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<Entropy>,
    pub(super) storage: Arc<dyn TokenStorage>,
    pub(super) timeout: Duration,
    pub(super) connect_timeout: Duration,
    pub(super) pause: Duration,
    pub(super) proxy: Option<Url>,
    pub(super) roots: Option<Vec<Vec<u8>>>,
}

impl ClientBuilder {
    pub(super) fn new(
        corp_id: CorpId,
        agent_id: Option<AgentId>,
        secrets: Arc<dyn SecretSource>,
    ) -> Self {
        Self {
            corp_id,
            agent_id,
            secrets,
            endpoints: Endpoints::default(),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(Entropy::system()),
            storage: Arc::new(MemoryStorage::default()),
            timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(3),
            pause: Duration::from_millis(100),
            proxy: None,
            roots: None,
        }
    }

    /// Where WeCom is. Default: WeCom's own hosts.
    #[must_use]
    pub fn endpoints(mut self, endpoints: Endpoints) -> Self {
        self.endpoints = endpoints;
        self
    }

    /// Where the time comes from. Default: the machine.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Where chance comes from. Default: the operating system.
    #[must_use]
    pub fn entropy(mut self, entropy: Arc<Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// Where access tokens and tickets are kept, so that nodes can share them. Default: this client's
    /// memory.
    #[must_use]
    pub fn token_storage(mut self, storage: Arc<dyn TokenStorage>) -> Self {
        self.storage = storage;
        self
    }

    /// The deadline of a whole call, with the token it needs and its repeats. Default: 5 s.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The deadline for a connection, TLS included. Default: 3 s.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The pause before a call is repeated because WeCom was busy (-1). It doubles with each repeat
    /// and is stretched at random up to twofold. Default: 100 ms.
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// The egress proxy to use. Default: none, and the environment (`HTTPS_PROXY` …) is not asked:
    /// where secrets travel is said in configuration, not inherited. Loopback hosts are never
    /// proxied, so that plain http never leaves the machine.
    #[must_use]
    pub fn proxy(mut self, proxy: Url) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Trusts these certificate authorities (DER) and no others: for an egress relay with a private
    /// one. Default: the system's, or Mozilla's list where the system has none.
    #[must_use]
    pub fn trust_only(mut self, roots: Vec<Vec<u8>>) -> Self {
        self.roots = Some(roots);
        self
    }

    /// Builds the client. Nothing is called, and no certificate has to be installed on the machine.
    ///
    /// # Errors
    /// Fails when an endpoint may not be used (plain http outside loopback, a user name, a query) or
    /// a certificate authority cannot be read.
    pub fn build(self) -> Result<Client, Error> {
        let wrong = |what| Error::new("", Kind::Configuration(what));
        if self
            .proxy
            .as_ref()
            .is_some_and(|proxy| !matches!(proxy.scheme(), "http" | "https"))
        {
            return Err(wrong("the proxy is not an http or https address"));
        }
        self.endpoints.check().map_err(wrong)?;
        let exchange = Exchange::new(&self).map_err(wrong)?;
        let circuits = Arc::new(Circuits::default());
        let fetcher = TokenFetcher {
            exchange: exchange.clone(),
            circuits: Arc::clone(&circuits),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            corp_id: self.corp_id.clone(),
            agent_id: self.agent_id,
            timeout: self.timeout,
            pause: self.pause,
        };
        let source = |fetcher| {
            TokenSource::new(
                fetcher,
                Arc::clone(&self.secrets),
                Arc::clone(&self.storage),
            )
        };
        let caller = Arc::new(Caller {
            exchange,
            tokens: source(Fetcher::Token(fetcher)),
            circuits,
            clock: self.clock,
            entropy: self.entropy,
            timeout: self.timeout,
            pause: self.pause,
        });
        let tickets = [TicketKind::Corp, TicketKind::Agent].map(|kind| {
            source(Fetcher::Ticket(TicketFetcher {
                caller: Arc::clone(&caller),
                kind,
                corp_id: self.corp_id.clone(),
                agent_id: self.agent_id,
            }))
        });
        Ok(Client(Arc::new(Inner {
            caller,
            tickets,
            corp_id: self.corp_id,
            agent_id: self.agent_id,
            endpoints: self.endpoints,
        })))
    }
}

/// The proxy's address may hold a password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("corp_id", &self.corp_id)
            .field("agent_id", &self.agent_id)
            .field("endpoints", &self.endpoints)
            .finish_non_exhaustive()
    }
}
