//! Codes: 300 seconds, once, bound to a domain and the app that asked (dossier 4.4), and the
//! user tickets that come out of them (1800 seconds).
//!
//! In: who was authorized, for whom, and where the browser goes. Out: the person, once. A code is
//! remembered for a while after its end, so that the journal can say why it was refused.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use wecom_sdk::{AgentId, CorpId, Timestamp, UserId};

use super::domain::RedirectUri;
use super::person::Person;
use super::refusal::Refusal;
use super::state::State;
use super::switch::{CodeAfter50001, CodeBinding, CodeErrors, ContactSyncCodes, UserTicketUse};
use super::token::Holder;

/// How long a code lives unused (dossier 4.4).
pub const CODE_LIVES: Duration = Duration::from_mins(5);
/// How long a user ticket lives (dossier 6.1).
pub const TICKET_LIVES: Duration = Duration::from_mins(30);
const REMEMBERED: Duration = Duration::from_hours(1);

/// By which door a code was asked for, and what it may give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeScope {
    /// OAuth link, silent.
    Base,
    /// OAuth link with `snsapi_privateinfo`: the code gives a user ticket.
    PrivateInfo,
    /// Web login or QR page: never a user ticket.
    WebLogin,
    /// The verification page of two-step verification (10): not an app's link.
    TwoStep,
}

/// What a code stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CodeGrant {
    /// The corp of the link.
    pub corp_id: CorpId,
    /// The agent of the link, where it named one.
    pub agent_id: Option<AgentId>,
    /// Where the browser takes the code.
    pub redirect_uri: RedirectUri,
    /// Who was authorized.
    pub person: Person,
    /// By which door.
    pub scope: CodeScope,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CodeRecord {
    pub(super) grant: CodeGrant,
    expires_at: Timestamp,
    is_used: bool,
}

/// What an exchanged code gives.
#[derive(Clone, Debug)]
pub struct Exchanged {
    /// Who was authorized.
    pub person: Person,
    /// A user ticket, when the door and the visible range allow one (dossier 6.1).
    pub user_ticket: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TicketRecord {
    pub(crate) corp_id: CorpId,
    pub(crate) agent_id: AgentId,
    pub(crate) user_id: UserId,
    pub(crate) expires_at: Timestamp,
    pub(crate) is_used: bool,
}

impl State {
    /// Keeps a code. `code` is a value drawn beforehand.
    pub fn issue_code(&mut self, now: Timestamp, code: String, grant: CodeGrant) {
        let expires_at = now.plus(CODE_LIVES);
        let record = CodeRecord {
            grant,
            expires_at,
            is_used: false,
        };
        self.codes
            .put(now, expires_at.plus(REMEMBERED), code, record);
    }

    /// Uses a code up, for the app whose token came with the call. `ticket` is a value drawn
    /// beforehand, used when a user ticket is due.
    ///
    /// # Errors
    /// 40029 for a code that is unknown, used, expired or another corp's; 50001 when the token's
    /// app does not own the domain the code went to.
    pub fn take_code(
        &mut self,
        now: Timestamp,
        caller: (&CorpId, Holder),
        code: &str,
        ticket: String,
    ) -> Result<Exchanged, Refusal> {
        let (corp_id, holder) = caller;
        if holder == Holder::ContactSync {
            return self.take_page_code(now, corp_id, code);
        }
        let grant = self.check_code(now, corp_id, code)?.clone();
        let is_owner = self.owns_redirect(corp_id, holder, &grant);
        let burns = is_owner || self.switches.code_after_50001 == CodeAfter50001::Burnt;
        if let Some(record) = self.codes.get_mut(code) {
            record.is_used = burns;
        }
        let (true, Holder::Agent(agent_id)) = (is_owner, holder) else {
            return Err(Refusal::new(
                50001,
                "code.domain_not_of_this_app (4.4, 6.1)",
            ));
        };
        let user_ticket = self.ticket_holder(&grant, agent_id).map(|user_id| {
            self.keep_ticket(now, ticket.clone(), (corp_id.clone(), agent_id, user_id));
            ticket
        });
        Ok(Exchanged {
            person: grant.person,
            user_ticket,
        })
    }

    /// The contact sync learns who stands in front of the verification page (10), and nothing else.
    fn take_page_code(
        &mut self,
        now: Timestamp,
        corp_id: &CorpId,
        code: &str,
    ) -> Result<Exchanged, Refusal> {
        let is_page = |record: &CodeRecord| record.grant.scope == CodeScope::TwoStep;
        let is_open = self.switches.contact_sync_codes == ContactSyncCodes::VerificationPage;
        if !is_open || !self.codes.get(code).is_some_and(is_page) {
            return Err(Refusal::new(48002, "caller.kind_of_token (1, 15.3)"));
        }
        let person = self.check_code(now, corp_id, code)?.person.clone();
        self.burn_code(code);
        Ok(Exchanged {
            person,
            user_ticket: None,
        })
    }

    /// Uses a code up.
    pub(super) fn burn_code(&mut self, code: &str) {
        if let Some(record) = self.codes.get_mut(code) {
            record.is_used = true;
        }
    }

    pub(super) fn check_code(
        &self,
        now: Timestamp,
        corp_id: &CorpId,
        code: &str,
    ) -> Result<&CodeGrant, Refusal> {
        let is_specific = self.switches.code_errors == CodeErrors::Specific;
        let record = self
            .codes
            .get(code)
            .ok_or(Refusal::new(40029, "code.unknown (4.4)"))?;
        if record.grant.corp_id != *corp_id {
            return Err(Refusal::new(40029, "code.of_another_corp (4.4)"));
        }
        if record.is_used {
            let errcode = if is_specific { 42022 } else { 40029 };
            return Err(Refusal::new(errcode, "code.used (4.4)"));
        }
        if record.expires_at <= now {
            let errcode = if is_specific { 42003 } else { 40029 };
            return Err(Refusal::new(errcode, "code.expired (4.4)"));
        }
        Ok(&record.grant)
    }

    pub(super) fn owns_redirect(
        &self,
        corp_id: &CorpId,
        holder: Holder,
        grant: &CodeGrant,
    ) -> bool {
        let Holder::Agent(agent_id) = holder else {
            return false;
        };
        let is_bound_to_another = self.switches.code_binding == CodeBinding::App
            && grant.agent_id.is_some_and(|bound| bound != agent_id);
        let agent = self.agent(corp_id, agent_id);
        !is_bound_to_another
            && agent.is_some_and(|agent| {
                let domains = agent.code_domains(grant.scope == CodeScope::WebLogin);
                grant.redirect_uri.is_on(domains, &self.switches)
            })
    }

    /// The member whom a user ticket is due for: private info asked, and inside the visible range.
    fn ticket_holder(&self, grant: &CodeGrant, agent_id: AgentId) -> Option<UserId> {
        let user_id = grant.person.user_id()?;
        let corp = self.corps.get(&grant.corp_id)?;
        let agent = corp.agents.get(&agent_id)?;
        let is_due = grant.scope == CodeScope::PrivateInfo && corp.is_visible(agent, user_id);
        is_due.then(|| user_id.clone())
    }

    fn keep_ticket(&mut self, now: Timestamp, value: String, owner: (CorpId, AgentId, UserId)) {
        let expires_at = now.plus(TICKET_LIVES);
        let record = TicketRecord {
            corp_id: owner.0,
            agent_id: owner.1,
            user_id: owner.2,
            expires_at,
            is_used: false,
        };
        self.tickets
            .put(now, expires_at.plus(REMEMBERED), value, record);
    }

    /// The user tickets in force, the newest first.
    pub(crate) fn user_tickets_in_force(
        &self,
        now: Timestamp,
    ) -> impl Iterator<Item = (&str, &TicketRecord)> {
        let tickets = self.tickets.newest_first();
        tickets.filter(move |(_, record)| record.expires_at > now)
    }

    /// Ends the tickets that an app has of a member, or of everybody, before their time: 84014 from now on. Says how
    /// many ended.
    pub fn end_user_tickets(
        &mut self,
        now: Timestamp,
        (corp_id, agent_id): (&CorpId, AgentId),
        user_id: Option<&UserId>,
    ) -> usize {
        let is_meant = |record: &TicketRecord| {
            let is_theirs = (&record.corp_id, record.agent_id) == (corp_id, agent_id);
            let is_of = user_id.is_none_or(|id| id.folded() == record.user_id.folded());
            is_theirs && is_of && record.expires_at > now
        };
        let end = |record: &mut TicketRecord| record.expires_at = now;
        self.tickets.change_each(is_meant, end)
    }

    /// Uses a user ticket and says whose it is.
    ///
    /// # Errors
    /// 84015 for a ticket that is unknown, another app's or used up; 84014 for an expired one.
    pub fn take_ticket(
        &mut self,
        now: Timestamp,
        caller: (&CorpId, AgentId),
        value: &str,
    ) -> Result<UserId, Refusal> {
        let is_once = self.switches.user_ticket_use == UserTicketUse::Once;
        let record = self.tickets.get_mut(value);
        let record = record.ok_or(Refusal::new(84015, "ticket.unknown (7)"))?;
        if (&record.corp_id, record.agent_id) != caller {
            return Err(Refusal::new(84015, "ticket.of_another_app (7)"));
        }
        if record.expires_at <= now {
            return Err(Refusal::new(84014, "ticket.expired (7)"));
        }
        if record.is_used && is_once {
            return Err(Refusal::new(84015, "ticket.used (7, 18)"));
        }
        record.is_used = true;
        Ok(record.user_id.clone())
    }
}
