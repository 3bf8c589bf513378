//! What a member has agreed to show to one app (个人敏感信息授权, dossier 4.2).
//!
//! In: ticks and refusals. Out: the fields an app may read now. A consent lives 30 days; within
//! them the choices can be changed without a new page, and the days do not start again.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wecom_sdk::{AgentId, CorpId, Timestamp, UserId};

use super::member::SensitiveField;
use super::state::State;

/// How long a consent is remembered (dossier 4.2).
pub const CONSENT_LIVES: Duration = Duration::from_hours(30 * 24);

/// Whose consent for which app.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConsentKey {
    /// The corp.
    pub corp_id: CorpId,
    /// The app.
    pub agent_id: AgentId,
    member: String,
}

impl ConsentKey {
    /// The key of a member's consent for an app.
    #[must_use]
    pub fn new(corp_id: CorpId, agent_id: AgentId, user_id: &UserId) -> Self {
        Self {
            corp_id,
            agent_id,
            member: user_id.folded(),
        }
    }

    /// The member, in lower case.
    pub(crate) fn member(&self) -> &str {
        &self.member
    }

    /// Whether it is this member's, named in lower case.
    pub(crate) fn is_of(&self, member: &str) -> bool {
        self.member == member
    }

    /// The same app's key for the member's new userid.
    pub(crate) fn renamed(&self, user_id: &UserId) -> Self {
        Self::new(self.corp_id.clone(), self.agent_id, user_id)
    }
}

/// A member's answer on the consent page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The fields that were ticked.
    pub fields: BTreeSet<SensitiveField>,
    /// When the page was answered.
    pub granted_at: Timestamp,
    /// Whether the member refused altogether.
    pub is_refused: bool,
}

impl State {
    /// The consent in force at `now`, a remembered refusal included.
    #[must_use]
    pub fn find_consent(&self, now: Timestamp, key: &ConsentKey) -> Option<&Consent> {
        let consent = self.consents.get(key)?;
        (consent.granted_at.plus(CONSENT_LIVES) > now).then_some(consent)
    }

    /// Keeps the ticks of a consent page.
    pub fn grant_consent(
        &mut self,
        now: Timestamp,
        key: ConsentKey,
        fields: BTreeSet<SensitiveField>,
    ) {
        let consent = Consent {
            fields,
            granted_at: now,
            is_refused: false,
        };
        self.consents.insert(key, consent);
    }

    /// Keeps a refusal, which takes an earlier consent's place.
    pub fn refuse_consent(&mut self, now: Timestamp, key: ConsentKey) {
        let consent = Consent {
            fields: BTreeSet::new(),
            granted_at: now,
            is_refused: true,
        };
        self.consents.insert(key, consent);
    }

    /// Changes the ticks inside the 30 days (the page 个人敏感信息授权管理); false when there is no
    /// consent to change.
    pub fn change_consent(
        &mut self,
        now: Timestamp,
        key: &ConsentKey,
        fields: BTreeSet<SensitiveField>,
    ) -> bool {
        if self.find_consent(now, key).is_none() {
            return false;
        }
        let consent = self.consents.get_mut(key);
        consent.is_some_and(|consent| {
            consent.fields = fields;
            consent.is_refused = false;
            true
        })
    }

    /// Forgets a consent, so that the page is shown again.
    pub fn forget_consent(&mut self, key: &ConsentKey) -> bool {
        self.consents.remove(key).is_some()
    }

    /// Forgets every consent for an app that is taken away.
    pub(crate) fn forget_consents_for(&mut self, corp_id: &CorpId, agent_id: AgentId) {
        self.consents
            .take_out(|key| key.corp_id == *corp_id && key.agent_id == agent_id);
    }

    /// Every consent in force, in a stable order.
    pub(crate) fn consents_in_force(&self, now: Timestamp) -> Vec<(&ConsentKey, &Consent)> {
        let consents = self.consents.iter();
        consents
            .filter(|(_, consent)| consent.granted_at.plus(CONSENT_LIVES) > now)
            .collect()
    }

    /// A member's consents in force, app by app: what the management page shows.
    #[must_use]
    pub fn consents_of(
        &self,
        now: Timestamp,
        corp_id: &CorpId,
        user_id: &UserId,
    ) -> Vec<(AgentId, Consent)> {
        let agents = self.corps.get(corp_id).map(|corp| corp.agents.keys());
        let agents = agents.into_iter().flatten();
        let found = agents.filter_map(|agent_id| {
            let key = ConsentKey::new(corp_id.clone(), *agent_id, user_id);
            Some((*agent_id, self.find_consent(now, &key)?.clone()))
        });
        found.collect()
    }

    /// The fields an app may read of a member now: selected by the admin and ticked by the member.
    #[must_use]
    pub fn open_fields(&self, now: Timestamp, key: &ConsentKey) -> BTreeSet<SensitiveField> {
        let agent = self.agent(&key.corp_id, key.agent_id);
        let consent = self.find_consent(now, key);
        match (agent, consent) {
            (Some(agent), Some(consent)) => {
                let both = agent.sensitive_fields.intersection(&consent.fields);
                both.copied().collect()
            }
            _ => BTreeSet::new(),
        }
    }
}
