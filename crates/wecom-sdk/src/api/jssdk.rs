//! Pages that may call WeCom's client: both JS-SDK tickets, kept like tokens, and the signature.
//!
//! In: the address of a page. Out: what the page hands to the JS-SDK. Whether a page may be signed is
//! for the caller to judge: WeCom only asks whether its host is the agent's trusted domain.
//! Source: dossier section 11 (O-90506).

use url::Url;

use crate::client::{Client, NO_AGENT};
use crate::clock::Clock as _;
use crate::error::{Error, Kind};
use crate::jssdk::{PageSignature, TicketKind};
use crate::secret::Secret;

impl Client {
    /// Signs a page for the JS-SDK, with a ticket that is fetched when there is none.
    ///
    /// Sign only pages of your own site: take the path from the page, the host from configuration.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// use wecom_sdk::jssdk::TicketKind;
    ///
    /// let page = "https://portal.example.com/report?id=7#top".parse()?;
    /// let config = client.sign_page(TicketKind::Corp, &page).await?;
    /// let agent_config = client.sign_page(TicketKind::Agent, &page).await?;
    /// assert_eq!(config.signature.len(), 40);
    /// assert_eq!(agent_config.agent_id, client.agent_id());
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/90506>.
    ///
    /// # Errors
    /// As [`js_ticket`](Self::js_ticket). [`Error::is_entropy_unavailable`]: there is no nonce.
    pub async fn sign_page(&self, kind: TicketKind, page: &Url) -> Result<PageSignature, Error> {
        let caller = self.caller();
        // Before the ticket: without a nonce it would be fetched for nothing.
        let nonce = caller.entropy.alphanumeric(16);
        let nonce = nonce.map_err(|_| Error::new("", Kind::NoEntropy))?;
        let ticket = self.js_ticket(kind).await?;
        let at = caller.clock.now();
        let corp_id = self.corp_id().clone();
        let signed = PageSignature::new(corp_id, &ticket, &nonce, at, page.as_str());
        Ok(PageSignature {
            agent_id: self.agent_id().filter(|_| kind == TicketKind::Agent),
            ..signed
        })
    }

    /// A JS-SDK ticket, for who signs pages elsewhere: `get_jsapi_ticket` or `ticket/get`. It must never
    /// reach a browser.
    ///
    /// It is kept until shortly before its end, in the storage of the access tokens; callers that come
    /// together share one fetch.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// let ticket = client.js_ticket(wecom_sdk::jssdk::TicketKind::Corp).await?;
    /// assert!(!ticket.is_empty());
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/90506>.
    ///
    /// # Errors
    /// [`Error::is_rate_limited`]: more than 100 tickets an hour for this agent, or 400 for the corp: share
    /// a [`TokenStorage`](crate::TokenStorage) among the nodes. A client of contact sync has no agent, so it
    /// gets no ticket of one and does not ask.
    pub async fn js_ticket(&self, kind: TicketKind) -> Result<Secret, Error> {
        let (source, name) = (self.tickets(kind), kind.call());
        if kind == TicketKind::Agent && self.agent_id().is_none() {
            return Err(Error::new(name, NO_AGENT));
        }
        let work = async { Ok(Secret::new(source.get().await?.expose())) };
        self.caller().within_deadline(name, work).await
    }
}
