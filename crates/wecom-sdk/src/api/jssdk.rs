//! Pages that may call WeCom's client: both JS-SDK tickets, kept like tokens, and the signature.
//!
//! In: the address of a page. Out: what the page hands to the JS-SDK. Whether a page may be signed is
//! for the caller to judge: WeCom only asks whether its host is the agent's trusted domain.
//! Source: dossier section 11 (O-90506).

use url::Url;

use crate::client::Client;
use crate::clock::Clock as _;
use crate::error::{Error, Kind};
use crate::jssdk::{self, PageSignature, TicketKind};
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
    /// assert_eq!(agent_config.agent_id, Some(client.agent_id()));
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/90506>.
    ///
    /// # Errors
    /// As [`js_ticket`](Self::js_ticket).
    pub async fn sign_page(&self, kind: TicketKind, page: &Url) -> Result<PageSignature, Error> {
        let ticket = self.js_ticket(kind).await?;
        let caller = self.caller();
        let nonce = caller.entropy.alphanumeric(16);
        let nonce = nonce.map_err(|_| Error::new("", Kind::Interrupted))?;
        let at = caller.clock.now();
        Ok(PageSignature {
            corp_id: self.corp_id().clone(),
            agent_id: (kind == TicketKind::Agent).then(|| self.agent_id()),
            timestamp: at.as_seconds(),
            signature: jssdk::sign(&ticket, &nonce, at, page.as_str()),
            nonce,
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
    /// a [`TokenStorage`](crate::TokenStorage) among the nodes.
    pub async fn js_ticket(&self, kind: TicketKind) -> Result<Secret, Error> {
        let source = self.tickets(kind);
        let name = match kind {
            TicketKind::Corp => "get_jsapi_ticket",
            TicketKind::Agent => "ticket/get",
        };
        let work = async { Ok(Secret::new(source.get().await?.expose())) };
        self.caller().within_deadline(name, work).await
    }
}
