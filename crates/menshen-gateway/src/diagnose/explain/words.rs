//! How a question is read, and how an explanation is worded.
//!
//! In: an address as an operator types it, and what WeCom says. Out: host and path, and lines of text. Pure.

use std::collections::HashMap;
use std::fmt::{Display, Write as _};

use menshen_store::Department;
use wecom_sdk::{CorpId, TagId};

use super::ExplainError;
use crate::access::decide::Refusal;
use crate::access::path::Path;
use crate::connector::{Member, Trouble};

/// Host and path as they were written: nothing is normalised before it is judged.
pub(super) fn split(url: &str) -> Result<(&str, &str), ExplainError> {
    let bad = || ExplainError::Url(url.to_owned());
    let (scheme, rest) = url.split_once("://").ok_or_else(bad)?;
    if !matches!(scheme, "http" | "https") {
        return Err(bad());
    }
    let at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, target) = rest.split_at(at);
    // A browser sends neither the fragment nor an empty path.
    let target = target.split('#').next().unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    Ok((host, if path.is_empty() { "/" } else { path }))
}

/// The forms in which a path is judged.
pub(super) fn readings(path: &Path<'_>) -> String {
    let readings: Vec<&str> = path.readings().collect();
    match (path.is_clear(), readings.as_slice()) {
        (true, [only]) => return format!("{only}, read in one way"),
        (true, [canonical, sent @ ..]) => {
            return format!("{canonical}, and as it was sent {}", sent.join("  "));
        }
        _ => {}
    }
    format!(
        "can be read in several ways, so it is never public: {}",
        readings.join("  ")
    )
}

/// What the tags of one corp are called.
pub(super) struct TagNames {
    pub(super) corp_id: Option<CorpId>,
    pub(super) names: HashMap<TagId, String>,
}

/// A member, with what rules look at.
pub(super) fn person(member: &Member, tag_names: &TagNames, corp_id: &CorpId) -> String {
    let mut text = format!(
        "{} {}",
        member.user_id,
        member.name.as_deref().unwrap_or("(no name)")
    );
    for department in &member.departments {
        // Writing into a string cannot fail.
        let _ = write!(text, "; {}", of_department(department));
    }
    match &member.tags {
        None => text.push_str("; tags unknown: WeCom does not show them to this agent"),
        Some(tags) if tags.is_empty() => text.push_str("; no tags"),
        Some(tags) => {
            let is_theirs = tag_names.corp_id.as_ref() == Some(corp_id);
            let name = |tag| tag_names.names.get(tag).filter(|_| is_theirs);
            let tags = tags.iter().map(|tag| named("tag", tag, name(tag)));
            let _ = write!(text, "; {}", tags.collect::<Vec<_>>().join(", "));
        }
    }
    text
}

/// `department:4 平台组 (below department:2 研发部, department:1 总部)`
fn of_department(department: &Department) -> String {
    let mut names = department.path.iter().rev();
    let mut text = named("department", &department.id, names.next());
    // Names without a gap alone can be told apart: the agent may not see all that is above.
    let mut names = names.filter(|_| department.path.len() == department.above.len() + 1);
    let above = department.above.iter();
    let above: Vec<String> = above
        .map(|id| named("department", id, names.next()))
        .collect();
    if !above.is_empty() {
        // Writing into a string cannot fail.
        let _ = write!(text, " (below {})", above.join(", "));
    }
    text
}

/// A number as rules write it, with its name where there is one.
fn named(word: &str, number: &impl Display, name: Option<&String>) -> String {
    match name {
        Some(name) => format!("{word}:{number} {name}"),
        None => format!("{word}:{number}"),
    }
}

/// Why somebody may not be signed in, in the words of WeCom's console too, and where that is changed.
pub(super) fn refusal(refusal: Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::NotAMember => (
            "not a member of the corp (不是企业成员)",
            "通讯录 › 添加成员; or admit_external_contacts and admit_linked_corps in menshen.toml",
        ),
        Refusal::OutsideRange => (
            "outside the agent's visible range (不在应用的可见范围内)",
            "应用管理 › 自建 › the agent › 可见范围",
        ),
        Refusal::Disabled => (
            "the account is disabled (账号已禁用)",
            "通讯录 › the member › 启用",
        ),
        Refusal::NotActivated => (
            "the account was never activated (账号未激活)",
            "通讯录 › the member › 邀请: the member signs in to WeCom once",
        ),
        Refusal::Left => ("the person has left the corp (已离职)", "通讯录"),
        Refusal::UnknownMember => (
            "the directory does not know this userid, or does not show it to this agent (没有这个账号，或不在可见范围内)",
            "通讯录 › the member › 账号, and 应用管理 › 自建 › the agent › 可见范围",
        ),
        Refusal::UnknownStatus => (
            "WeCom does not say whether the account is active (没有返回账号状态)",
            "应用管理 › 自建 › the agent › 可见范围",
        ),
    }
}

/// Why WeCom says nothing about a person, as far as it is known.
pub(super) fn silence(trouble: Option<&Trouble>) -> String {
    let Some(trouble) = trouble else {
        return "WeCom does not say who this is; `menshen check` without --as finds out why"
            .to_owned();
    };
    let mut text = format!("WeCom does not say who this is: {}", trouble.what);
    let Some(info) = trouble.info else {
        text.push_str("; `menshen check` without --as tries the connector alone");
        return text;
    };
    // Writing into a string cannot fail.
    let _ = write!(text, ", because {}", info.cause);
    if let Some(page) = info.console_page {
        let _ = write!(text, "; {page}");
    }
    let _ = write!(text, " → {}", info.remedy);
    text
}

/// One line.
pub(super) fn say(text: &mut String, about: &str, what: &str) {
    // Writing into a string cannot fail.
    let _ = writeln!(text, "{about:8}{what}");
}
