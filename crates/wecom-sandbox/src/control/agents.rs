//! `/_sandbox/api/agents/…`: what an admin sets for an app.
//!
//! `POST …/change` and `…/verify_domain`, for tests and scripts. In: which app and what to set; what is
//! absent stays. Out: nothing, what a look at the domain found, or a problem. Nothing changes when one of the
//! changes cannot be.

use std::collections::BTreeSet;
use std::net::IpAddr;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wecom_sdk::{AgentId, CorpId, DepartmentId, TagId, UserId};

use super::problem::Problem;
use super::read::Command;
use super::{agent_of, corp_of};
use crate::ownership;
use crate::room::Room;
use crate::world::{Agent, Corp, Domain, Holder, SensitiveField, VisibleRange};

/// What changes; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The agent.
    #[schema(value_type = u32)]
    agent: AgentId,
    /// 启用
    enabled: Option<bool>,
    /// Another secret; tokens of the old one end.
    secret: Option<String>,
    /// 网页授权可信域名; an empty text takes it away. Its ownership is unverified afterwards.
    oauth_domain: Option<String>,
    /// 授权回调域
    web_callback_domains: Option<Vec<String>>,
    /// 企业可信IP: in force a minute later.
    #[schema(value_type = Option<Vec<String>>)]
    trusted_ips: Option<Vec<IpAddr>>,
    /// 可见范围, as a whole.
    visible: Option<Visible>,
    /// The sensitive fields that are selected.
    sensitive_fields: Option<Vec<String>>,
}

/// A visible range.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Visible {
    /// Members by name.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    members: Vec<UserId>,
    /// Departments with their subtrees.
    #[serde(default)]
    #[schema(value_type = Vec<u32>)]
    departments: BTreeSet<DepartmentId>,
    /// Tags.
    #[serde(default)]
    #[schema(value_type = Vec<u32>)]
    tags: BTreeSet<TagId>,
}

/// Changes an agent. Nothing changes when one of the changes cannot be.
#[utoipa::path(
    post, path = "/_sandbox/api/agents/change", request_body = Change,
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn change(
    State(room): State<Room>,
    Command(wanted): Command<Change>,
) -> Result<StatusCode, Problem> {
    let domain = wanted.oauth_domain.as_deref();
    let domain = domain.map(|text| {
        if text.is_empty() {
            Ok(None)
        } else {
            read_domain(text).map(Some)
        }
    });
    let domain = domain.transpose()?;
    let callback = wanted.web_callback_domains;
    let callback = callback.map(|texts| texts.iter().map(|text| read_domain(text)).collect());
    let callback: Option<Vec<Domain>> = callback.transpose()?;
    let fields = wanted.sensitive_fields;
    let fields = fields.map(|names| names.iter().map(|name| read_field(name)).collect());
    let fields: Option<BTreeSet<SensitiveField>> = fields.transpose()?;
    room.world.change(|state, now| {
        let corp = corp_of(state, wanted.corp.as_ref())?;
        let visible = wanted
            .visible
            .map(|visible| read_visible(corp, visible))
            .transpose()?;
        check_secret(corp, wanted.agent, wanted.secret.as_deref())?;
        let (corp, id) = agent_of(state, wanted.corp.as_ref(), wanted.agent)?;
        if wanted.secret.is_some() {
            state.end_tokens(&corp, Some(Holder::Agent(id)));
        }
        let agent = state.agent_mut(&corp, id).ok_or_else(no_agent)?;
        set(&mut agent.is_enabled, wanted.enabled);
        set(&mut agent.secret, wanted.secret);
        set(&mut agent.web_callback_domains, callback);
        set(&mut agent.sensitive_fields, fields);
        set(&mut agent.visible, visible);
        if let Some(domain) = domain {
            agent.oauth_domain = domain;
            agent.ownership.verified_at = None;
            agent.ownership.last_finding = None;
        }
        if let Some(ips) = wanted.trusted_ips {
            agent.trusted_ips.save(now, ips);
        }
        Ok(StatusCode::NO_CONTENT)
    })
}

/// Which agent's domain is looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The agent.
    #[schema(value_type = u32)]
    agent: AgentId,
}

/// What the look found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Looked {
    /// Whether the file has the token.
    verified: bool,
    /// In words.
    finding: String,
}

/// Fetches `http://DOMAIN/WW_verify_<token>.txt` of an agent's OAuth domain, on this machine only.
#[utoipa::path(
    post, path = "/_sandbox/api/agents/verify_domain", request_body = Whose,
    responses((status = 200, body = Looked), (status = 404, body = Problem))
)]
pub(super) async fn verify_domain(
    State(room): State<Room>,
    Command(whose): Command<Whose>,
) -> Result<Json<Looked>, Problem> {
    let meant = |state: &crate::world::State| agent_of(state, whose.corp.as_ref(), whose.agent);
    let (corp, agent) = room.world.read(|state, _| meant(state))?;
    let finding = ownership::verify(&room, &corp, agent).await;
    let no_domain = || Problem::not_found("oauth_domain", "this agent has no trusted domain");
    let finding = finding.ok_or_else(no_domain)?;
    Ok(Json(Looked {
        verified: finding.is_verified,
        finding: finding.text,
    }))
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn check_secret(corp: &Corp, agent: AgentId, secret: Option<&str>) -> Result<(), Problem> {
    let Some(secret) = secret else { return Ok(()) };
    let is_others = |other: &Agent| other.id != agent && other.secret == secret;
    let is_taken = corp.agents.values().any(is_others);
    if secret.is_empty() || is_taken {
        return Err(Problem::bad("secret", "empty, or another agent's"));
    }
    Ok(())
}

fn read_domain(text: &str) -> Result<Domain, Problem> {
    Domain::parse(text).map_err(|rule| Problem::bad("domain", format!("`{text}`: {rule}")))
}

fn read_field(name: &str) -> Result<SensitiveField, Problem> {
    let unknown = || {
        Problem::bad(
            "sensitive_fields",
            format!("`{name}` is no sensitive field"),
        )
    };
    SensitiveField::parse(name).ok_or_else(unknown)
}

fn read_visible(corp: &Corp, visible: Visible) -> Result<VisibleRange, Problem> {
    let knows_members = visible
        .members
        .iter()
        .all(|id| corp.members.get(id).is_some());
    let knows_departments = visible
        .departments
        .iter()
        .all(|id| corp.departments.contains_key(id));
    let knows_tags = visible.tags.iter().all(|id| corp.tags.contains_key(id));
    if !(knows_members && knows_departments && knows_tags) {
        return Err(Problem::bad(
            "visible",
            "somebody or something there is not in the directory",
        ));
    }
    Ok(VisibleRange {
        members: visible.members.iter().map(UserId::folded).collect(),
        departments: visible.departments,
        tags: visible.tags,
    })
}

fn no_agent() -> Problem {
    Problem::not_found("agent", "there is no such agent")
}
