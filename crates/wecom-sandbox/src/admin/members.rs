//! Members: created, changed, taken out.
//!
//! In: a draft of the console or the control API. Out: the changed directory, or every mistake at once and
//! nothing changed. A draft that says what is there already changes nothing, so that no event goes out.

use std::collections::{BTreeMap, BTreeSet};

use wecom_sdk::{CorpId, DepartmentId, UserId};

pub(crate) use super::member_draft::Draft;
use super::member_draft::{Checked, check};
use super::{Mistakes, corp_of};
use crate::world::{Member, MemberStatus, Membership, State};

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
