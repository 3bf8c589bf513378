//! What an admin says of a member, read and judged.
//!
//! In: a draft, as the control API or the console's form has it. Out: its parts, or every mistake. It changes
//! nothing; [`super::members`] does.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;
use wecom_sdk::{CorpId, DepartmentId, UserId};

use super::{Mistakes, Wish, check_departments, check_name};
use crate::world::{Corp, ExtAttr, MemberStatus, Membership, SensitiveField, WrittenExtAttr};

/// 姓名 is 1 to 64 characters (O-90195, second hand).
const NAME: usize = 64;

/// A member. In a change, what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MemberDraft)]
pub(crate) struct Draft {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    pub(crate) corp: Option<CorpId>,
    /// The userid; in a change in any case.
    #[schema(value_type = String, required = true)]
    pub(crate) user_id: Option<UserId>,
    /// In a change: another userid.
    #[schema(value_type = Option<String>)]
    pub(crate) rename_to: Option<UserId>,
    /// 姓名; needed for a new member.
    pub(crate) name: Option<String>,
    /// 别名
    pub(crate) alias: Option<String>,
    /// 职务
    pub(crate) position: Option<String>,
    /// 座机
    pub(crate) telephone: Option<String>,
    /// `active`, `disabled`, `not_activated` or `left`.
    pub(crate) status: Option<String>,
    /// 部门. Leadership in those that stay is kept.
    #[schema(value_type = Option<Vec<u32>>)]
    pub(crate) departments: Option<Vec<DepartmentId>>,
    /// 主部门, one of the departments. When absent it stays while the member is in it, and is otherwise the
    /// first of `departments`.
    #[schema(value_type = Option<u32>)]
    pub(crate) main_department: Option<DepartmentId>,
    /// The departments the member leads, as a whole.
    #[schema(value_type = Option<Vec<u32>>)]
    pub(crate) leads: Option<Vec<DepartmentId>>,
    /// 直属上级; an empty text takes it away.
    pub(crate) direct_leader: Option<String>,
    /// Sensitive fields to set: `{"mobile": "…"}`; an empty text takes one away.
    #[serde(default)]
    pub(crate) sensitive: BTreeMap<String, String>,
    /// 自定义字段, as a whole: `[{"name": "…", "text": "…"}, {"name": "…", "url": "…", "title": "…"}]`.
    pub(crate) ext_attrs: Option<Vec<WrittenExtAttr>>,
}

/// What of a draft could be read.
pub(super) struct Checked {
    pub(super) name: Option<String>,
    pub(super) status: Option<MemberStatus>,
    pub(super) sensitive: Vec<(SensitiveField, String)>,
    pub(super) direct_leader: Wish<UserId>,
    pub(super) ext_attrs: Option<Vec<ExtAttr>>,
}

/// Reads a draft for a member who is in these places.
pub(super) fn check(
    corp: &Corp,
    draft: &Draft,
    places: &[Membership],
    mistakes: &mut Mistakes,
) -> Checked {
    let name = check_name(draft.name.as_deref(), NAME, mistakes);
    let departments = draft.departments.iter().flatten();
    check_departments(corp, departments, "departments", mistakes);
    let belongs = |id: &DepartmentId| match &draft.departments {
        Some(departments) => departments.contains(id),
        None => places.iter().any(|place| place.department == *id),
    };
    for id in draft.leads.iter().flatten().filter(|id| !belongs(id)) {
        mistakes.bad(
            "leads",
            format!("the member is not in department {id}"),
            format!("该成员不在部门 {id} 中"),
        );
    }
    if let Some(main) = draft.main_department.filter(|id| !belongs(id)) {
        mistakes.bad(
            "main_department",
            format!("the member is not in department {main}"),
            format!("该成员不在部门 {main} 中"),
        );
    }
    let status = draft.status.as_deref().map(MemberStatus::parse);
    if status == Some(None) {
        let known = "use active, disabled, not_activated or left";
        mistakes.bad(
            "status",
            known,
            "只能是 active、disabled、not_activated 或 left",
        );
    }
    Checked {
        name,
        status: status.flatten(),
        sensitive: read_sensitive(&draft.sensitive, mistakes),
        direct_leader: read_leader(corp, draft.direct_leader.as_deref(), mistakes),
        ext_attrs: read_ext_attrs(draft.ext_attrs.as_deref(), mistakes),
    }
}

fn read_ext_attrs(
    fields: Option<&[WrittenExtAttr]>,
    mistakes: &mut Mistakes,
) -> Option<Vec<ExtAttr>> {
    let mut read = Vec::new();
    for field in fields? {
        match ExtAttr::read(field.clone()) {
            Some(field) => read.push(field),
            None => mistakes.bad(
                "ext_attrs",
                format!(
                    "`{}` needs a name and `text`, or `url` and `title`",
                    field.name
                ),
                format!("“{}”需要名称，以及 text，或 url 和 title", field.name),
            ),
        }
    }
    Some(read)
}

fn read_leader(corp: &Corp, leader: Option<&str>, mistakes: &mut Mistakes) -> Wish<UserId> {
    let Some(leader) = leader.map(str::trim) else {
        return Wish::Keep;
    };
    if leader.is_empty() {
        return Wish::Clear;
    }
    let member = UserId::parse(leader).ok();
    let member = member.and_then(|id| Some(corp.members.get(&id)?.user_id.clone()));
    if member.is_none() {
        mistakes.bad(
            "direct_leader",
            format!("there is no member `{leader}`"),
            format!("没有成员“{leader}”"),
        );
    }
    member.map_or(Wish::Keep, Wish::Set)
}

fn read_sensitive(
    fields: &BTreeMap<String, String>,
    mistakes: &mut Mistakes,
) -> Vec<(SensitiveField, String)> {
    let mut read = Vec::new();
    for (name, text) in fields {
        let text = text.trim();
        match SensitiveField::parse(name) {
            None => mistakes.bad(
                "sensitive",
                format!("`{name}` is no sensitive field"),
                format!("“{name}”不是敏感字段"),
            ),
            Some(SensitiveField::Gender) if !matches!(text, "" | "0" | "1" | "2") => {
                mistakes.bad("gender", "a gender is 0, 1 or 2", "性别只能是 0、1 或 2");
            }
            Some(field) => read.push((field, text.to_owned())),
        }
    }
    read
}
