//! Tags: created, changed, taken out (dossier 8.6).
//!
//! In: a draft of the console or the control API. Out: the changed tags, or every mistake at once and nothing
//! changed.

use std::collections::BTreeSet;

use serde::Deserialize;
use utoipa::ToSchema;
use wecom_sdk::{CorpId, DepartmentId, TagId, UserId};

use super::{Mistakes, check_departments, check_members, check_name, corp_of};
use crate::world::{Corp, State, Tag};

/// 标签名 is 1 to 32 characters.
const NAME: usize = 32;

/// A tag. In a change, what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TagDraft)]
pub(crate) struct Draft {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    pub(crate) corp: Option<CorpId>,
    /// The number; for a new one the next free number when absent.
    #[schema(value_type = Option<u32>)]
    pub(crate) id: Option<TagId>,
    /// 标签名; needed for a new one, and no other tag may have it.
    pub(crate) name: Option<String>,
    /// Tagged members, as a whole.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) members: Option<Vec<UserId>>,
    /// Tagged departments, as a whole.
    #[schema(value_type = Option<Vec<u32>>)]
    pub(crate) departments: Option<BTreeSet<DepartmentId>>,
}

/// Creates a tag and gives its number.
pub(crate) fn create(
    state: &mut State,
    draft: Draft,
    mut mistakes: Mistakes,
) -> Result<TagId, Mistakes> {
    let Some(corp) = corp_of(state, draft.corp.as_ref(), &mut mistakes) else {
        return Err(mistakes);
    };
    let last = corp.tags.keys().next_back();
    let next = TagId(last.map_or(1, |id| id.0.saturating_add(1)));
    let id = draft.id.unwrap_or(next);
    if corp.tags.contains_key(&id) {
        mistakes.taken("id", "this number is taken", "这个编号已被占用");
    }
    mistakes.needed("name", draft.name.as_ref());
    let name = check(corp, id, &draft, &mut mistakes);
    mistakes.finish()?;
    let tag = Tag {
        id,
        name: name.unwrap_or_default(),
        members: stored(corp, draft.members.unwrap_or_default()),
        departments: draft.departments.unwrap_or_default(),
    };
    corp.tags.insert(id, tag);
    Ok(id)
}

/// Changes a tag.
pub(crate) fn change(
    state: &mut State,
    draft: Draft,
    mut mistakes: Mistakes,
) -> Result<(), Mistakes> {
    let Some(corp) = corp_of(state, draft.corp.as_ref(), &mut mistakes) else {
        return Err(mistakes);
    };
    let Some(id) = draft.id.filter(|id| corp.tags.contains_key(id)) else {
        return Err(unknown(mistakes));
    };
    let name = check(corp, id, &draft, &mut mistakes);
    mistakes.finish()?;
    let members = draft.members.map(|members| stored(corp, members));
    let Some(tag) = corp.tags.get_mut(&id) else {
        return Ok(());
    };
    if let Some(name) = name {
        tag.name = name;
    }
    if let Some(members) = members {
        tag.members = members;
    }
    if let Some(departments) = draft.departments {
        tag.departments = departments;
    }
    Ok(())
}

/// Takes a tag away; ranges lose it.
pub(crate) fn remove(state: &mut State, corp: Option<&CorpId>, id: TagId) -> Result<(), Mistakes> {
    let mut mistakes = Mistakes::default();
    let Some(corp) = corp_of(state, corp, &mut mistakes) else {
        return Err(mistakes);
    };
    if corp.remove_tag(id) {
        Ok(())
    } else {
        Err(unknown(mistakes))
    }
}

fn check(corp: &Corp, id: TagId, draft: &Draft, mistakes: &mut Mistakes) -> Option<String> {
    let name = check_name(draft.name.as_deref(), NAME, mistakes);
    let is_taken = |tag: &Tag| tag.id != id && Some(&tag.name) == name.as_ref();
    if corp.tags.values().any(is_taken) {
        mistakes.taken("name", "another tag has this name", "另一个标签已用此名称");
    }
    let members = draft.members.iter().flatten();
    check_members(corp, members, "members", mistakes);
    let departments = draft.departments.iter().flatten();
    check_departments(corp, departments, "departments", mistakes);
    name
}

/// Userids as the directory spells them, each once.
fn stored(corp: &Corp, members: Vec<UserId>) -> Vec<UserId> {
    let mut seen = BTreeSet::new();
    let known = members.into_iter().filter_map(|user_id| {
        let member = corp.members.get(&user_id)?;
        seen.insert(user_id.folded())
            .then(|| member.user_id.clone())
    });
    known.collect()
}

fn unknown(mut mistakes: Mistakes) -> Mistakes {
    mistakes.absent("id", "there is no such tag", "没有这个标签");
    mistakes
}
