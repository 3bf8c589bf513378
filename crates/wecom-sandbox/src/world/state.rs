//! Everything the sandbox knows, behind one lock in [`super::World`].
//!
//! In: a seed. Out: transitions and questions, each a pure function of this state, its arguments
//! and `now`; random values are drawn before and passed in. Nothing here waits, reads a clock or
//! talks to anybody.

use std::collections::{BTreeMap, HashMap};

use wecom_sdk::{AgentId, CorpId};

use super::agent::Agent;
use super::code::{CodeRecord, TicketRecord};
use super::consent::{Consent, ConsentKey};
use super::consent_page::ConsentPage;
use super::corp::Corp;
use super::limits::{Counters, Limits};
use super::scan::Scan;
use super::shelf::Shelf;
use super::switches::Switches;
use super::token::{Holder, TokenRecord};
use crate::seed::Seed;

/// The world's state.
#[derive(Debug, Default)]
pub struct State {
    /// Corps by id.
    pub corps: BTreeMap<CorpId, Corp>,
    /// The switches of the seed.
    pub switches: Switches,
    /// The limits of the seed.
    pub limits: Limits,
    pub(crate) tokens: Shelf<TokenRecord>,
    pub(crate) current_tokens: HashMap<(CorpId, Holder), String>,
    pub(crate) codes: Shelf<CodeRecord>,
    pub(crate) tickets: Shelf<TicketRecord>,
    pub(crate) consents: HashMap<ConsentKey, Consent>,
    pub(crate) consent_pages: Shelf<ConsentPage>,
    pub(crate) scans: Shelf<Scan>,
    pub(crate) counters: Counters,
}

impl State {
    /// The state that a seed describes: no tokens, codes or consents yet.
    #[must_use]
    pub fn from_seed(seed: &Seed) -> Self {
        let corps = seed.corps.iter();
        Self {
            corps: corps.map(|corp| (corp.id.clone(), corp.clone())).collect(),
            switches: seed.switches,
            limits: seed.limits,
            ..Self::default()
        }
    }

    /// An agent.
    #[must_use]
    pub fn agent(&self, corp_id: &CorpId, agent_id: AgentId) -> Option<&Agent> {
        self.corps.get(corp_id)?.agents.get(&agent_id)
    }

    /// An agent, to be changed.
    pub fn agent_mut(&mut self, corp_id: &CorpId, agent_id: AgentId) -> Option<&mut Agent> {
        self.corps.get_mut(corp_id)?.agents.get_mut(&agent_id)
    }
}
