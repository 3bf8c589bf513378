//! Members: created, changed, taken out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use utoipa::ToSchema;
use wecom_sdk::{CorpId, DepartmentId, UserId};

use super::{Mistakes, Wish, check_departments, check_name, corp_of};
use crate::world::{
    Corp, ExtAttr, Member, MemberStatus, Membership, SensitiveField, State, WrittenExtAttr,
};

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
struct Checked {
    name: Option<String>,
    status: Option<MemberStatus>,
    sensitive: Vec<(SensitiveField, String)>,
    direct_leader: Wish<UserId>,
    ext_attrs: Option<Vec<ExtAttr>>,
}

/// Creates a member. One who comes back under an old userid is somebody new.
pub(crate) fn create(
    state: &mut State,
    draft: Draft,
    mut mistakes: Mistakes,
) -> Result<(), Mistakes> {
    let Some(corp) = corp_of(state, draft.corp.as_ref(), &mut mistakes) else {
        return Err(mistakes);
    };
    let user_id = mistakes.needed("user_id", draft.user_id.clone());
    if let Some(user_id) = &user_id
        && corp.members.get(user_id).is_some()
    {
        mistakes.taken("user_id", "this userid is taken", "这个账号已被占用");
    }
    if draft.rename_to.is_some() {
        mistakes.bad(
            "rename_to",
            "a new member has one userid",
            "新成员只有一个账号",
        );
    }
    mistakes.needed("name", draft.name.as_ref());
    let checked = check(corp, &draft, &[], &mut mistakes);
    mistakes.finish()?;
    let Some(user_id) = user_id else {
        return Ok(());
    };
    let mut member = Member {
        user_id,
        name: String::new(),
        alias: String::new(),
        position: String::new(),
        telephone: String::new(),
        memberships: Vec::new(),
        main_department: None,
        direct_leader: None,
        status: MemberStatus::Active,
        sensitive: BTreeMap::new(),
        ext_attrs: Vec::new(),
    };
    apply(&mut member, draft, checked);
    corp.members.put(member);
    Ok(())
}

/// Changes a member: disables, moves, renames.
pub(crate) fn change(
    state: &mut State,
    draft: Draft,
    mut mistakes: Mistakes,
) -> Result<(), Mistakes> {
    let Some(corp) = corp_of(state, draft.corp.as_ref(), &mut mistakes) else {
        return Err(mistakes);
    };
    let corp_id = corp.id.clone();
    let found = draft.user_id.as_ref();
    let Some(found) = found.and_then(|user_id| corp.members.get(user_id)) else {
        mistakes.absent("user_id", "there is no such member", "没有这个成员");
        return Err(mistakes);
    };
    let (before, places) = (found.user_id.clone(), found.memberships.clone());
    let checked = check(corp, &draft, &places, &mut mistakes);
    if let Some(new) = &draft.rename_to
        && new.folded() != before.folded()
        && corp.members.get(new).is_some()
    {
        mistakes.taken("rename_to", "this userid is taken", "这个账号已被占用");
    }
    mistakes.finish()?;
    if let Some(new) = &draft.rename_to {
        state.rename_member(&corp_id, &before, new);
    }
    let user_id = draft.rename_to.clone().unwrap_or(before);
    let corp = state.corps.get_mut(&corp_id);
    if let Some(member) = corp.and_then(|corp| corp.members.get_mut(&user_id)) {
        apply(member, draft, checked);
    }
    Ok(())
}

/// Takes a member out of the directory, as when somebody leaves.
pub(crate) fn remove(
    state: &mut State,
    corp: Option<&CorpId>,
    user_id: &UserId,
) -> Result<(), Mistakes> {
    let mut mistakes = Mistakes::default();
    let corp_id = corp_of(state, corp, &mut mistakes).map(|corp| corp.id.clone());
    if let Some(corp_id) = corp_id
        && !state.remove_member(&corp_id, user_id)
    {
        mistakes.absent("user_id", "there is no such member", "没有这个成员");
    }
    mistakes.finish()
}

fn check(corp: &Corp, draft: &Draft, places: &[Membership], mistakes: &mut Mistakes) -> Checked {
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

fn apply(member: &mut Member, draft: Draft, checked: Checked) {
    let set = |place: &mut String, value: Option<String>| {
        if let Some(value) = value {
            value.trim().clone_into(place);
        }
    };
    set(&mut member.name, checked.name);
    set(&mut member.alias, draft.alias);
    set(&mut member.position, draft.position);
    set(&mut member.telephone, draft.telephone);
    member.status = checked.status.unwrap_or(member.status);
    if let Some(departments) = draft.departments {
        member.memberships = memberships(&departments, &member.memberships);
        let before = member.main_department;
        let stays = before.filter(|main| departments.contains(main));
        member.main_department = stays.or_else(|| departments.first().copied());
    }
    member.main_department = draft.main_department.or(member.main_department);
    if let Some(leads) = draft.leads {
        for place in &mut member.memberships {
            place.is_leader = leads.contains(&place.department);
        }
    }
    checked.direct_leader.apply(&mut member.direct_leader);
    if let Some(fields) = checked.ext_attrs {
        member.ext_attrs = fields;
    }
    member.sensitive.extend(checked.sensitive);
    member.sensitive.retain(|_, text| !text.is_empty());
}

fn memberships(departments: &[DepartmentId], before: &[Membership]) -> Vec<Membership> {
    let unique: BTreeSet<DepartmentId> = departments.iter().copied().collect();
    // Who moves nowhere keeps the order, too: another one would be told as a change.
    let is_there = |place: &Membership| unique.contains(&place.department);
    if before.len() == unique.len() && before.iter().all(is_there) {
        return before.to_vec();
    }
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
