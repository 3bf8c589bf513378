//! `/_sandbox/api/two_step…`: two-step verification (dossier 10).
//!
//! `GET` says who waits, `PUT …/settings` sets page and range, `POST …/begin` plays the client that asks
//! for it, `POST …/forget` lets a member in without any proof. Out: where the client goes. The app's server
//! gives its verdict through WeCom's own calls.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wecom_sdk::{CorpId, UserId};

use super::problem::Problem;
use super::read::Command;
use super::{changed, corp_of};
use crate::admin::two_step::Draft;
use crate::admin::{self, Mistakes};
use crate::room::Room;
use crate::world::{TwoStepError, TwoStepKind};

/// A member who waits.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Waits {
    /// The corp.
    corp: String,
    /// The userid, in lower case.
    user_id: String,
    /// `login` or `use`.
    kind: &'static str,
}

/// When the client asks for it.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// 登录二次验证
    Login,
    /// 使用二次验证
    Use,
}

/// Whose client asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The member.
    #[schema(value_type = String)]
    user_id: UserId,
    /// When.
    kind: Kind,
}

/// Who shall wait no longer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Forget {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The member.
    #[schema(value_type = String)]
    user_id: UserId,
}

/// Where the client goes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Opens {
    /// The address.
    location: String,
}

/// Every member who waits for two-step verification.
#[utoipa::path(get, path = "/_sandbox/api/two_step", responses((status = 200, body = Vec<Waits>)))]
pub(super) async fn list(State(room): State<Room>) -> Json<Vec<Waits>> {
    let waiting = room.world.read(|state, _| {
        let waiting = state.two_step_list();
        let waits = waiting.map(|(corp_id, user_id, kind)| Waits {
            corp: corp_id.to_string(),
            user_id: user_id.to_owned(),
            kind: kind.as_str(),
        });
        waits.collect()
    });
    Json(waiting)
}

/// Sets page and range, or switches it off.
#[utoipa::path(
    put, path = "/_sandbox/api/two_step/settings", request_body = Draft,
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn set(
    State(room): State<Room>,
    Command(wanted): Command<Draft>,
) -> Result<StatusCode, Problem> {
    changed(&room, |state, _| {
        admin::two_step::set(state, &wanted, Mistakes::default())
    })
}

/// Plays the client that asks a member for verification; says which page it opens.
#[utoipa::path(
    post, path = "/_sandbox/api/two_step/begin", request_body = Begin,
    responses((status = 200, body = Opens), (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub(super) async fn begin(
    State(room): State<Room>,
    Command(wanted): Command<Begin>,
) -> Result<Json<Opens>, Problem> {
    let corp_id = room
        .world
        .read(|state, _| corp_of(state, wanted.corp.as_ref()).map(|corp| corp.id.clone()))?;
    let kind = match wanted.kind {
        Kind::Login => TwoStepKind::Login,
        Kind::Use => TwoStepKind::Use,
    };
    let begun = room.world.begin_two_step(&corp_id, &wanted.user_id, kind);
    let location = begun.map_err(|_| Problem::entropy())??;
    Ok(Json(Opens { location }))
}

/// Lets a member in without any proof.
#[utoipa::path(
    post, path = "/_sandbox/api/two_step/forget", request_body = Forget,
    responses((status = 204), (status = 404, body = Problem))
)]
pub(super) async fn forget(
    State(room): State<Room>,
    Command(wanted): Command<Forget>,
) -> Result<StatusCode, Problem> {
    room.world.change(|state, _| {
        let corp_id = corp_of(state, wanted.corp.as_ref())?.id.clone();
        if state.forget_two_step(&corp_id, &wanted.user_id) {
            Ok(StatusCode::NO_CONTENT)
        } else {
            Err(Problem::not_found(
                "member",
                "this member waits for nothing",
            ))
        }
    })
}

impl From<TwoStepError> for Problem {
    fn from(error: TwoStepError) -> Self {
        let (status, title) = match error {
            TwoStepError::Unknown => (StatusCode::NOT_FOUND, "there is no such member"),
            TwoStepError::NotSet => (StatusCode::CONFLICT, "no verification page is set"),
            TwoStepError::OutsideRange => (
                StatusCode::CONFLICT,
                "this member is outside the verification range",
            ),
        };
        Self::new(status, "two_step", title)
    }
}
