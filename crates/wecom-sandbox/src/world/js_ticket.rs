//! JS-SDK tickets (dossier 11): one for the corp, one for each app; and the signatures made with them.
//!
//! In: a caller, or a signed page. Out: a ticket for 7200 seconds, or whether the client would accept
//! the page, in its own words. It never signs.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha1::{Digest as _, Sha1};
use wecom_sdk::{AgentId, CorpId, Timestamp};

use super::admit::Caller;
use super::domain::RedirectUri;
use super::refusal::Refusal;
use super::state::State;
use super::switch::RepeatTicket;
use super::token::Holder;

/// How long a ticket lives (dossier 11).
pub const JS_TICKET_LIVES: Duration = Duration::from_hours(2);

/// Which of the two tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum JsTicketKind {
    /// For `config`: the corp's.
    Corp,
    /// For `agentConfig`: an app's.
    Agent,
}

impl JsTicketKind {
    /// The word in control calls: what it signs for.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Corp => "config",
            Self::Agent => "agent_config",
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct JsTicket {
    pub(crate) corp_id: CorpId,
    pub(crate) agent_id: AgentId,
    pub(crate) kind: JsTicketKind,
    pub(crate) expires_at: Timestamp,
}

impl JsTicket {
    /// Whose ticket of which kind it is.
    pub(super) fn owner(&self) -> (CorpId, AgentId, JsTicketKind) {
        (self.corp_id.clone(), self.agent_id, self.kind)
    }
}

/// A page that called `config` or `agentConfig`.
#[derive(Clone, Debug)]
pub struct SignedPage {
    /// The corp.
    pub corp_id: CorpId,
    /// The app: whose trusted domain it must be, and for `agentConfig` whose ticket. `config` may leave it
    /// open, as the JS-SDK does: the domain of any app of the corp will do.
    pub agent_id: Option<AgentId>,
    /// Which call.
    pub kind: JsTicketKind,
    /// `nonceStr`
    pub nonce: String,
    /// `timestamp`, in seconds.
    pub timestamp: String,
    /// `location.href` of the page; what follows `#` is not signed.
    pub url: String,
    /// `signature`
    pub signature: String,
}

/// Why a client does not accept a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRefusal {
    /// The client's own words.
    pub errmsg: &'static str,
    /// The errcode of the server's table that says the same.
    pub errcode: i64,
    /// The rule that decided, with its section of the dossier.
    pub rule: &'static str,
}

impl State {
    /// Hands out a ticket. `fresh` is a value drawn beforehand, used when a new one is due.
    ///
    /// # Errors
    /// 45009 when the corp or the app asked for its corp ticket too often this hour (11, 13.1).
    pub fn issue_js_ticket(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        kind: JsTicketKind,
        fresh: String,
    ) -> Result<(String, Duration), Refusal> {
        let Holder::Agent(agent_id) = caller.holder else {
            return Err(Refusal::new(48002, "caller.kind_of_token (1, 15.3)"));
        };
        if kind == JsTicketKind::Corp {
            self.count_js_ticket(now, &caller.corp_id, agent_id)?;
        }
        let key = (caller.corp_id.clone(), agent_id, kind);
        let current = self.current_js_tickets.get(&key);
        let known = current.and_then(|value| Some((value.clone(), self.js_tickets.get(value)?)));
        if let Some((value, record)) = known
            && record.expires_at > now
            && self.switches.repeat_ticket == RepeatTicket::Same
        {
            return Ok((value, record.expires_at.since(now)));
        }
        let expires_at = now.plus(JS_TICKET_LIVES);
        let record = JsTicket {
            corp_id: caller.corp_id.clone(),
            agent_id,
            kind,
            expires_at,
        };
        self.js_tickets.put(now, expires_at, fresh.clone(), record);
        self.current_js_tickets.insert(key, fresh.clone());
        Ok((fresh, JS_TICKET_LIVES))
    }

    /// The tickets in force, the newest first.
    pub(crate) fn js_tickets_in_force(
        &self,
        now: Timestamp,
    ) -> impl Iterator<Item = (&str, &JsTicket)> {
        let tickets = self.js_tickets.newest_first();
        tickets.filter(move |(_, record)| record.expires_at > now)
    }

    /// Ends an app's tickets of one kind before their time: pages signed with them are refused, and the next
    /// call hands out a new one. Says how many ended.
    pub fn end_js_tickets(
        &mut self,
        now: Timestamp,
        (corp_id, agent_id): (&CorpId, AgentId),
        kind: JsTicketKind,
    ) -> usize {
        let owner = (corp_id.clone(), agent_id, kind);
        let is_meant = |record: &JsTicket| record.expires_at > now && record.owner() == owner;
        let end = |record: &mut JsTicket| record.expires_at = now;
        self.js_tickets.change_each(is_meant, end)
    }

    /// Judges a page as the client does: its domain first, then its signature.
    ///
    /// # Errors
    /// Fails with the client's words.
    pub fn check_signed_page(&self, now: Timestamp, page: &SignedPage) -> Result<(), PageRefusal> {
        if !self.is_js_domain(page) {
            return Err(PageRefusal {
                errmsg: "invalid url domain",
                errcode: 50001,
                rule: "js.domain (11)",
            });
        }
        let signer = self.js_tickets.newest_first().find(|(value, record)| {
            record.corp_id == page.corp_id && signature(value, page) == page.signature
        });
        let refused = |errcode, rule| PageRefusal {
            errmsg: "invalid signature",
            errcode,
            rule,
        };
        let Some((_, ticket)) = signer else {
            return Err(refused(40093, "js.signature (11)"));
        };
        let is_mine = ticket.kind == page.kind
            && (page.kind == JsTicketKind::Corp || Some(ticket.agent_id) == page.agent_id);
        if !is_mine {
            return Err(refused(42012, "js.ticket_of_another_kind_or_app (11)"));
        }
        if ticket.expires_at <= now {
            return Err(refused(40093, "js.ticket_expired (11)"));
        }
        Ok(())
    }

    /// The OAuth domain of the app, or one of its JS-SDK domains, or a child of one: here the host counts alone,
    /// unless a domain was registered with a port (5.1; the documents disagree on ports).
    fn is_js_domain(&self, page: &SignedPage) -> bool {
        let corp = self.corps.get(&page.corp_id);
        let url = RedirectUri::parse(&page.url);
        corp.zip(url).is_some_and(|(corp, url)| {
            let agents = corp.agents.values();
            let mut agents = agents.filter(|agent| page.agent_id.is_none_or(|id| id == agent.id));
            agents.any(|agent| {
                let domains = || agent.oauth_domain.iter().chain(&agent.js_domains);
                let is_below = domains().any(|domain| url.is_at_or_below(domain));
                is_below || url.is_on(domains(), &self.switches)
            })
        })
    }
}

/// SHA-1 over the four values in their fixed order, raw, the address cut at `#`.
fn signature(ticket: &str, page: &SignedPage) -> String {
    let url = page.url.split('#').next().unwrap_or_default();
    let text = format!(
        "jsapi_ticket={ticket}&noncestr={}&timestamp={}&url={url}",
        page.nonce, page.timestamp
    );
    hex(&Sha1::digest(text.as_bytes()))
}

/// Bytes as lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    //! The official vector (O-90506).

    use super::{JsTicketKind, SignedPage, signature};

    #[test]
    fn the_official_signature_comes_out() {
        let page = SignedPage {
            corp_id: wecom_sdk::CorpId::parse("ww1").unwrap(),
            agent_id: None,
            kind: JsTicketKind::Corp,
            nonce: "Wm3WZYTPz0wzccnW".to_owned(),
            timestamp: "1414587457".to_owned(),
            url: "http://mp.weixin.qq.com?params=value#part".to_owned(),
            signature: String::new(),
        };
        let ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";
        assert_eq!(
            signature(ticket, &page),
            "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
        );
    }
}
