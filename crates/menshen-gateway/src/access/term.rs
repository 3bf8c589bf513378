//! The words of `allow`: who is meant.
//!
//! In: `department:2` and its like. Out: a value that admits a person or not. Departments, tags and
//! members go by number or userid inside one corp, never by a name that somebody could give to
//! another (S-106). Whatever cannot be resolved admits nobody.

use std::fmt;

use menshen_store::SubjectKind;
use wecom_sdk::{CorpId, DepartmentId, TagId, UserId};

/// One word of `allow`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Term {
    /// `member`: every member of a corp that the site's connectors speak for.
    Member,
    /// `department:2`: whoever belongs to the department or to one below it.
    Department(DepartmentId),
    /// `tag:5`: whoever has the tag, directly or through a department.
    Tag(TagId),
    /// `member:zhangsan`: this member; letter case is no difference. Kept folded.
    User(String),
    /// `corp:ww…`: every member of this corp, also of a linked one where linked corps are admitted.
    Corp(CorpId),
    /// `external`: external contacts, where the connector admits them.
    External,
}

/// Who may pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Allow {
    /// Everybody, signed in or not.
    Public,
    /// Whoever one of the words means. Without a word: nobody.
    Any(Box<[Term]>),
}

/// What is known of a person when rules are judged. All of it is of one corp.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'p> {
    /// The namespace of the name.
    pub(crate) kind: SubjectKind,
    /// The corp whose connector signed them in.
    pub(crate) corp_id: &'p str,
    /// WeCom's name, folded; of a linked member `CorpId/userid`.
    pub(crate) user_id: &'p str,
    /// Their departments and all departments above.
    pub(crate) departments: &'p [DepartmentId],
    /// Their tags.
    pub(crate) tags: &'p [TagId],
}

impl Term {
    /// Reads one word; `None` for what is no word of ours. `public` and `nobody` stand alone and are
    /// read by [`Allow`].
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None if text == "member" => Some(Self::Member),
            None if text == "external" => Some(Self::External),
            Some(("department", id)) => number(id).map(|id| Self::Department(DepartmentId(id))),
            Some(("tag", id)) => number(id).map(|id| Self::Tag(TagId(id))),
            Some(("member", id)) => UserId::parse(id).ok().map(|id| Self::User(id.folded())),
            Some(("corp", id)) => CorpId::parse(id).ok().map(Self::Corp),
            None | Some(_) => None,
        }
    }

    /// Whether it only makes sense inside one corp.
    pub(crate) fn is_of_one_corp(&self) -> bool {
        matches!(self, Self::Department(_) | Self::Tag(_) | Self::User(_))
    }

    /// Whether the word means this person.
    pub(crate) fn admits(&self, facts: &Facts<'_>) -> bool {
        let is_member = facts.kind == SubjectKind::Member;
        match self {
            Self::Member => is_member,
            Self::Department(id) => is_member && facts.departments.contains(id),
            Self::Tag(id) => is_member && facts.tags.contains(id),
            Self::User(user_id) => is_member && user_id == facts.user_id,
            Self::Corp(corp_id) => corp_of(facts) == Some(corp_id.as_str()),
            Self::External => facts.kind == SubjectKind::ExternalContact,
        }
    }
}

impl Allow {
    /// Whether somebody has to be signed in.
    pub(crate) fn is_public(&self) -> bool {
        matches!(self, Self::Public)
    }

    /// Its words.
    pub(crate) fn terms(&self) -> &[Term] {
        match self {
            Self::Public => &[],
            Self::Any(terms) => terms,
        }
    }
}

/// The corp a person is a member of; external contacts are members of none that we know.
fn corp_of<'p>(facts: &Facts<'p>) -> Option<&'p str> {
    match facts.kind {
        SubjectKind::Member => Some(facts.corp_id),
        SubjectKind::LinkedMember => facts.user_id.split_once('/').map(|(corp_id, _)| corp_id),
        SubjectKind::ExternalContact => None,
    }
}

/// WeCom's numbers begin at 1. A sign or a zero in front is no number.
fn number(text: &str) -> Option<u32> {
    let is_plain = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member => f.write_str("member"),
            Self::Department(id) => write!(f, "department:{id}"),
            Self::Tag(id) => write!(f, "tag:{id}"),
            Self::User(user_id) => write!(f, "member:{user_id}"),
            Self::Corp(corp_id) => write!(f, "corp:{corp_id}"),
            Self::External => f.write_str("external"),
        }
    }
}

impl fmt::Display for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("public"),
            Self::Any(terms) if terms.is_empty() => f.write_str("nobody"),
            Self::Any(terms) => {
                let words: Vec<String> = terms.iter().map(ToString::to_string).collect();
                f.write_str(&words.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests;
