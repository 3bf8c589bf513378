//! The HTTP client: one per corp and agent.
//!
//! Typed calls go out with the agent's access token, typed answers or one [`Error`] come back. It
//! follows no redirect, reads no more than 1 MiB of an answer and 8 MiB of a list, gives every call one
//! deadline, speaks plain http to loopback hosts only, and keeps nothing global. The calls are in `api/`.

mod answer;
mod builder;
mod call;
mod circuit;
mod endpoints;
mod exchange;
mod tls;

use std::sync::Arc;

pub(crate) use answer::{Answer, Fields};
pub use builder::ClientBuilder;
pub(crate) use call::{
    Call, Caller, MOST_BYTES_OF_LIST, MOST_BYTES_OF_ONE, Retries, answered, while_busy,
};
pub(crate) use circuit::Circuits;
pub use endpoints::Endpoints;
pub(crate) use exchange::{Exchange, Request};

use crate::access_token::{SecretSource, TokenSource};
use crate::error::{Error, Kind};
use crate::ids::{AgentId, CorpId};
use crate::jssdk::TicketKind;

/// Why a client of contact sync does not make a call.
pub(crate) const NO_AGENT: Kind = Kind::Configuration("contact sync has no agent");

/// A client for one agent (自建应用) of one corp. Cheap to clone; clones share tokens and connections.
///
/// ```
/// use std::sync::Arc;
/// use wecom_sdk::{AgentId, Client, CorpId, Secret};
///
/// let corp_id = CorpId::parse("ww5f1e2d3c4b5a6978")?;
/// let secret = Arc::new(Secret::new("the agent's secret"));
/// let client = Client::builder(corp_id, AgentId(1_000_002), secret).build()?;
/// assert_eq!(client.agent_id(), Some(AgentId(1_000_002)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    caller: Arc<Caller>,
    /// The corp's ticket, and the agent's.
    tickets: [TokenSource; 2],
    corp_id: CorpId,
    agent_id: Option<AgentId>,
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
        ClientBuilder::new(corp_id, Some(agent_id), secrets)
    }

    /// Starts to build a client of contact sync (通讯录同步) with its secret. It has no agent: it reads ids
    /// ([`member_ids`](Self::member_ids)), and may take part in two-step verification.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use wecom_sdk::{Client, CorpId, Secret};
    ///
    /// let corp_id = CorpId::parse("ww5f1e2d3c4b5a6978")?;
    /// let secret = Arc::new(Secret::new("the secret of contact sync"));
    /// let client = Client::contact_sync(corp_id, secret).build()?;
    /// assert_eq!(client.agent_id(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn contact_sync(corp_id: CorpId, secrets: Arc<dyn SecretSource>) -> ClientBuilder {
        ClientBuilder::new(corp_id, None, secrets)
    }

    /// The corp.
    #[must_use]
    pub fn corp_id(&self) -> &CorpId {
        &self.0.corp_id
    }

    /// The agent; `None` for a client of [contact sync](Self::contact_sync).
    #[must_use]
    pub fn agent_id(&self) -> Option<AgentId> {
        self.0.agent_id
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.0.caller
    }

    pub(crate) fn tickets(&self, kind: TicketKind) -> &TokenSource {
        let [of_corp, of_agent] = &self.0.tickets;
        match kind {
            TicketKind::Corp => of_corp,
            TicketKind::Agent => of_agent,
        }
    }

    /// Where WeCom is, for links.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.0.endpoints
    }

    /// Checks that corp id, secret and network are right, by making sure that there is an access token:
    /// `gettoken`, unless one is at hand. The token itself is never handed out.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// match client.check_credentials().await {
    ///     Ok(()) => println!("corp id, secret and network are right"),
    ///     Err(error) => println!("{error}: {:?}", error.explanation().map(|info| info.remedy)),
    /// }
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/91039>.
    ///
    /// # Errors
    /// [`Error::explanation`] names the cause (40001, 40013, 45009 …). After a refused secret the
    /// client holds off, because repeated wrong secrets block the address for an hour.
    #[doc(alias = "gettoken")]
    pub async fn check_credentials(&self) -> Result<(), Error> {
        let caller = &self.0.caller;
        let work = async { caller.tokens.get().await.map(drop) };
        caller.within_deadline("gettoken", work).await
    }
}
