//! The signature of the JS-SDK (`config`, `agentConfig`): which page may call WeCom's client.
//!
//! In: a ticket, a nonce, the time and the address of the page. Out: what the page hands to the JS-SDK.
//! Pure; the tickets come from `Client::sign_page` or from elsewhere. It
//! never shows a ticket: whoever has one can sign any page. Source: dossier section 11 (O-90506).

#[cfg(test)]
mod tests;

use serde::Serialize;
use sha1::{Digest as _, Sha1};

use crate::clock::Timestamp;
use crate::ids::{AgentId, CorpId};
use crate::secret::Secret;

/// Which of the two tickets signs a page.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
/// # fn main() { run(|client| async move {
/// use wecom_sdk::jssdk::TicketKind;
///
/// let page = "https://app.example.com/orders?id=7".parse()?;
/// let signed = client.sign_page(TicketKind::Agent, &page).await?;
/// assert_eq!(signed.signature.len(), 40);
/// # Ok(()) }) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TicketKind {
    /// The corp's, for `config` and `getConfigSignature`.
    Corp,
    /// The agent's, for `agentConfig` and `getAgentConfigSignature`.
    Agent,
}

/// What a page hands to the JS-SDK. As JSON it has the names that `@wecom/jssdk` wants.
///
/// ```
/// use wecom_sdk::jssdk::PageSignature;
/// use wecom_sdk::{CorpId, Secret, Timestamp};
///
/// let corp_id = CorpId::parse("ww5f1e2d3c4b5a6978")?;
/// let ticket = Secret::new("ticket");
/// let at = Timestamp::from_seconds(1_414_587_457);
/// let page = PageSignature::new(corp_id, &ticket, "Wm3WZYTPz0wzccnW", at, "https://a.example/");
/// let json = serde_json::to_value(&page)?;
/// assert!(json.get("agentId").is_none(), "the corp's ticket signs for no agent");
/// assert_eq!(json["nonceStr"], "Wm3WZYTPz0wzccnW");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PageSignature {
    /// `corpId`.
    #[serde(rename = "corpId")]
    pub corp_id: CorpId,
    /// `agentId`, with the agent's ticket.
    #[serde(rename = "agentId", skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
    /// Seconds since 1970.
    pub timestamp: i64,
    /// `nonceStr`.
    #[serde(rename = "nonceStr")]
    pub nonce: String,
    /// The signature.
    pub signature: String,
}

impl PageSignature {
    /// Signs a page with a ticket of the corp that was fetched elsewhere. For one of the agent, set
    /// [`agent_id`](Self::agent_id).
    #[must_use]
    pub fn new(corp_id: CorpId, ticket: &Secret, nonce: &str, at: Timestamp, page: &str) -> Self {
        Self {
            corp_id,
            agent_id: None,
            timestamp: at.as_seconds(),
            nonce: nonce.to_owned(),
            signature: sign(ticket, nonce, at, page),
        }
    }
}

/// Signs the address of a page: SHA-1 in lower-case hex over
/// `jsapi_ticket=…&noncestr=…&timestamp=…&url=…`, the address raw and cut at its `#`.
///
/// In a page with client-side routing, sign the address that is there now, query and all.
///
/// ```
/// use wecom_sdk::{Secret, Timestamp, jssdk};
///
/// let ticket = Secret::new(
///     "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg",
/// );
/// let at = Timestamp::from_seconds(1_414_587_457);
/// let page = "http://mp.weixin.qq.com?params=value#top";
/// let signature = jssdk::sign(&ticket, "Wm3WZYTPz0wzccnW", at, page);
/// assert_eq!(signature, "0f9de62fce790f9a083d5c99e95740ceb90c27ed");
/// ```
#[must_use]
pub fn sign(ticket: &Secret, nonce: &str, at: Timestamp, page: &str) -> String {
    let page = page.split_once('#').map_or(page, |(before, _)| before);
    let seconds = at.as_seconds().to_string();
    let mut sha1 = Sha1::new();
    for (name, value) in [
        ("jsapi_ticket=", ticket.expose()),
        ("&noncestr=", nonce),
        ("&timestamp=", &seconds),
        ("&url=", page),
    ] {
        sha1.update(name);
        sha1.update(value);
    }
    crate::hex::lower(&sha1.finalize())
}
