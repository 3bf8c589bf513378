//! Consent pages that wait for an answer (dossier 4.2).
//!
//! In: a checked OAuth link and the member who stands in front of it. Out: where the browser goes.
//! The answer may come from the page itself or from the control API; it counts once.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wecom_sdk::{AgentId, Timestamp, UserId};

use super::authorize::Authorization;
use super::code::CodeScope;
use super::consent::ConsentKey;
use super::member::SensitiveField;
use super::person::Person;
use super::state::State;

const WAITS: Duration = Duration::from_hours(1);

/// Where a consent page stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConsentStatus {
    /// Not answered yet.
    Waiting,
    /// Granted: the browser goes here, with a code.
    Granted {
        /// The address with code and state.
        location: String,
    },
    /// Refused: the browser goes here without a code, or stays.
    Refused {
        /// The address with state only.
        location: Option<String>,
    },
}

/// A consent page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConsentPage {
    /// The link it came from.
    pub link: Authorization,
    /// The agent that asks.
    pub agent_id: AgentId,
    /// The member who is asked.
    pub user_id: UserId,
    /// Where it stands.
    pub status: ConsentStatus,
}

/// Why a consent page could not be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentError {
    /// There is no such page.
    Unknown,
    /// It was answered before.
    Answered,
}

impl State {
    /// Keeps a consent page under `key`, a value drawn beforehand; false when the link names no
    /// agent or the person is no member, so that there is nothing to consent to.
    pub fn open_consent_page(
        &mut self,
        now: Timestamp,
        key: String,
        link: &Authorization,
        person: &Person,
    ) -> bool {
        let (Some(agent_id), Some(user_id)) = (link.agent_id, person.user_id()) else {
            return false;
        };
        let page = ConsentPage {
            link: link.clone(),
            agent_id,
            user_id: user_id.clone(),
            status: ConsentStatus::Waiting,
        };
        self.consent_pages.put(now, now.plus(WAITS), key, page);
        true
    }

    /// A consent page.
    #[must_use]
    pub fn consent_page(&self, key: &str) -> Option<&ConsentPage> {
        self.consent_pages.get(key)
    }

    /// The newest consent page that still waits for an answer.
    #[must_use]
    pub fn newest_consent_page(&self) -> Option<String> {
        let mut pages = self.consent_pages.newest_first();
        let found = pages.find(|(_, page)| page.status == ConsentStatus::Waiting);
        found.map(|(key, _)| key.to_owned())
    }

    /// The member ticks fields and agrees: the consent is kept and a code issued. Fields that the
    /// admin has not selected are dropped. `code` is a value drawn beforehand.
    ///
    /// # Errors
    /// Fails when there is no such page or it was answered before.
    pub fn grant_consent_page(
        &mut self,
        now: Timestamp,
        key: &str,
        fields: &BTreeSet<SensitiveField>,
        code: String,
    ) -> Result<String, ConsentError> {
        let page = self.waiting_page(key)?.clone();
        let agent = self.agent(&page.link.corp_id, page.agent_id);
        let selected = agent.map(|agent| agent.sensitive_fields.clone());
        let fields = selected
            .unwrap_or_default()
            .intersection(fields)
            .copied()
            .collect();
        let consent = ConsentKey::new(page.link.corp_id.clone(), page.agent_id, &page.user_id);
        self.grant_consent(now, consent, fields);
        let location = page.link.location(&code);
        let grant = page
            .link
            .grant(Person::Member(page.user_id), CodeScope::PrivateInfo);
        self.issue_code(now, code, grant);
        self.answer_page(
            key,
            ConsentStatus::Granted {
                location: location.clone(),
            },
        );
        Ok(location)
    }

    /// The member refuses.
    ///
    /// # Errors
    /// Fails when there is no such page or it was answered before.
    pub fn refuse_consent_page(
        &mut self,
        now: Timestamp,
        key: &str,
    ) -> Result<Option<String>, ConsentError> {
        let page = self.waiting_page(key)?.clone();
        let consent = ConsentKey::new(page.link.corp_id.clone(), page.agent_id, &page.user_id);
        self.refuse_consent(now, consent);
        let location = self.refused_location(&page.link);
        self.answer_page(
            key,
            ConsentStatus::Refused {
                location: location.clone(),
            },
        );
        Ok(location)
    }

    fn waiting_page(&self, key: &str) -> Result<&ConsentPage, ConsentError> {
        let page = self.consent_pages.get(key).ok_or(ConsentError::Unknown)?;
        if page.status == ConsentStatus::Waiting {
            Ok(page)
        } else {
            Err(ConsentError::Answered)
        }
    }

    fn answer_page(&mut self, key: &str, status: ConsentStatus) {
        if let Some(page) = self.consent_pages.get_mut(key) {
            page.status = status;
        }
    }
}
