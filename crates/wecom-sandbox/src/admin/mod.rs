//! What an admin does in WeCom's console: corps, members, departments, tags and agents.
//!
//! In: a draft, from the control API or from a form of the console, and the mistakes that were found while it
//! was read. Out: the changed world, or every mistake at once, in both languages. Nothing changes when one of
//! the changes cannot be. It never reads a request and never renders an answer.

mod agent_draft;
pub(crate) mod agents;
pub(crate) mod corps;
pub(crate) mod departments;
pub(crate) mod faults;
mod member_draft;
pub(crate) mod members;
mod mistakes;
mod quota;
mod range;
pub(crate) mod tags;
pub(crate) mod two_step;

use wecom_sdk::{AgentId, CorpId, DepartmentId, UserId};

pub(crate) use self::mistakes::{Kind, Mistakes};
pub(crate) use self::range::Range;
use crate::world::{Corp, State};

/// What a draft wishes for a thing that may be there or not.
#[derive(Default)]
enum Wish<T> {
    #[default]
    Keep,
    Clear,
    Set(T),
}

impl<T> Wish<T> {
    fn apply(self, place: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *place = None,
            Self::Set(value) => *place = Some(value),
        }
    }
}

/// The corp that a draft means: the one it names, or the first.
pub(crate) fn corp_of<'a>(
    state: &'a mut State,
    named: Option<&CorpId>,
    mistakes: &mut Mistakes,
) -> Option<&'a mut Corp> {
    let corp = match named {
        Some(corp_id) => state.corps.get_mut(corp_id),
        None => state.corps.values_mut().next(),
    };
    if corp.is_none() {
        mistakes.absent("corp", "there is no such corp", "没有这个企业");
    }
    corp
}

/// The corp and the agent that a draft means.
fn agent_of<'a>(
    state: &'a mut State,
    corp: Option<&CorpId>,
    agent: Option<AgentId>,
    mistakes: &mut Mistakes,
) -> Option<(&'a mut Corp, AgentId)> {
    let corp = corp_of(state, corp, mistakes)?;
    let known = agent.filter(|agent| corp.agents.contains_key(agent));
    if known.is_none() {
        mistakes.absent("agent", "there is no such agent", "没有这个应用");
    }
    known.map(|agent| (corp, agent))
}

/// Every department that a draft names must be there.
fn check_departments<'a>(
    corp: &Corp,
    ids: impl IntoIterator<Item = &'a DepartmentId>,
    field: &'static str,
    mistakes: &mut Mistakes,
) {
    let ids = ids.into_iter();
    for id in ids.filter(|id| !corp.departments.contains_key(id)) {
        let en = format!("there is no department {id}");
        mistakes.bad(field, en, format!("没有编号为 {id} 的部门"));
    }
}

/// Every member that a draft names must be there.
fn check_members<'a>(
    corp: &Corp,
    ids: impl IntoIterator<Item = &'a UserId>,
    field: &'static str,
    mistakes: &mut Mistakes,
) {
    let ids = ids.into_iter();
    for id in ids.filter(|id| corp.members.get(id).is_none()) {
        let en = format!("there is no member `{id}`");
        mistakes.bad(field, en, format!("没有成员“{id}”"));
    }
}

/// A text of an admin: trimmed, and neither empty nor longer than WeCom takes.
fn check_name(name: Option<&str>, most: usize, mistakes: &mut Mistakes) -> Option<String> {
    let name = name?.trim();
    let length = name.chars().count();
    if length == 0 {
        mistakes.bad("name", "a name is needed", "请填写名称");
    } else if length > most {
        mistakes.bad(
            "name",
            format!("{length} characters, at most {most}"),
            format!("{length} 个字，最多 {most} 个"),
        );
    } else {
        return Some(name.to_owned());
    }
    None
}
