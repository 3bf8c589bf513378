//! Changes of the directory (通讯录变更): `change_contact`, in its full and its reduced form.
//!
//! Which form comes is decided by how old the callback address is; the reduced one has ids only. In both
//! a field that is absent did not change. Only contact sync is told: an ordinary agent hears nothing.
//! Source: dossier 12.6 (O-90970 to O-90972).

mod member;
#[cfg(test)]
mod tests;

pub use member::{ExtAttr, ExtAttrValue, MemberChange};

use super::parse::EventFields;
use crate::ids::{DepartmentId, TagId, UserId};

/// What changed in the directory.
///
/// ```no_run
/// # fn example(change: wecom_sdk::event::ContactChange) {
/// use wecom_sdk::event::ContactChange;
///
/// match change {
///     ContactChange::MemberRemoved { user_id } => println!("{user_id} left"),
///     ContactChange::MemberChanged(member) => println!("look at {} again", member.user_id),
///     // Something changed that cannot be told: look at everybody again.
///     ContactChange::Unreadable { why, .. } => println!("{why}"),
///     _ => {}
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContactChange {
    /// A member was created.
    MemberCreated(Box<MemberChange>),
    /// A member changed, perhaps their userid: see [`MemberChange::new_user_id`]. The reduced form comes
    /// only when departments or the userid change, and never when a member is disabled.
    MemberChanged(Box<MemberChange>),
    /// A member left or was deleted.
    MemberRemoved {
        /// Who.
        user_id: UserId,
    },
    /// A department was created.
    DepartmentCreated(DepartmentChange),
    /// A department changed. The reduced form comes only when it moved.
    DepartmentChanged(DepartmentChange),
    /// A department was deleted.
    DepartmentRemoved {
        /// Which.
        id: DepartmentId,
    },
    /// Members or departments got or lost a tag.
    TagChanged(TagChange),
    /// A change that this crate does not know.
    Other {
        /// Its name; empty if it has none.
        change_type: String,
    },
    /// A change that is known and cannot be read: something changed, and what is uncertain.
    Unreadable {
        /// Its name.
        change_type: String,
        /// What is wrong, in fixed words.
        why: &'static str,
    },
}

/// A department that was created or changed.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/event.inc"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use wecom_sdk::DepartmentId;
/// use wecom_sdk::event::ContactChange;
///
/// let fields = "<ChangeType>create_party</ChangeType><Id>5</Id><ParentId>1</ParentId>";
/// let ContactChange::DepartmentCreated(department) = changed(fields) else { return Err("another".into()) };
/// assert_eq!((department.id, department.parent_id), (DepartmentId(5), Some(DepartmentId(1))));
/// assert_eq!(department.name, None, "the reduced form has no name");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DepartmentChange {
    /// The department.
    pub id: DepartmentId,
    /// Its name; absent in the reduced form.
    pub name: Option<String>,
    /// The department above it.
    pub parent_id: Option<DepartmentId>,
    /// Its place among its siblings.
    pub order: Option<u32>,
}

/// Who got and who lost a tag. It may arrive before the event of the member it is about.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/event.inc"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use wecom_sdk::event::ContactChange;
///
/// let fields = "<ChangeType>update_tag</ChangeType><TagId>1</TagId><AddUserItems>lisi,wangwu</AddUserItems>";
/// let ContactChange::TagChanged(tag) = changed(fields) else { return Err("another".into()) };
/// assert_eq!(tag.added_members.len(), 2);
/// assert!(tag.removed_members.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TagChange {
    /// The tag.
    pub id: TagId,
    /// Members that got it.
    pub added_members: Vec<UserId>,
    /// Members that lost it.
    pub removed_members: Vec<UserId>,
    /// Departments that got it.
    pub added_departments: Vec<DepartmentId>,
    /// Departments that lost it.
    pub removed_departments: Vec<DepartmentId>,
}

impl ContactChange {
    pub(super) fn read(fields: &EventFields) -> Self {
        let change_type = fields.text("ChangeType").unwrap_or_default().trim();
        let read = match change_type {
            "create_user" => MemberChange::read(fields).map(|m| Self::MemberCreated(Box::new(m))),
            "update_user" => MemberChange::read(fields).map(|m| Self::MemberChanged(Box::new(m))),
            "delete_user" => {
                user_id(fields, "UserID").map(|user_id| Self::MemberRemoved { user_id })
            }
            "create_party" => DepartmentChange::read(fields).map(Self::DepartmentCreated),
            "update_party" => DepartmentChange::read(fields).map(Self::DepartmentChanged),
            "delete_party" => number(fields, "Id").map(|id| Self::DepartmentRemoved {
                id: DepartmentId(id),
            }),
            "update_tag" => TagChange::read(fields).map(Self::TagChanged),
            other => Ok(Self::Other {
                change_type: other.to_owned(),
            }),
        };
        read.unwrap_or_else(|why| Self::Unreadable {
            change_type: change_type.to_owned(),
            why,
        })
    }
}

impl DepartmentChange {
    fn read(fields: &EventFields) -> Result<Self, &'static str> {
        Ok(Self {
            id: DepartmentId(number(fields, "Id")?),
            name: fields.text("Name").map(str::to_owned),
            parent_id: optional_number(fields, "ParentId")?.map(DepartmentId),
            order: optional_number(fields, "Order")?,
        })
    }
}

impl TagChange {
    fn read(fields: &EventFields) -> Result<Self, &'static str> {
        let members = |name| list(fields, name, |text| UserId::parse(text).ok());
        let departments = |name| list(fields, name, |text| text.parse().ok().map(DepartmentId));
        Ok(Self {
            id: TagId(number(fields, "TagId")?),
            added_members: members("AddUserItems")?.unwrap_or_default(),
            removed_members: members("DelUserItems")?.unwrap_or_default(),
            added_departments: departments("AddPartyItems")?.unwrap_or_default(),
            removed_departments: departments("DelPartyItems")?.unwrap_or_default(),
        })
    }
}

fn user_id(fields: &EventFields, name: &str) -> Result<UserId, &'static str> {
    let text = fields.text(name).ok_or("a userid is missing")?;
    UserId::parse(text.trim()).map_err(|_| "a userid has a wrong shape")
}

fn number(fields: &EventFields, name: &str) -> Result<u32, &'static str> {
    optional_number(fields, name)?.ok_or("a number is missing")
}

/// Absent and empty are both "not there".
fn optional_number(fields: &EventFields, name: &str) -> Result<Option<u32>, &'static str> {
    let text = fields
        .text(name)
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let number = text.map(str::parse).transpose();
    number.map_err(|_| "a number is out of range")
}

/// A list with commas; `None` if the field is absent, an empty list if it is empty.
fn list<T>(
    fields: &EventFields,
    name: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<Vec<T>>, &'static str> {
    let Some(text) = fields.text(name) else {
        return Ok(None);
    };
    let items = text
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty());
    let items: Option<Vec<T>> = items.map(read).collect();
    items
        .map(Some)
        .ok_or("a list holds something of a wrong shape")
}
