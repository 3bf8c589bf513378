//! Agents: created, changed, taken out.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde::Deserialize;
use utoipa::ToSchema;
use wecom_sdk::{AgentId, CorpId, Entropy, EntropyError, Timestamp};

use super::range::Range;
use super::{Mistakes, Wish, agent_of, check_name, corp_of, quota};
use crate::world::{
    Agent, Corp, Domain, Holder, Ownership, SensitiveField, State, TrustedIps, VisibleRange,
};

/// 应用名称 is 1 to 32 characters.
const NAME: usize = 32;
/// Where WeCom begins to count (dossier 1).
const FIRST: AgentId = AgentId(1_000_002);

/// How long secrets and ownership tokens are in public samples (dossier 15.5).
const SECRET: usize = 43;
const OWNERSHIP: usize = 16;

/// An agent. In a change, what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AgentDraft)]
pub(crate) struct Draft {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    pub(crate) corp: Option<CorpId>,
    /// The agent; for a new one the next free number when absent.
    #[schema(value_type = Option<u32>)]
    pub(crate) agent: Option<AgentId>,
    /// 应用名称; needed for a new one.
    pub(crate) name: Option<String>,
    /// 启用
    pub(crate) enabled: Option<bool>,
    /// When it was created, as `2024-03-01T09:00:00+08:00`: from 2022-06-20 20:00 in Beijing on the new rules
    /// hold. Now, for a new one, when absent.
    pub(crate) created_at: Option<String>,
    /// Another secret; tokens of the old one end. A new agent draws one when absent.
    pub(crate) secret: Option<String>,
    /// 网页授权可信域名; an empty text takes it away. Its ownership is unverified afterwards.
    pub(crate) oauth_domain: Option<String>,
    /// 授权回调域
    pub(crate) web_callback_domains: Option<Vec<String>>,
    /// JS-SDK可信域名, besides the OAuth domain.
    pub(crate) js_domains: Option<Vec<String>>,
    /// 企业可信IP: in force a minute later.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) trusted_ips: Option<Vec<IpAddr>>,
    /// 可见范围, as a whole.
    pub(crate) visible: Option<Range>,
    /// The sensitive fields that are selected.
    pub(crate) sensitive_fields: Option<Vec<String>>,
}

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

/// The parts of a draft that had to be read.
#[derive(Default)]
struct Checked {
    name: Option<String>,
    created_at: Option<Timestamp>,
    oauth_domain: Wish<Domain>,
    web_callback_domains: Option<Vec<Domain>>,
    js_domains: Option<Vec<Domain>>,
    visible: Option<VisibleRange>,
    sensitive_fields: Option<BTreeSet<SensitiveField>>,
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

/// Takes an agent away; its tokens end.
pub(crate) fn remove(
    state: &mut State,
    corp: Option<&CorpId>,
    agent: AgentId,
) -> Result<(), Mistakes> {
    let mut mistakes = Mistakes::default();
    let Some((corp, id)) = agent_of(state, corp, Some(agent), &mut mistakes) else {
        return Err(mistakes);
    };
    corp.agents.remove(&id);
    let corp_id = corp.id.clone();
    state.end_tokens(&corp_id, Some(Holder::Agent(id)));
    state.forget_consents_for(&corp_id, id);
    Ok(())
}

fn check(corp: &Corp, id: AgentId, draft: &Draft, mistakes: &mut Mistakes) -> Checked {
    check_secret(corp, id, draft.secret.as_deref(), mistakes);
    let oauth_domain = match draft.oauth_domain.as_deref().map(str::trim) {
        None => Wish::Keep,
        Some("") => Wish::Clear,
        Some(text) => read_domain(text, "oauth_domain", mistakes).map_or(Wish::Keep, Wish::Set),
    };
    let callback = draft.web_callback_domains.as_ref().map(|texts| {
        let texts = texts.iter();
        texts
            .filter_map(|text| read_domain(text, "web_callback_domains", mistakes))
            .collect()
    });
    let js_domains = draft.js_domains.as_ref().map(|texts| {
        let texts = texts.iter();
        texts
            .filter_map(|text| read_domain(text, "js_domains", mistakes))
            .collect()
    });
    let fields = draft.sensitive_fields.as_ref().map(|names| {
        names
            .iter()
            .filter_map(|name| read_field(name, mistakes))
            .collect()
    });
    Checked {
        name: check_name(draft.name.as_deref(), NAME, mistakes),
        created_at: draft
            .created_at
            .as_deref()
            .and_then(|text| read_time(text, mistakes)),
        oauth_domain,
        web_callback_domains: callback,
        js_domains,
        visible: draft
            .visible
            .as_ref()
            .map(|visible| visible.read(corp, "visible", mistakes)),
        sensitive_fields: fields,
    }
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

fn check_secret(corp: &Corp, agent: AgentId, secret: Option<&str>, mistakes: &mut Mistakes) {
    let Some(secret) = secret else { return };
    let is_others = |other: &Agent| other.id != agent && other.secret == secret;
    if secret.trim().is_empty() {
        mistakes.bad("secret", "a secret is not empty", "Secret 不能为空");
    } else if corp.agents.values().any(is_others) {
        mistakes.bad(
            "secret",
            "another agent's secret",
            "这是另一个应用的 Secret",
        );
    }
}

fn read_domain(text: &str, field: &'static str, mistakes: &mut Mistakes) -> Option<Domain> {
    let text = text.trim();
    let domain = Domain::parse(text);
    domain
        .map_err(|rule| {
            let zh = format!("“{text}”不是域名：只写主机和端口，例如 app.example.com:8443");
            mistakes.bad(field, format!("`{text}`: {rule}"), zh);
        })
        .ok()
}

fn read_time(text: &str, mistakes: &mut Mistakes) -> Option<Timestamp> {
    let time = text.trim().parse::<jiff::Timestamp>();
    let time = time.map(|time| Timestamp::from_millis(time.as_millisecond()));
    time.map_err(|_| {
        let zh = "不是时间，应如 2024-03-01T09:00:00+08:00";
        mistakes.bad(
            "created_at",
            "not a time like 2024-03-01T09:00:00+08:00",
            zh,
        );
    })
    .ok()
}

fn read_field(name: &str, mistakes: &mut Mistakes) -> Option<SensitiveField> {
    let field = SensitiveField::parse(name);
    if field.is_none() {
        mistakes.bad(
            "sensitive_fields",
            format!("`{name}` is no sensitive field"),
            format!("“{name}”不是敏感字段"),
        );
    }
    field
}
