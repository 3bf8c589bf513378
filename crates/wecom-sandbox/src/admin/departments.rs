//! Departments: created, changed, taken out (dossier 8.5).
//!
//! In: a draft of the console or the control API. Out: a tree that is still one, or every mistake at once and
//! nothing changed. Only an empty department goes.

use serde::Deserialize;
use utoipa::ToSchema;
use wecom_sdk::{CorpId, DepartmentId};

use super::{Mistakes, check_name, corp_of};
use crate::world::{Corp, Department, State};

/// The root; it can be renamed and nothing else.
const ROOT: DepartmentId = DepartmentId(1);
/// 部门名称 is 1 to 64 characters.
const NAME: usize = 64;
/// How deep a tree may be (81002).
const DEPTH: usize = 15;

/// A department. In a change, what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DepartmentDraft)]
pub(crate) struct Draft {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    pub(crate) corp: Option<CorpId>,
    /// The number; for a new one the next free number when absent.
    #[schema(value_type = Option<u32>)]
    pub(crate) id: Option<DepartmentId>,
    /// 部门名称; needed for a new one.
    pub(crate) name: Option<String>,
    /// 英文名称
    pub(crate) name_en: Option<String>,
    /// The department above; for a new one the root when absent.
    #[schema(value_type = Option<u32>)]
    pub(crate) parent: Option<DepartmentId>,
    /// The order among its sisters; bigger sorts first.
    pub(crate) order: Option<u32>,
}

/// Creates a department and gives its number.
pub(crate) fn create(
    state: &mut State,
    draft: Draft,
    mut mistakes: Mistakes,
) -> Result<DepartmentId, Mistakes> {
    let Some(corp) = corp_of(state, draft.corp.as_ref(), &mut mistakes) else {
        return Err(mistakes);
    };
    let last = corp.departments.keys().next_back();
    let next = DepartmentId(last.map_or(1, |id| id.0.saturating_add(1)));
    let id = draft.id.unwrap_or(next);
    if corp.departments.contains_key(&id) {
        mistakes.taken("id", "this number is taken", "这个编号已被占用");
    }
    mistakes.needed("name", draft.name.as_ref());
    let name = check_name(draft.name.as_deref(), NAME, &mut mistakes);
    let parent = draft.parent.unwrap_or(ROOT);
    check_parent(corp, id, parent, &mut mistakes);
    mistakes.finish()?;
    let department = Department {
        id,
        name: name.unwrap_or_default(),
        name_en: draft.name_en.unwrap_or_default(),
        parent: Some(parent),
        order: draft.order.unwrap_or_default(),
    };
    corp.departments.insert(id, department);
    Ok(id)
}

/// Changes a department: renames, moves.
pub(crate) fn change(
    state: &mut State,
    draft: Draft,
    mut mistakes: Mistakes,
) -> Result<(), Mistakes> {
    let Some(corp) = corp_of(state, draft.corp.as_ref(), &mut mistakes) else {
        return Err(mistakes);
    };
    let Some(id) = draft.id.filter(|id| corp.departments.contains_key(id)) else {
        return Err(unknown(mistakes));
    };
    let name = check_name(draft.name.as_deref(), NAME, &mut mistakes);
    if let Some(parent) = draft.parent {
        if id == ROOT {
            mistakes.bad("parent", "nothing is above the root", "根部门没有上级");
        } else {
            check_parent(corp, id, parent, &mut mistakes);
        }
    }
    mistakes.finish()?;
    let Some(department) = corp.departments.get_mut(&id) else {
        return Ok(());
    };
    if let Some(name) = name {
        department.name = name;
    }
    if let Some(name) = draft.name_en {
        department.name_en = name;
    }
    department.parent = draft.parent.or(department.parent);
    department.order = draft.order.unwrap_or(department.order);
    Ok(())
}

/// Takes an empty department out: one without members and without departments below.
pub(crate) fn remove(
    state: &mut State,
    corp: Option<&CorpId>,
    id: DepartmentId,
) -> Result<(), Mistakes> {
    let mut mistakes = Mistakes::default();
    let Some(corp) = corp_of(state, corp, &mut mistakes) else {
        return Err(mistakes);
    };
    if !corp.departments.contains_key(&id) {
        return Err(unknown(mistakes));
    }
    if id == ROOT {
        mistakes.bad("id", "the root stays", "根部门不能删除");
    }
    if corp
        .departments
        .values()
        .any(|other| other.parent == Some(id))
    {
        mistakes.taken("id", "there are departments below it", "它还有下级部门");
    }
    let is_inside = |place: &crate::world::Membership| place.department == id;
    if corp
        .members
        .iter()
        .any(|member| member.memberships.iter().any(is_inside))
    {
        mistakes.taken("id", "there are members in it", "它还有成员");
    }
    mistakes.finish()?;
    corp.remove_department(id);
    Ok(())
}

fn check_parent(corp: &Corp, id: DepartmentId, parent: DepartmentId, mistakes: &mut Mistakes) {
    if !corp.departments.contains_key(&parent) {
        mistakes.bad("parent", "there is no such department", "没有这个上级部门");
    } else if corp.line(parent).any(|above| above == id) {
        mistakes.bad("parent", "a department below itself", "部门不能在自己下面");
    } else if corp.line(parent).count() + height(corp, id) > DEPTH {
        mistakes.bad(
            "parent",
            format!("the tree would be deeper than {DEPTH} (81002)"),
            format!("层级会超过 {DEPTH} 层（81002）"),
        );
    }
}

/// How many levels a department and what lies below it take.
fn height(corp: &Corp, id: DepartmentId) -> usize {
    let below = corp.departments.keys().filter_map(|other| {
        let place = corp.line(*other).position(|above| above == id)?;
        Some(place + 1)
    });
    below.max().unwrap_or(1)
}

fn unknown(mut mistakes: Mistakes) -> Mistakes {
    mistakes.absent("id", "there is no such department", "没有这个部门");
    mistakes
}
