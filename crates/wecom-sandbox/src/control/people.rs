//! `/_sandbox/api/people` and `/_sandbox/api/sign_in_as`.
//!
//! For tests and scripts: who there is, and which of them a browser shall be. It signs nobody in at any
//! program: it answers with the cookie that the person's page sets.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wecom_sdk::CorpId;

use super::corp_of;
use super::problem::Problem;
use super::read::Command;
use crate::page::browser::{PERSON, with_cookie};
use crate::page::people::everybody;
use crate::room::Room;
use crate::world::PersonKey;

/// Somebody a browser can be.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Somebody {
    /// The corp that sees them so.
    corp: String,
    /// `member:zhangsan`, `linked:CORP/USER`, `stranger:OPENID`, `customer:EXTERNAL_USERID`.
    person: String,
    /// The name.
    label: String,
    /// What tells them from the others.
    note: String,
}

/// Everybody a browser can be, corp by corp: members in the order of the seed, then outsiders.
#[utoipa::path(get, path = "/_sandbox/api/people", responses((status = 200, body = Vec<Somebody>)))]
pub(super) async fn list(State(room): State<Room>) -> Json<Vec<Somebody>> {
    let people = room.world.read(|state, _| {
        let corps = state.corps.values();
        let people = corps.flat_map(|corp| {
            everybody(corp).into_iter().map(|shown| Somebody {
                corp: corp.id.to_string(),
                person: shown.key,
                label: shown.label,
                note: shown.note,
            })
        });
        people.collect()
    });
    Json(people)
}

/// Who the calling browser shall be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInAs {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// A `person` of the list.
    person: String,
}

/// Makes the calling browser this person: the answer sets the cookie the pages read.
#[utoipa::path(
    post, path = "/_sandbox/api/sign_in_as", request_body = SignInAs,
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn sign_in_as(
    State(room): State<Room>,
    Command(wanted): Command<SignInAs>,
) -> Result<Response, Problem> {
    let key = PersonKey::new(wanted.person);
    let person = room.world.read(|state, _| {
        let corp = corp_of(state, wanted.corp.as_ref())?;
        let person = corp.person(&key);
        person.ok_or_else(|| Problem::not_found("person", "there is no such person"))
    })?;
    let key = person.key();
    Ok(with_cookie(StatusCode::NO_CONTENT, PERSON, key.as_str()))
}
