//! The HTTP client: one per corp and agent.
//!
//! Typed calls go out with the agent's access token, typed answers or one [`Error`] come back. It
//! follows no redirect, reads no more than 1 MiB, gives every call one deadline, speaks plain http to
//! loopback hosts only, and keeps nothing global. The calls themselves are in `api/`.

mod answer;
mod builder;
mod call;
mod circuit;
mod endpoints;
mod exchange;
mod tls;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use answer::{Answer, Fields};
pub use builder::ClientBuilder;
pub(crate) use call::{Call, Retries, answered, while_busy};
pub(crate) use circuit::Circuits;
pub use endpoints::Endpoints;
pub(crate) use exchange::{Exchange, Request};

use crate::access_token::{SecretSource, TokenSource};
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::ids::{AgentId, CorpId};

/// A client for one agent (自建应用) of one corp. Cheap to clone; clones share tokens and connections.
///
/// ```
/// use std::sync::Arc;
/// use wecom_sdk::{AgentId, Client, CorpId, Secret};
///
/// let corp_id = CorpId::parse("ww5f1e2d3c4b5a6978")?;
/// let secret = Arc::new(Secret::new("the app's secret"));
/// let client = Client::builder(corp_id, AgentId(1_000_002), secret).build()?;
/// assert_eq!(client.agent_id(), AgentId(1_000_002));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    exchange: Exchange,
    tokens: TokenSource,
    circuits: Arc<Circuits>,
    clock: Arc<dyn Clock>,
    entropy: Arc<Entropy>,
    /// For a whole call: token, repeats and all.
    timeout: Duration,
    /// Before the first repeat of a call that WeCom was too busy for.
    pause: Duration,
    corp_id: CorpId,
    agent_id: AgentId,
    endpoints: Endpoints,
}

impl Client {
    /// Starts to build a client.
    #[must_use]
    pub fn builder(
        corp_id: CorpId,
        agent_id: AgentId,
        secrets: Arc<dyn SecretSource>,
    ) -> ClientBuilder {
        ClientBuilder::new(corp_id, agent_id, secrets)
    }

    /// The corp.
    #[must_use]
    pub fn corp_id(&self) -> &CorpId {
        &self.0.corp_id
    }

    /// The agent.
    #[must_use]
    pub fn agent_id(&self) -> AgentId {
        self.0.agent_id
    }

    /// Where WeCom is, for links.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.0.endpoints
    }

    /// Makes sure that there is an access token: proves that corp id, secret and network are right.
    /// The token itself is never handed out.
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/91039>.
    ///
    /// # Errors
    /// [`Error::explanation`] names the cause (40001, 40013, 45009 …). After a refused secret the
    /// client holds off, because repeated wrong secrets block the address for an hour.
    pub async fn access_token(&self) -> Result<(), Error> {
        self.within_deadline("gettoken", async { self.0.tokens.get().await.map(drop) })
            .await
    }
}
