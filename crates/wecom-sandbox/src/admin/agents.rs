//! Agents: created, changed, taken out.
//!
//! In: a draft of the console or the control API, and chance drawn beforehand. Out: the changed state, or every
//! mistake at once and nothing changed.

use std::collections::BTreeSet;

use wecom_sdk::{AgentId, CorpId, Entropy, EntropyError, Timestamp};

pub(crate) use super::agent_draft::Draft;
use super::agent_draft::{Checked, check};
use super::{Mistakes, Wish, agent_of, corp_of, quota};
use crate::world::{Agent, Holder, Ownership, State, TrustedIps, VisibleRange};

/// Where WeCom begins to count (dossier 1).
const FIRST: AgentId = AgentId(1_000_002);

/// How long secrets and ownership tokens are in public samples (dossier 15.5).
const SECRET: usize = 43;
const OWNERSHIP: usize = 16;

/// What a new agent needs of chance, drawn beforehand.
pub(crate) struct Drawn {
    /// Its secret, unless the draft has one.
    pub(crate) secret: String,
    /// The token of its ownership file.
    pub(crate) ownership: String,
}

impl Drawn {
    /// Draws both.
    pub(crate) fn new(entropy: &Entropy) -> Result<Self, EntropyError> {
        Ok(Self {
            secret: entropy.url_safe(SECRET)?,
            ownership: entropy.alphanumeric(OWNERSHIP)?,
        })
    }
}

/// Creates an agent and gives its number.
pub(crate) fn create(
    state: &mut State,
    now: Timestamp,
    draft: Draft,
    drawn: Drawn,
    mut mistakes: Mistakes,
) -> Result<AgentId, Mistakes> {
    let Some(corp) = corp_of(state, draft.corp.as_ref(), &mut mistakes) else {
        return Err(mistakes);
    };
    let last = corp.agents.keys().next_back();
    let next = last.map_or(FIRST, |id| AgentId(id.0.saturating_add(1)));
    let id = draft.agent.unwrap_or(next);
    if corp.agents.contains_key(&id) {
        mistakes.taken("agent", "this number is taken", "这个应用ID已被占用");
    }
    mistakes.needed("name", draft.name.as_ref());
    let checked = check(corp, id, &draft, &mut mistakes);
    let (corp_id, count) = (corp.id.clone(), corp.agents.len());
    if mistakes.list().is_empty() {
        quota::check_agent(state, now, (&corp_id, count), &mut mistakes);
        if mistakes.list().is_empty() {
            let wish = &checked.oauth_domain;
            quota::check_domain(state, now, (&corp_id, None), wish, &mut mistakes);
        }
    }
    mistakes.finish()?;
    let mut agent = Agent {
        id,
        name: String::new(),
        secret: drawn.secret,
        is_enabled: true,
        created_at: now,
        visible: VisibleRange::default(),
        oauth_domain: None,
        ownership: Ownership::unverified(drawn.ownership),
        web_callback_domains: Vec::new(),
        js_domains: Vec::new(),
        callback: None,
        trusted_ips: TrustedIps::default(),
        sensitive_fields: BTreeSet::new(),
    };
    apply(&mut agent, now, draft, checked);
    if let Some(corp) = state.corps.get_mut(&corp_id) {
        corp.agents.insert(id, agent);
    }
    Ok(id)
}

/// Changes an agent.
pub(crate) fn change(
    state: &mut State,
    now: Timestamp,
    draft: Draft,
    mut mistakes: Mistakes,
) -> Result<(), Mistakes> {
    let found = agent_of(state, draft.corp.as_ref(), draft.agent, &mut mistakes);
    let Some((corp, id)) = found else {
        return Err(mistakes);
    };
    let checked = check(corp, id, &draft, &mut mistakes);
    let corp_id = corp.id.clone();
    let before = corp.agents.get(&id);
    let before = before.and_then(|agent| agent.oauth_domain.clone());
    if mistakes.list().is_empty() {
        let whose = (&corp_id, before.as_ref());
        quota::check_domain(state, now, whose, &checked.oauth_domain, &mut mistakes);
    }
    mistakes.finish()?;
    if draft.secret.is_some() {
        state.end_tokens(&corp_id, Some(Holder::Agent(id)));
    }
    if let Some(agent) = state.agent_mut(&corp_id, id) {
        apply(agent, now, draft, checked);
    }
    Ok(())
}

/// Takes an agent away, and all that was issued for it.
pub(crate) fn remove(
    state: &mut State,
    corp: Option<&CorpId>,
    agent: AgentId,
) -> Result<(), Mistakes> {
    let mut mistakes = Mistakes::default();
    let Some((corp, id)) = agent_of(state, corp, Some(agent), &mut mistakes) else {
        return Err(mistakes);
    };
    let corp_id = corp.id.clone();
    state.remove_agent(&corp_id, id);
    Ok(())
}

fn apply(agent: &mut Agent, now: Timestamp, draft: Draft, checked: Checked) {
    fn set<T>(place: &mut T, value: Option<T>) {
        if let Some(value) = value {
            *place = value;
        }
    }
    set(&mut agent.name, checked.name);
    set(&mut agent.is_enabled, draft.enabled);
    set(&mut agent.created_at, checked.created_at);
    set(&mut agent.secret, draft.secret);
    set(
        &mut agent.web_callback_domains,
        checked.web_callback_domains,
    );
    set(&mut agent.js_domains, checked.js_domains);
    set(&mut agent.sensitive_fields, checked.sensitive_fields);
    set(&mut agent.visible, checked.visible);
    if !matches!(checked.oauth_domain, Wish::Keep) {
        agent.ownership.verified_at = None;
        agent.ownership.last_finding = None;
    }
    checked.oauth_domain.apply(&mut agent.oauth_domain);
    if let Some(ips) = draft.trusted_ips {
        agent.trusted_ips.save(now, ips);
    }
}
