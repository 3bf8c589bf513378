//! `/_sandbox/api/consents…`: what members have allowed which app.
//!
//! `GET` lists those in force, `POST …/forget` takes one away, so that the page is shown again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wecom_sdk::{AgentId, CorpId, UserId};

use super::agent_of;
use super::problem::Problem;
use super::read::Command;
use crate::room::Room;
use crate::world::{CONSENT_LIVES, ConsentKey};

/// A consent in force.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConsentListed {
    corp: String,
    agent: u32,
    /// The userid, in lower case.
    user_id: String,
    /// The fields that were ticked.
    fields: Vec<&'static str>,
    /// Whether the member refused altogether.
    refused: bool,
    /// When it is forgotten by itself, in milliseconds since 1970.
    ends_at: i64,
}

/// The consents in force.
#[utoipa::path(
    get, path = "/_sandbox/api/consents", responses((status = 200, body = Vec<ConsentListed>))
)]
pub(super) async fn list(State(room): State<Room>) -> Json<Vec<ConsentListed>> {
    Json(room.world.read(|state, now| {
        let consents = state.consents_in_force(now).into_iter();
        let listed = consents.map(|(key, consent)| ConsentListed {
            corp: key.corp_id.to_string(),
            agent: key.agent_id.0,
            user_id: key.member().to_owned(),
            fields: consent.fields.iter().map(|field| field.as_str()).collect(),
            refused: consent.is_refused,
            ends_at: consent.granted_at.plus(CONSENT_LIVES).as_millis(),
        });
        listed.collect()
    }))
}

/// Whose consent is forgotten.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Forgotten {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The agent.
    #[schema(value_type = u32)]
    agent: AgentId,
    /// The member.
    #[schema(value_type = String)]
    user_id: UserId,
}

/// Forgets a consent or a remembered refusal.
#[utoipa::path(
    post, path = "/_sandbox/api/consents/forget", request_body = Forgotten,
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn forget(
    State(room): State<Room>,
    Command(wanted): Command<Forgotten>,
) -> Result<StatusCode, Problem> {
    room.world.change(|state, _| {
        let (corp, agent) = agent_of(state, wanted.corp.as_ref(), wanted.agent)?;
        let key = ConsentKey::new(corp, agent, &wanted.user_id);
        if state.forget_consent(&key) {
            Ok(StatusCode::NO_CONTENT)
        } else {
            Err(Problem::not_found("consent", "there is no such consent"))
        }
    })
}
