//! Who is calling: the checks that stand before every call with a token (dossier 15.3).
//!
//! In: the token of the query, the caller's address and the call. Out: a [`Caller`], or the refusal
//! of the first check that fails. The order is that of the dossier: token, enabled, address,
//! frequency, kind of token. What the call is about is not looked at.

use std::fmt;
use std::net::IpAddr;

use wecom_sdk::{CorpId, Timestamp};

use super::agent::{NEW_RULES_AT, TrustedIps};
use super::refusal::Refusal;
use super::state::State;
use super::token::Holder;

/// Which kinds of token may make a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Agents only; the contact sync gets 48002.
    Agents,
    /// The contact sync only; agents get 48002.
    ContactSync,
    /// Both.
    Both,
    /// Both; a contact sync's exchange of a code is judged with the code (10).
    Exchange,
    /// Agents, and the contact sync from old addresses; from new ones it gets 48009 (8.1).
    AgentsAndOldContactSync,
}

/// A call with a token, before anything else is known about it.
#[derive(Clone, Copy, Debug)]
pub struct Knock<'a> {
    /// `access_token` of the query.
    pub token: Option<&'a str>,
    /// The caller's address.
    pub address: IpAddr,
    /// The path of the call.
    pub call: &'static str,
    /// Who may make it.
    pub allowed: Allowed,
    /// Whether it is counted now. A code exchange is counted only when it fails (13.1).
    pub is_counted: bool,
    /// `debug=1` (2.2).
    pub is_debug: bool,
}

/// Whose call it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The corp.
    pub corp_id: CorpId,
    /// Which of its secrets.
    pub holder: Holder,
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.holder {
            Holder::Agent(agent_id) => write!(f, "{}/{agent_id}", self.corp_id),
            Holder::ContactSync => write!(f, "{}/contact_sync", self.corp_id),
        }
    }
}

impl State {
    /// Lets a call in.
    ///
    /// # Errors
    /// Fails with the first check that does, in the order of dossier 15.3.
    pub fn admit(&mut self, now: Timestamp, knock: Knock<'_>) -> Result<Caller, Refusal> {
        let token = knock.token.filter(|token| !token.is_empty());
        let token = token.ok_or(Refusal::new(41001, "token.missing (2, 3)"))?;
        let record = self.find_token(now, token)?;
        let caller = Caller {
            corp_id: record.corp_id.clone(),
            holder: record.holder,
        };
        self.check_standing(now, &caller, knock.address)?;
        if knock.is_counted {
            self.count_call(now, &caller.corp_id, knock.address, knock.call)?;
        }
        if knock.is_debug {
            self.count_debug(now, &caller.corp_id, knock.call)?;
        }
        self.check_kind(&caller, knock.allowed)?;
        Ok(caller)
    }

    /// The app is enabled, and the address is trusted where the new rules hold.
    fn check_standing(
        &self,
        now: Timestamp,
        caller: &Caller,
        address: IpAddr,
    ) -> Result<(), Refusal> {
        let gone = Refusal::new(40014, "token.of_a_removed_app (3)");
        let corp = self.corps.get(&caller.corp_id).ok_or(gone)?;
        let check_ip = |created_at: Timestamp, ips: &TrustedIps| {
            if created_at < NEW_RULES_AT || ips.allows(now, address) {
                Ok(())
            } else {
                Err(Refusal::new(60020, "caller.address_not_trusted (5.3)"))
            }
        };
        match caller.holder {
            Holder::Agent(agent_id) => {
                let agent = corp.agents.get(&agent_id).ok_or(gone)?;
                if !agent.is_enabled {
                    return Err(Refusal::new(50003, "caller.agent_disabled (15.3)"));
                }
                check_ip(agent.created_at, &agent.trusted_ips)
            }
            Holder::ContactSync => {
                let sync = corp.contact_sync.as_ref().ok_or(gone)?;
                check_ip(sync.created_at, &sync.trusted_ips)
            }
        }
    }

    fn check_kind(&self, caller: &Caller, allowed: Allowed) -> Result<(), Refusal> {
        let corp = self.corps.get(&caller.corp_id);
        let sync = corp.and_then(|corp| corp.contact_sync.as_ref());
        let reads_details = sync.is_some_and(|sync| sync.reads_details);
        match (caller.holder, allowed) {
            (Holder::Agent(_), Allowed::ContactSync) | (Holder::ContactSync, Allowed::Agents) => {
                Err(Refusal::new(48002, "caller.kind_of_token (1, 15.3)"))
            }
            (Holder::ContactSync, Allowed::AgentsAndOldContactSync) if !reads_details => Err(
                Refusal::new(48009, "caller.contact_sync_reads_ids_only (8.1)"),
            ),
            _ => Ok(()),
        }
    }
}
