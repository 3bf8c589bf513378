//! `/_sandbox/api/callbacks` and `/_sandbox/api/push`: where WeCom's server pushes to (dossier 12).
//!
//! `GET` lists the addresses, `PUT` verifies one and saves it, `POST …/push` sends a message to one now. An
//! address that is not verified is not saved, as in WeCom's console. Keys never come out.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wecom_sdk::{AgentId, CorpId};

use super::problem::Problem;
use super::read::Command;
use super::{agent_of, corp_of};
use crate::push::{self, NotVerified};
use crate::room::Room;
use crate::world;
use crate::world::Callback;

/// An address.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Address {
    /// The corp.
    corp: String,
    /// The agent; the contact sync's when absent.
    agent: Option<u32>,
    /// Where to.
    url: String,
    /// Whether events about the directory come in the reduced form.
    is_reduced: bool,
}

/// An address to be saved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The agent; the contact sync when absent.
    #[schema(value_type = Option<u32>)]
    agent: Option<AgentId>,
    /// Where to; an empty text takes the address away.
    url: String,
    /// `Token`: at most 32 letters and digits.
    #[serde(default)]
    token: String,
    /// `EncodingAESKey`: 43 letters and digits.
    #[serde(default)]
    aes_key: String,
}

/// A message to be pushed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Message {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The agent; the contact sync when absent.
    #[schema(value_type = Option<u32>)]
    agent: Option<AgentId>,
    /// The plain text: it is sealed and signed as WeCom does.
    xml: String,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Pushed {
    /// Whether the address took it. Each try is in the journal.
    taken: bool,
}

/// Every address.
#[utoipa::path(get, path = "/_sandbox/api/callbacks", responses((status = 200, body = Vec<Address>)))]
pub(super) async fn list(State(room): State<Room>) -> Json<Vec<Address>> {
    let addresses = room.world.read(|state, _| {
        let callbacks = state.callbacks();
        let addresses = callbacks.map(|(corp_id, agent, callback)| Address {
            corp: corp_id.to_string(),
            agent: agent.map(|agent| agent.0),
            url: callback.url.clone(),
            is_reduced: callback.saved_at >= world::REDUCED_SINCE,
        });
        addresses.collect()
    });
    Json(addresses)
}

/// Verifies an address and saves it, or takes it away.
#[utoipa::path(
    put, path = "/_sandbox/api/callbacks", request_body = Wanted,
    responses(
        (status = 204), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)
    )
)]
pub(super) async fn save(
    State(room): State<Room>,
    Command(wanted): Command<Wanted>,
) -> Result<StatusCode, Problem> {
    let corp_id = whose(&room, wanted.corp.as_ref(), wanted.agent)?;
    let callback = Callback {
        url: wanted.url,
        token: wanted.token,
        aes_key: wanted.aes_key,
        saved_at: room.world.now(),
    };
    let is_saved = push::save(&room, (&corp_id, wanted.agent), callback).await?;
    if is_saved {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("agent", "it was taken away meanwhile"))
    }
}

/// Pushes a message now, and waits until it is taken or given up.
#[utoipa::path(
    post, path = "/_sandbox/api/push", request_body = Message,
    responses((status = 200, body = Pushed), (status = 404, body = Problem))
)]
pub(super) async fn push(
    State(room): State<Room>,
    Command(message): Command<Message>,
) -> Result<Json<Pushed>, Problem> {
    let corp_id = whose(&room, message.corp.as_ref(), message.agent)?;
    let to = (&corp_id, message.agent);
    let taken = push::deliver(&room, to, "message", &message.xml).await;
    let taken = taken.ok_or_else(|| Problem::not_found("callback", "there is no address"))?;
    Ok(Json(Pushed { taken }))
}

/// The corp, when the agent or its contact sync is there.
fn whose(room: &Room, corp: Option<&CorpId>, agent: Option<AgentId>) -> Result<CorpId, Problem> {
    room.world.read(|state, _| {
        if let Some(agent) = agent {
            return agent_of(state, corp, agent).map(|(corp_id, _)| corp_id);
        }
        let corp = corp_of(state, corp)?;
        let none = || Problem::not_found("contact_sync", "contact sync is not opened");
        corp.contact_sync.as_ref().ok_or_else(none)?;
        Ok(corp.id.clone())
    })
}

impl From<NotVerified> for Problem {
    fn from(reason: NotVerified) -> Self {
        match reason {
            NotVerified::Url => Self::bad("url", "not an address"),
            NotVerified::Token => Self::bad("token", "1 to 32 letters and digits"),
            NotVerified::AesKey => Self::bad("aes_key", "43 letters and digits"),
            NotVerified::Answer(text, _) => Self::new(StatusCode::CONFLICT, "callback", text),
            NotVerified::Entropy => Self::entropy(),
        }
    }
}
