//! `/_sandbox/api/members…`: what an admin does to a member.
//!
//! `GET` finds members, `POST …/create`, `…/change` and `…/remove` change the directory. Out: nothing, or a
//! problem with every mistake. Nothing changes when one of the changes cannot be.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wecom_sdk::{CorpId, UserId};

use super::problem::Problem;
use super::read::Command;
use super::{changed, corp_of, query};
use crate::admin::Mistakes;
use crate::admin::members::{self, Draft};
use crate::room::Room;
use crate::world::{ExtAttr, Member, WrittenExtAttr};

const USUAL: usize = 200;

/// A member of the directory.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MemberListed)]
pub(super) struct Listed {
    user_id: String,
    name: String,
    status: &'static str,
    departments: Vec<u32>,
    leads: Vec<u32>,
    direct_leader: Option<String>,
    alias: String,
    position: String,
    telephone: String,
    sensitive: BTreeMap<&'static str, String>,
    ext_attrs: Vec<WrittenExtAttr>,
}

impl Listed {
    fn of(member: &Member) -> Self {
        let places = member.memberships.iter();
        let leads = places.clone().filter(|place| place.is_leader);
        let fields = member.sensitive.iter();
        Self {
            user_id: member.user_id.to_string(),
            name: member.name.clone(),
            status: member.status.as_str(),
            departments: places.map(|place| place.department.0).collect(),
            leads: leads.map(|place| place.department.0).collect(),
            direct_leader: member.direct_leader.as_ref().map(ToString::to_string),
            alias: member.alias.clone(),
            position: member.position.clone(),
            telephone: member.telephone.clone(),
            sensitive: fields
                .map(|(field, text)| (field.as_str(), text.clone()))
                .collect(),
            ext_attrs: member.ext_attrs.iter().map(ExtAttr::written).collect(),
        }
    }
}

/// Members in the order they came: those whose userid or name holds `q`, at most `most` after skipping `skip`.
#[utoipa::path(
    get, path = "/_sandbox/api/members",
    params(
        ("corp" = Option<String>, Query, description = "the corp; the first one when absent"),
        ("q" = Option<String>, Query, description = "part of the userid or the name"),
        ("skip" = Option<usize>, Query, description = "how many to skip"),
        ("most" = Option<usize>, Query, description = "how many; 200 when absent")
    ),
    responses(
        (status = 200, body = Vec<Listed>), (status = 400, body = Problem),
        (status = 404, body = Problem)
    )
)]
pub(super) async fn list(
    State(room): State<Room>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Vec<Listed>>, Problem> {
    let asked = query::Asked::parse(raw.as_deref(), &["corp", "q", "skip", "most"])?;
    let corp = asked.corp()?;
    let skip = asked.number("skip")?.unwrap_or(0);
    let most = asked.number("most")?.unwrap_or(USUAL);
    room.world.read(|state, _| {
        let corp = corp_of(state, corp.as_ref())?;
        let found = corp.members.search(asked.text("q"));
        Ok(Json(found.skip(skip).take(most).map(Listed::of).collect()))
    })
}

/// Creates a member. One who comes back under an old userid is somebody new.
#[utoipa::path(
    post, path = "/_sandbox/api/members/create", request_body = Draft,
    responses(
        (status = 204), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)
    )
)]
pub(super) async fn create(
    State(room): State<Room>,
    Command(draft): Command<Draft>,
) -> Result<StatusCode, Problem> {
    changed(&room, |state, _| {
        members::create(state, draft, Mistakes::default())
    })
}

/// Changes a member: disables, moves, renames. Nothing changes when one of the changes cannot be.
#[utoipa::path(
    post, path = "/_sandbox/api/members/change", request_body = Draft,
    responses(
        (status = 204), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)
    )
)]
pub(super) async fn change(
    State(room): State<Room>,
    Command(draft): Command<Draft>,
) -> Result<StatusCode, Problem> {
    changed(&room, |state, _| {
        members::change(state, draft, Mistakes::default())
    })
}

/// Whom a command means.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberRemoval {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The userid, in any case.
    #[schema(value_type = String)]
    user_id: UserId,
}

/// Takes a member out of the directory, as when somebody leaves.
#[utoipa::path(
    post, path = "/_sandbox/api/members/remove", request_body = MemberRemoval,
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn remove(
    State(room): State<Room>,
    Command(wanted): Command<MemberRemoval>,
) -> Result<StatusCode, Problem> {
    changed(&room, |state, _| {
        members::remove(state, wanted.corp.as_ref(), &wanted.user_id)
    })
}
