//! `/_sandbox/api/tokens/end`: access tokens that end before their time (dossier 3).
//!
//! In: whose. Out: how many ended. The tokens themselves are never shown.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wecom_sdk::{AgentId, CorpId};

use super::problem::Problem;
use super::read::Command;
use super::{agent_of, corp_of};
use crate::room::Room;
use crate::world::Holder;

/// Whose tokens end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// An agent of it; every token of the corp when absent.
    #[schema(value_type = Option<u32>)]
    agent: Option<AgentId>,
}

/// How many ended.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ended {
    ended: usize,
}

/// Ends access tokens early; calls with them get 40014.
#[utoipa::path(
    post, path = "/_sandbox/api/tokens/end", request_body = Whose,
    responses((status = 200, body = Ended), (status = 404, body = Problem))
)]
pub(super) async fn end(
    State(room): State<Room>,
    Command(whose): Command<Whose>,
) -> Result<Json<Ended>, Problem> {
    let ended = room.world.change(|state, _| {
        let corp = corp_of(state, whose.corp.as_ref())?.id.clone();
        let holder = match whose.agent {
            Some(agent) => Some(Holder::Agent(agent_of(state, Some(&corp), agent)?.1)),
            None => None,
        };
        Ok::<_, Problem>(state.end_tokens(&corp, holder))
    })?;
    Ok(Json(Ended { ended }))
}
