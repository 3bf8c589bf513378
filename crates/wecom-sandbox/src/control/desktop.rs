//! `/_sandbox/api/desktop_client`: the WeCom desktop client beside the browser, for quick login (dossier 9.2).
//!
//! `GET` says whether one runs and who is signed in to it, `PUT` changes that until the next reset.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wecom_sdk::CorpId;

use super::corp_of;
use super::problem::Problem;
use super::read::Command;
use crate::room::Room;
use crate::world::{DesktopClient, PersonKey};

/// Whether it runs.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Runs {
    /// It runs, signed in as whoever the browser has chosen to be.
    AsTheBrowser,
    /// None runs.
    Off,
    /// It runs, signed in as `person`.
    On,
}

/// The client.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Client {
    /// Whether it runs.
    runs: Runs,
    /// The corp; the first one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// A `person` of the list; needed for `on`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<String>,
}

/// The desktop client.
#[utoipa::path(get, path = "/_sandbox/api/desktop_client", responses((status = 200, body = Client)))]
pub(super) async fn show(State(room): State<Room>) -> Json<Client> {
    let desktop = room.world.read(|state, _| state.desktop.clone());
    let (runs, corp, person) = match desktop {
        DesktopClient::AsTheBrowser => (Runs::AsTheBrowser, None, None),
        DesktopClient::Off => (Runs::Off, None, None),
        DesktopClient::On { corp_id, person } => {
            (Runs::On, Some(corp_id), Some(person.to_string()))
        }
    };
    Json(Client { runs, corp, person })
}

/// Starts, stops or signs in the desktop client.
#[utoipa::path(
    put, path = "/_sandbox/api/desktop_client", request_body = Client,
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn set(
    State(room): State<Room>,
    Command(wanted): Command<Client>,
) -> Result<StatusCode, Problem> {
    room.world.change(|state, _| {
        state.desktop = match wanted.runs {
            Runs::AsTheBrowser => DesktopClient::AsTheBrowser,
            Runs::Off => DesktopClient::Off,
            Runs::On => {
                let corp = corp_of(state, wanted.corp.as_ref())?;
                let person = wanted.person;
                let person =
                    person.ok_or_else(|| Problem::bad("person", "say who is signed in"))?;
                let person = PersonKey::new(person);
                if corp.person(&person).is_none() {
                    return Err(Problem::not_found("person", "there is no such person"));
                }
                DesktopClient::On {
                    corp_id: corp.id.clone(),
                    person,
                }
            }
        };
        Ok(StatusCode::NO_CONTENT)
    })
}
