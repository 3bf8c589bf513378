//! `/_sandbox/api/members/…`: what an admin does to a member.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use wecom_sdk::{CorpId, DepartmentId, UserId};

use super::corp_of;
use super::problem::Problem;
use super::read::Command;
use crate::room::Room;
use crate::world::{Corp, Member, MemberStatus, Membership, SensitiveField};

/// Whom a command means.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Removal {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The userid, in any case.
    #[schema(value_type = String)]
    user_id: UserId,
}

/// A new member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Creation {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The userid.
    #[schema(value_type = String)]
    user_id: UserId,
    /// 姓名
    name: String,
    /// 部门
    #[schema(value_type = Vec<u32>)]
    departments: Vec<DepartmentId>,
    /// Sensitive fields: `{"mobile": "…"}`.
    #[serde(default)]
    sensitive: BTreeMap<String, String>,
}

/// What changes; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The userid, in any case.
    #[schema(value_type = String)]
    user_id: UserId,
    /// `active`, `disabled`, `not_activated` or `left`.
    status: Option<String>,
    /// Another userid.
    #[schema(value_type = Option<String>)]
    rename_to: Option<UserId>,
    /// Another name.
    name: Option<String>,
    /// Other departments; leadership in those that stay is kept.
    #[schema(value_type = Option<Vec<u32>>)]
    departments: Option<Vec<DepartmentId>>,
    /// Sensitive fields to set; an empty text takes one away.
    #[serde(default)]
    sensitive: BTreeMap<String, String>,
}

/// Creates a member. One who comes back under an old userid is somebody new.
#[utoipa::path(
    post, path = "/_sandbox/api/members/create", request_body = Creation,
    responses((status = 204), (status = 400, body = Problem), (status = 409, body = Problem))
)]
pub(super) async fn create(
    State(room): State<Room>,
    Command(wanted): Command<Creation>,
) -> Result<StatusCode, Problem> {
    let sensitive = read_sensitive(wanted.sensitive)?;
    room.world.change(|state, _| {
        let corp = corp_of(state, wanted.corp.as_ref())?;
        if corp.members.get(&wanted.user_id).is_some() {
            return Err(taken());
        }
        check_departments(corp, &wanted.departments)?;
        let member = Member {
            name: wanted.name,
            alias: String::new(),
            position: String::new(),
            telephone: String::new(),
            main_department: wanted.departments.first().copied(),
            memberships: memberships(&wanted.departments, &[]),
            direct_leader: None,
            status: MemberStatus::Active,
            sensitive: sensitive
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .collect(),
            user_id: wanted.user_id,
        };
        let id = corp.id.clone();
        if let Some(corp) = state.corps.get_mut(&id) {
            corp.members.put(member);
        }
        Ok(StatusCode::NO_CONTENT)
    })
}

/// Changes a member: disables, moves, renames. Nothing changes when one of the changes cannot be.
#[utoipa::path(
    post, path = "/_sandbox/api/members/change", request_body = Change,
    responses(
        (status = 204), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)
    )
)]
pub(super) async fn change(
    State(room): State<Room>,
    Command(wanted): Command<Change>,
) -> Result<StatusCode, Problem> {
    let sensitive = read_sensitive(wanted.sensitive)?;
    let status = wanted.status.as_deref().map(read_status).transpose()?;
    room.world.change(|state, _| {
        let corp = corp_of(state, wanted.corp.as_ref())?;
        let found = corp.members.get(&wanted.user_id);
        let user_id = found.ok_or_else(unknown)?.user_id.clone();
        let id = corp.id.clone();
        check_departments(corp, wanted.departments.as_deref().unwrap_or_default())?;
        if let Some(new) = &wanted.rename_to
            && !state.rename_member(&id, &user_id, new)
        {
            return Err(taken());
        }
        let user_id = wanted.rename_to.unwrap_or(user_id);
        let corp = state.corps.get_mut(&id);
        let member = corp.and_then(|corp| corp.members.get_mut(&user_id));
        let member = member.ok_or_else(unknown)?;
        member.status = status.unwrap_or(member.status);
        if let Some(name) = wanted.name {
            member.name = name;
        }
        if let Some(departments) = wanted.departments {
            member.memberships = memberships(&departments, &member.memberships);
            member.main_department = departments.first().copied();
        }
        for (field, text) in sensitive {
            member.sensitive.insert(field, text);
        }
        member.sensitive.retain(|_, text| !text.is_empty());
        Ok(StatusCode::NO_CONTENT)
    })
}

/// Takes a member out of the directory, as when somebody leaves.
#[utoipa::path(
    post, path = "/_sandbox/api/members/remove", request_body = Removal,
    responses((status = 204), (status = 404, body = Problem))
)]
pub(super) async fn remove(
    State(room): State<Room>,
    Command(wanted): Command<Removal>,
) -> Result<StatusCode, Problem> {
    room.world.change(|state, _| {
        let corp = corp_of(state, wanted.corp.as_ref())?.id.clone();
        if state.remove_member(&corp, &wanted.user_id) {
            Ok(StatusCode::NO_CONTENT)
        } else {
            Err(unknown())
        }
    })
}

fn memberships(departments: &[DepartmentId], before: &[Membership]) -> Vec<Membership> {
    let unique: BTreeSet<DepartmentId> = departments.iter().copied().collect();
    let places = unique.into_iter().map(|department| {
        let old = before.iter().find(|place| place.department == department);
        old.copied().unwrap_or(Membership {
            department,
            order: 0,
            is_leader: false,
        })
    });
    places.collect()
}

fn check_departments(corp: &Corp, departments: &[DepartmentId]) -> Result<(), Problem> {
    let mut departments = departments.iter();
    match departments.find(|id| !corp.departments.contains_key(id)) {
        Some(id) => Err(Problem::bad(
            "departments",
            format!("there is no department {id}"),
        )),
        None => Ok(()),
    }
}

fn read_status(word: &str) -> Result<MemberStatus, Problem> {
    let known = "use active, disabled, not_activated or left";
    MemberStatus::parse(word).ok_or_else(|| Problem::bad("status", known))
}

fn read_sensitive(
    fields: BTreeMap<String, String>,
) -> Result<Vec<(SensitiveField, String)>, Problem> {
    let fields = fields.into_iter().map(|(name, text)| {
        let unknown = || Problem::bad("sensitive", format!("`{name}` is no sensitive field"));
        Ok((SensitiveField::parse(&name).ok_or_else(unknown)?, text))
    });
    fields.collect()
}

fn unknown() -> Problem {
    Problem::not_found("member", "there is no such member")
}

fn taken() -> Problem {
    Problem::new(StatusCode::CONFLICT, "user_id", "this userid is taken")
}
