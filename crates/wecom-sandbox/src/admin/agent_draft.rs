//! What an admin says of an agent, read and judged.
//!
//! In: a draft, as the control API or the console's form has it. Out: its parts, or every mistake. It changes
//! nothing; [`super::agents`] does.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde::Deserialize;
use utoipa::ToSchema;
use wecom_sdk::{AgentId, CorpId, Timestamp};

use super::range::Range;
use super::{Mistakes, Wish, check_name};
use crate::world::{Agent, Corp, Domain, SensitiveField, VisibleRange};

/// 应用名称 is 1 to 32 characters.
const NAME: usize = 32;

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

/// The parts of a draft that had to be read.
#[derive(Default)]
pub(super) struct Checked {
    pub(super) name: Option<String>,
    pub(super) created_at: Option<Timestamp>,
    pub(super) oauth_domain: Wish<Domain>,
    pub(super) web_callback_domains: Option<Vec<Domain>>,
    pub(super) js_domains: Option<Vec<Domain>>,
    pub(super) visible: Option<VisibleRange>,
    pub(super) sensitive_fields: Option<BTreeSet<SensitiveField>>,
}

/// Reads a draft for this agent; every mistake is named.
pub(super) fn check(corp: &Corp, id: AgentId, draft: &Draft, mistakes: &mut Mistakes) -> Checked {
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
