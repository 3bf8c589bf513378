//! `/_sandbox/api/corps`: what exists now, without the members, and which corps there are.
//!
//! `GET` lists, `POST …/create`, `…/change` and `…/remove` act on one. Out: each corp with its agents, departments and tags as they are, changes included. Secrets are shown: they
//! are the seed's, and whoever tests needs them.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wecom_sdk::CorpId;

use super::changed;
use super::problem::Problem;
use super::read::Command;
use crate::admin::Mistakes;
use crate::admin::corps::{self, Draft, Drawn};
use crate::room::Room;
use crate::world::{Agent, Corp, Department, Tag};

/// A corp.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CorpListed {
    id: String,
    name: String,
    /// How many members there are; `GET /_sandbox/api/members` lists them.
    members: usize,
    agents: Vec<AgentListed>,
    departments: Vec<DepartmentListed>,
    tags: Vec<TagListed>,
    /// The secret of contact sync, where it is open.
    contact_sync_secret: Option<String>,
}

/// An agent.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AgentListed {
    id: u32,
    name: String,
    secret: String,
    enabled: bool,
    /// Whether the rules of 2022-06-20 hold for it.
    is_new: bool,
    oauth_domain: Option<String>,
    /// The name of the ownership file.
    ownership_file: String,
    ownership_verified: bool,
    web_callback_domains: Vec<String>,
    trusted_ips: Vec<String>,
    sensitive_fields: Vec<&'static str>,
    visible: VisibleListed,
}

/// A visible range.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VisibleListed {
    members: BTreeSet<String>,
    departments: Vec<u32>,
    tags: Vec<u32>,
}

/// A department.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DepartmentListed {
    id: u32,
    name: String,
    name_en: String,
    parent: Option<u32>,
    order: u32,
}

/// A tag.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TagListed {
    id: u32,
    name: String,
    members: Vec<String>,
    departments: Vec<u32>,
}

/// Every corp with its agents, departments and tags, as they are now.
#[utoipa::path(get, path = "/_sandbox/api/corps", responses((status = 200, body = Vec<CorpListed>)))]
pub(super) async fn list(State(room): State<Room>) -> Json<Vec<CorpListed>> {
    Json(room.world.read(|state, now| {
        let corps = state.corps.values();
        corps.map(|corp| CorpListed::of(corp, now)).collect()
    }))
}

/// The id of a new corp.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CorpMade {
    corp: String,
}

/// Creates a corp with its root department, and contact sync where it is wanted.
#[utoipa::path(
    post, path = "/_sandbox/api/corps/create", request_body = Draft,
    responses((status = 201, body = CorpMade), (status = 400, body = Problem), (status = 409, body = Problem))
)]
pub(super) async fn create(
    State(room): State<Room>,
    Command(draft): Command<Draft>,
) -> Result<(StatusCode, Json<CorpMade>), Problem> {
    let drawn = Drawn::new(room.world.entropy()).map_err(|_| Problem::entropy())?;
    let corp = room
        .world
        .change(|state, now| corps::create(state, now, draft, drawn, Mistakes::default()))?;
    let corp = corp.to_string();
    Ok((StatusCode::CREATED, Json(CorpMade { corp })))
}

/// Changes a corp: its name, its contact sync.
#[utoipa::path(
    post, path = "/_sandbox/api/corps/change", request_body = Draft,
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn change(
    State(room): State<Room>,
    Command(draft): Command<Draft>,
) -> Result<StatusCode, Problem> {
    let drawn = Drawn::new(room.world.entropy()).map_err(|_| Problem::entropy())?;
    changed(&room, |state, now| {
        corps::change(state, now, draft, drawn, Mistakes::default())
    })
}

/// Which corp is meant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WhichCorp {
    /// Its id.
    #[schema(value_type = String)]
    corp: CorpId,
}

/// Takes a corp out with everything that was issued for it. The last one stays.
#[utoipa::path(
    post, path = "/_sandbox/api/corps/remove", request_body = WhichCorp,
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub(super) async fn remove(
    State(room): State<Room>,
    Command(wanted): Command<WhichCorp>,
) -> Result<StatusCode, Problem> {
    changed(&room, |state, _| corps::remove(state, Some(&wanted.corp)))
}

impl CorpListed {
    fn of(corp: &Corp, now: wecom_sdk::Timestamp) -> Self {
        let agents = corp.agents.values();
        Self {
            id: corp.id.to_string(),
            name: corp.name.clone(),
            members: corp.members.len(),
            agents: agents.map(|agent| AgentListed::of(agent, now)).collect(),
            departments: corp
                .departments
                .values()
                .map(DepartmentListed::of)
                .collect(),
            tags: corp.tags.values().map(TagListed::of).collect(),
            contact_sync_secret: corp.contact_sync.as_ref().map(|sync| sync.secret.clone()),
        }
    }
}

impl AgentListed {
    fn of(agent: &Agent, now: wecom_sdk::Timestamp) -> Self {
        let domains = agent.web_callback_domains.iter();
        let ips = agent.trusted_ips.list(now).iter();
        let fields = agent.sensitive_fields.iter();
        Self {
            id: agent.id.0,
            name: agent.name.clone(),
            secret: agent.secret.clone(),
            enabled: agent.is_enabled,
            is_new: agent.is_new(),
            oauth_domain: agent.oauth_domain.as_ref().map(ToString::to_string),
            ownership_file: agent.ownership.file_name(),
            ownership_verified: agent.ownership.verified_at.is_some(),
            web_callback_domains: domains.map(ToString::to_string).collect(),
            trusted_ips: ips.map(ToString::to_string).collect(),
            sensitive_fields: fields.map(|field| field.as_str()).collect(),
            visible: VisibleListed {
                members: agent.visible.members.clone(),
                departments: agent.visible.departments.iter().map(|id| id.0).collect(),
                tags: agent.visible.tags.iter().map(|id| id.0).collect(),
            },
        }
    }
}

impl DepartmentListed {
    fn of(department: &Department) -> Self {
        Self {
            id: department.id.0,
            name: department.name.clone(),
            name_en: department.name_en.clone(),
            parent: department.parent.map(|id| id.0),
            order: department.order,
        }
    }
}

impl TagListed {
    fn of(tag: &Tag) -> Self {
        Self {
            id: tag.id.0,
            name: tag.name.clone(),
            members: tag.members.iter().map(ToString::to_string).collect(),
            departments: tag.departments.iter().map(|id| id.0).collect(),
        }
    }
}
