//! Changes of the directory that touch more than the thing itself: a member who leaves or is renamed, a corp
//! that is taken out.
//!
//! In: what an admin does in the console. Out: the directory, with tags, leaders, visible ranges
//! and consents kept in step. A member who comes back under an old userid is somebody new: no
//! consent is inherited.

use wecom_sdk::{CorpId, UserId};

use super::corp::Corp;
use super::state::State;

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
        for agent in corp.agents.values_mut() {
            agent.visible.members.remove(&key);
        }
        self.consents
            .take_out(|consent| consent.corp_id == *corp_id && consent.is_of(&key));
        true
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
        true
    }
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
    for agent in corp.agents.values_mut() {
        if agent.visible.members.remove(&key) {
            agent.visible.members.insert(to.folded());
        }
    }
    corp.members.rename_leader(&key, to);
    true
}
