//! Which corp a page of the directory is about: the one its address names, or the first.
//!
//! In: the query or a form. Out: the corp's id and the choices for the page's head. Where there is no corp at
//! all, the page goes back to the overview.

use wecom_sdk::CorpId;

use super::frame::query;
use crate::page::fields::Fields;
use crate::world::{Corp, State, VisibleRange};

/// One corp of the head's list.
#[derive(Clone, Debug)]
pub(super) struct CorpLink {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) is_here: bool,
}

/// The corp that is meant.
pub(super) fn corp<'a>(state: &'a State, fields: &Fields) -> Option<&'a Corp> {
    let named = CorpId::parse(fields.text("corp")).ok();
    let named = named.and_then(|id| state.corps.get(&id));
    named.or_else(|| state.corps.values().next())
}

/// Links to the same page of every corp; none where there is only one.
pub(super) fn links(state: &State, here: &Corp, path: &str) -> Vec<CorpLink> {
    if state.corps.len() < 2 {
        return Vec::new();
    }
    let corps = state.corps.values();
    let links = corps.map(|corp| CorpLink {
        name: corp.name.clone(),
        href: format!("{path}{}", query(&[("corp", corp.id.as_str())])),
        is_here: corp.id == here.id,
    });
    links.collect()
}

/// Departments as choices: number and the whole way down to it.
pub(super) fn departments(corp: &Corp) -> Vec<(String, String)> {
    let choices = corp.departments.values().map(|department| {
        let way = way(corp, department.id);
        (
            department.id.to_string(),
            format!("{} · {way}", department.id),
        )
    });
    choices.collect()
}

/// A range in words: departments, tags, members.
pub(super) fn range(corp: &Corp, range: &VisibleRange) -> String {
    let departments = range.departments.iter().map(|id| way(corp, *id));
    let tags = range.tags.iter().filter_map(|id| corp.tags.get(id));
    let tags = tags.map(|tag| tag.name.clone());
    let members = range.members.iter().cloned();
    join(departments.chain(tags).chain(members))
}

/// Parts with commas between; a dash where there are none.
pub(super) fn join(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() {
        "—".to_owned()
    } else {
        parts.join(", ")
    }
}

/// `总部 › 研发部 › 平台组`
pub(super) fn way(corp: &Corp, id: wecom_sdk::DepartmentId) -> String {
    let names = corp.line(id).filter_map(|id| corp.departments.get(&id));
    let mut names: Vec<_> = names.map(|department| department.name.as_str()).collect();
    names.reverse();
    names.join(" › ")
}
