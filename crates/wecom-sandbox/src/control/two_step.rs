//! `/_sandbox/api/two_step…`: two-step verification (dossier 10).
//!
//! `GET` says who waits, `PUT …/settings` sets page and range, `POST …/begin` plays the client that asks
//! for it, `POST …/forget` lets a member in without any proof. Out: where the client goes. The app's server
//! gives its verdict through WeCom's own calls.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wecom_sdk::{CorpId, DepartmentId, TagId, UserId};

use super::corp_of;
use super::problem::Problem;
use super::read::Command;
use crate::room::Room;
use crate::world::{Corp, TwoStep, TwoStepError, TwoStepKind, VisibleRange};

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

/// Page and range.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The verification page, or the OAuth link of the app that verifies; an empty text switches it off.
    url: String,
    /// 验证范围; nobody when absent.
    range: Option<Range>,
}

/// Who has to pass it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
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
    put, path = "/_sandbox/api/two_step/settings", request_body = Settings,
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn set(
    State(room): State<Room>,
    Command(wanted): Command<Settings>,
) -> Result<StatusCode, Problem> {
    room.world.change(|state, _| {
        let corp = corp_of(state, wanted.corp.as_ref())?;
        let range = wanted.range.map(|range| read_range(corp, range));
        let set = TwoStep {
            url: wanted.url,
            range: range.transpose()?.unwrap_or_else(VisibleRange::default),
        };
        let is_off = set.url.is_empty();
        if !is_off && set.target().is_none() {
            return Err(Problem::bad("url", "not an http or https address"));
        }
        let id = corp.id.clone();
        if let Some(corp) = state.corps.get_mut(&id) {
            corp.two_step = Some(set).filter(|_| !is_off);
        }
        Ok(StatusCode::NO_CONTENT)
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

fn read_range(corp: &Corp, range: Range) -> Result<VisibleRange, Problem> {
    let knows = |id: &UserId| corp.members.get(id).is_some();
    let is_known = range.members.iter().all(knows)
        && range
            .departments
            .iter()
            .all(|id| corp.departments.contains_key(id))
        && range.tags.iter().all(|id| corp.tags.contains_key(id));
    if !is_known {
        let title = "somebody or something there is not in the directory";
        return Err(Problem::bad("range", title));
    }
    Ok(VisibleRange {
        members: range.members.iter().map(UserId::folded).collect(),
        departments: range.departments,
        tags: range.tags,
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
