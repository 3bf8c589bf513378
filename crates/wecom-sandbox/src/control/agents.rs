//! `/_sandbox/api/agents/…`: what an admin sets for an app.
//!
//! `POST …/create`, `…/change`, `…/remove` and `…/verify_domain`. Out: the number of a new one, nothing, what
//! a look at the domain found, or a problem with every mistake. Nothing changes when one of the changes cannot
//! be.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wecom_sdk::{AgentId, CorpId};

use super::problem::Problem;
use super::read::Command;
use super::{Numbered, agent_of, changed, made};
use crate::admin::Mistakes;
use crate::admin::agents::{self, Draft};
use crate::ownership;
use crate::room::Room;

/// Creates an agent.
#[utoipa::path(
    post, path = "/_sandbox/api/agents/create", request_body = Draft,
    responses(
        (status = 201, body = Numbered), (status = 400, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)
    )
)]
pub(super) async fn create(
    State(room): State<Room>,
    Command(draft): Command<Draft>,
) -> Result<(StatusCode, Json<Numbered>), Problem> {
    let drawn = agents::Drawn::new(room.world.entropy()).map_err(|_| Problem::entropy())?;
    made(&room, |state, now| {
        agents::create(state, now, draft, drawn, Mistakes::default()).map(|id| id.0)
    })
}

/// Changes an agent. Nothing changes when one of the changes cannot be.
#[utoipa::path(
    post, path = "/_sandbox/api/agents/change", request_body = Draft,
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn change(
    State(room): State<Room>,
    Command(draft): Command<Draft>,
) -> Result<StatusCode, Problem> {
    changed(&room, |state, now| {
        agents::change(state, now, draft, Mistakes::default())
    })
}

/// Which agent is meant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WhichAgent {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The agent.
    #[schema(value_type = u32)]
    agent: AgentId,
}

/// Takes an agent away; its tokens and consents end.
#[utoipa::path(
    post, path = "/_sandbox/api/agents/remove", request_body = WhichAgent,
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn remove(
    State(room): State<Room>,
    Command(wanted): Command<WhichAgent>,
) -> Result<StatusCode, Problem> {
    changed(&room, |state, _| {
        agents::remove(state, wanted.corp.as_ref(), wanted.agent)
    })
}

/// What the look found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Looked {
    /// Whether the file has the token.
    verified: bool,
    /// In words.
    finding: String,
}

/// Fetches `WW_verify_<token>.txt` of an agent's OAuth domain.
#[utoipa::path(
    post, path = "/_sandbox/api/agents/verify_domain", request_body = WhichAgent,
    responses(
        (status = 200, body = Looked), (status = 400, body = Problem), (status = 404, body = Problem)
    )
)]
pub(super) async fn verify_domain(
    State(room): State<Room>,
    Command(whose): Command<WhichAgent>,
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
