//! Changes of the directory that touch more than the thing itself: a member who leaves or is renamed, and a
//! department, a tag, an agent or a corp that is taken out.
//!
//! In: what an admin does in the console. Out: the directory, with tags, leaders, ranges and consents kept in
//! step. Whoever comes back under an old userid or number is somebody new and inherits nothing.

use wecom_sdk::{AgentId, CorpId, DepartmentId, TagId, UserId};

use super::agent::VisibleRange;
use super::corp::Corp;
use super::state::State;
use super::token::Holder;

impl State {
    /// Takes a member out of the directory; false when there is none.
    pub fn remove_member(&mut self, corp_id: &CorpId, user_id: &UserId) -> bool {
        let corp = self.corps.get_mut(corp_id);
        let Some(corp) = corp.filter(|corp| corp.members.get(user_id).is_some()) else {
            return false;
        };
        let key = user_id.folded();
        corp.members.remove(user_id);
        corp.tags.change_where(
            |tag| tag.holds(&key),
            |tag| tag.members.retain(|tagged| tagged.folded() != key),
        );
        for range in ranges(corp) {
            range.members.remove(&key);
        }
        self.consents
            .take_out(|consent| consent.corp_id == *corp_id && consent.is_of(&key));
        self.two_step_waiting
            .take_out(|(id, member)| id == corp_id && *member == key);
        true
    }

    /// Takes an agent out, and everything that was issued for it: another under its number begins anew.
    pub(crate) fn remove_agent(&mut self, corp_id: &CorpId, agent_id: AgentId) {
        if let Some(corp) = self.corps.get_mut(corp_id) {
            corp.agents.remove(&agent_id);
        }
        self.end_tokens(corp_id, Some(Holder::Agent(agent_id)));
        self.codes
            .forget(|code| code.grant.corp_id == *corp_id && code.grant.agent_id == Some(agent_id));
        let owner = (corp_id, agent_id);
        self.tickets
            .forget(|ticket| (&ticket.corp_id, ticket.agent_id) == owner);
        self.js_tickets
            .forget(|ticket| (&ticket.corp_id, ticket.agent_id) == owner);
        self.scans
            .forget(|scan| (&scan.request.corp_id, scan.request.agent_id) == owner);
        self.consent_pages
            .forget(|page| (&page.link.corp_id, page.agent_id) == owner);
        self.current_js_tickets
            .retain(|(corp, agent, _), _| (corp, *agent) != owner);
        self.forget_consents_for(corp_id, agent_id);
    }

    /// Takes a corp out, and everything that was issued for it: whoever comes back under its id begins anew.
    pub(crate) fn remove_corp(&mut self, corp_id: &CorpId) {
        self.corps.remove(corp_id);
        self.tokens.forget(|token| token.corp_id == *corp_id);
        self.codes.forget(|code| code.grant.corp_id == *corp_id);
        self.tickets.forget(|ticket| ticket.corp_id == *corp_id);
        self.js_tickets.forget(|ticket| ticket.corp_id == *corp_id);
        self.tfa_codes.forget(|code| code.corp_id == *corp_id);
        self.scans.forget(|scan| scan.request.corp_id == *corp_id);
        self.consent_pages
            .forget(|page| page.link.corp_id == *corp_id);
        self.consents.take_out(|key| key.corp_id == *corp_id);
        self.current_tokens.retain(|(id, _), _| id != corp_id);
        self.current_js_tickets
            .retain(|(id, _, _), _| id != corp_id);
        self.two_step_waiting.take_out(|(id, _)| id == corp_id);
    }

    /// Gives a member another userid; false when there is none or the new userid is taken.
    pub fn rename_member(&mut self, corp_id: &CorpId, from: &UserId, to: &UserId) -> bool {
        let corp = self.corps.get_mut(corp_id);
        if !corp.is_some_and(|corp| rename(corp, from, to)) {
            return false;
        }
        let mine = |consent: &super::consent::ConsentKey| {
            consent.corp_id == *corp_id && consent.is_of(&from.folded())
        };
        for (consent, answer) in self.consents.take_out(mine) {
            self.consents.insert(consent.renamed(to), answer);
        }
        let waits = |(corp, member): &(CorpId, String)| corp == corp_id && *member == from.folded();
        for ((corp, _), kind) in self.two_step_waiting.take_out(waits) {
            self.two_step_waiting.insert((corp, to.folded()), kind);
        }
        true
    }
}

impl Corp {
    /// Takes a department out; tags and ranges lose it.
    pub(crate) fn remove_department(&mut self, id: DepartmentId) {
        self.departments.remove(&id);
        self.tags.change_where(
            |tag| tag.departments.contains(&id),
            |tag| {
                tag.departments.remove(&id);
            },
        );
        for range in ranges(self) {
            range.departments.remove(&id);
        }
    }

    /// Takes a tag out; ranges lose it. False when there is none.
    pub(crate) fn remove_tag(&mut self, id: TagId) -> bool {
        for range in ranges(self) {
            range.tags.remove(&id);
        }
        self.tags.remove(&id).is_some()
    }
}

/// Every range that names parts of the directory: of the agents, and of two-step verification.
fn ranges(corp: &mut Corp) -> impl Iterator<Item = &mut VisibleRange> {
    let agents = corp.agents.values_mut().map(|agent| &mut agent.visible);
    agents.chain(corp.two_step.as_mut().map(|set| &mut set.range))
}

fn rename(corp: &mut Corp, from: &UserId, to: &UserId) -> bool {
    let key = from.folded();
    if !corp.members.rename(from, to) {
        return false;
    }
    corp.tags.change_where(
        |tag| tag.holds(&key),
        |tag| {
            let tagged = tag.members.iter_mut();
            for user_id in tagged.filter(|user_id| user_id.folded() == key) {
                *user_id = to.clone();
            }
        },
    );
    for range in ranges(corp) {
        if range.members.remove(&key) {
            range.members.insert(to.folded());
        }
    }
    corp.members.rename_leader(&key, to);
    true
}
