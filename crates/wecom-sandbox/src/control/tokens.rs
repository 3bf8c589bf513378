//! `/_sandbox/api/tokens…`: access tokens, and how they end before their time (dossier 3).
//!
//! `GET` lists those in force, `POST …/end` ends one holder's or all of a corp. Out: whose they are and how
//! many ended. The tokens themselves are never shown.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wecom_sdk::{AgentId, CorpId};

use super::problem::Problem;
use super::read::Command;
use super::{agent_of, corp_of};
use crate::redact;
use crate::room::Room;
use crate::world::Holder;

/// A token in force.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TokenListed {
    corp: String,
    /// The agent; absent for the contact sync.
    agent: Option<u32>,
    /// Its first four characters and its length, as in the journal.
    token: String,
    /// When it expires by itself, in milliseconds since 1970.
    expires_at: i64,
}

/// The access tokens in force, the newest first.
#[utoipa::path(
    get, path = "/_sandbox/api/tokens", responses((status = 200, body = Vec<TokenListed>))
)]
pub(super) async fn list(State(room): State<Room>) -> Json<Vec<TokenListed>> {
    Json(room.world.read(|state, now| {
        let tokens = state.tokens_in_force(now);
        let listed = tokens.map(|(token, record)| TokenListed {
            corp: record.corp_id.to_string(),
            agent: match record.holder {
                Holder::Agent(id) => Some(id.0),
                Holder::ContactSync => None,
            },
            token: redact::cut(token),
            expires_at: record.expires_at.as_millis(),
        });
        listed.collect()
    }))
}

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
    pub(super) ended: usize,
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
