//! Everything the sandbox knows, behind one lock in [`super::World`].
//!
//! In: a seed. Out: transitions and questions, each a pure function of this state, its arguments
//! and `now`; random values are drawn before and passed in. Nothing here waits, reads a clock or
//! talks to anybody.

use std::collections::{BTreeMap, HashMap, VecDeque};

use wecom_sdk::{AgentId, CorpId};

use super::agent::Agent;
use super::callback::{Callback, Event};
use super::code::{CodeRecord, TicketRecord};
use super::consent::{Consent, ConsentKey};
use super::consent_page::ConsentPage;
use super::corp::Corp;
use super::counters::Counters;
use super::desktop::DesktopClient;
use super::js_ticket::{JsTicket, JsTicketKind};
use super::keeping::Keeping;
use super::kept::Kept;
use super::limits::Limits;
use super::scan::Scan;
use super::shelf::Shelf;
use super::switches::Switches;
use super::token::{Holder, TokenRecord};
use super::touched::Watched;
use super::two_step::{TfaCode, TwoStepKind};
use crate::seed::Seed;

/// The world's state.
#[derive(Debug, Default)]
pub struct State {
    /// Corps by id.
    pub corps: Watched<BTreeMap<CorpId, Corp>>,
    /// The switches of the seed.
    pub switches: Switches,
    /// The limits of the seed.
    pub limits: Limits,
    /// The desktop client beside the browser.
    pub desktop: DesktopClient,
    pub(crate) tokens: Shelf<TokenRecord>,
    pub(crate) current_tokens: HashMap<(CorpId, Holder), String>,
    pub(crate) codes: Shelf<CodeRecord>,
    pub(crate) tickets: Shelf<TicketRecord>,
    pub(crate) consents: Kept<ConsentKey, Consent>,
    pub(crate) consent_pages: Shelf<ConsentPage>,
    pub(crate) scans: Shelf<Scan>,
    pub(crate) counters: Counters,
    pub(crate) js_tickets: Shelf<JsTicket>,
    pub(crate) current_js_tickets: HashMap<(CorpId, AgentId, JsTicketKind), String>,
    pub(crate) outbox: VecDeque<Event>,
    pub(crate) tfa_codes: Shelf<TfaCode>,
    pub(crate) two_step_waiting: Kept<(CorpId, String), TwoStepKind>,
    pub(crate) keeping: Keeping,
}

impl State {
    /// The state that a seed describes: no tokens, codes or consents yet.
    #[must_use]
    pub fn from_seed(seed: &Seed) -> Self {
        let corps = seed.corps.iter();
        let corps = corps.map(|corp| (corp.id.clone(), corp.clone()));
        Self {
            corps: corps.collect::<BTreeMap<_, _>>().into(),
            switches: seed.switches,
            limits: seed.limits,
            ..Self::default()
        }
    }

    /// Finds again which token and ticket of each holder is the newest.
    pub(super) fn find_current(&mut self) {
        for (token, record) in self.tokens.newest_first() {
            let key = (record.corp_id.clone(), record.holder);
            let current = self.current_tokens.entry(key);
            current.or_insert_with(|| token.to_owned());
        }
        for (ticket, record) in self.js_tickets.newest_first() {
            let current = self.current_js_tickets.entry(record.owner());
            current.or_insert_with(|| ticket.to_owned());
        }
    }

    /// An agent.
    #[must_use]
    pub fn agent(&self, corp_id: &CorpId, agent_id: AgentId) -> Option<&Agent> {
        self.corps.get(corp_id)?.agents.get(&agent_id)
    }

    /// The callback address of an agent, or of the contact sync.
    #[must_use]
    pub fn callback(&self, corp_id: &CorpId, agent: Option<AgentId>) -> Option<&Callback> {
        match agent {
            Some(agent) => self.agent(corp_id, agent)?.callback.as_ref(),
            None => self
                .corps
                .get(corp_id)?
                .contact_sync
                .as_ref()?
                .callback
                .as_ref(),
        }
    }

    /// Every callback address.
    pub fn callbacks(&self) -> impl Iterator<Item = (&CorpId, Option<AgentId>, &Callback)> {
        self.corps.values().flat_map(|corp| {
            let sync = corp
                .contact_sync
                .as_ref()
                .and_then(|sync| sync.callback.as_ref());
            let sync = sync.map(|callback| (&corp.id, None, callback));
            let agents = corp
                .agents
                .values()
                .filter_map(|agent| Some((&corp.id, Some(agent.id), agent.callback.as_ref()?)));
            sync.into_iter().chain(agents)
        })
    }

    /// Saves a callback address, or takes it away; false when there is no such agent or contact sync.
    pub fn set_callback(
        &mut self,
        corp_id: &CorpId,
        agent: Option<AgentId>,
        callback: Option<Callback>,
    ) -> bool {
        let corp = self.corps.get_mut(corp_id);
        let place = corp.and_then(|corp| match agent {
            Some(agent) => Some(&mut corp.agents.get_mut(&agent)?.callback),
            None => Some(&mut corp.contact_sync.as_mut()?.callback),
        });
        place.is_some_and(|place| {
            *place = callback;
            true
        })
    }

    /// An agent, to be changed.
    pub fn agent_mut(&mut self, corp_id: &CorpId, agent_id: AgentId) -> Option<&mut Agent> {
        self.corps.get_mut(corp_id)?.agents.get_mut(&agent_id)
    }
}
