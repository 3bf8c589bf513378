//! A member that was created or changed.
//!
//! In: the fields of the event. Out: what is told of the member, and nothing guessed. Personal fields are never
//! shown by `Debug`.

use super::{list, optional_number, user_id};
use crate::event::parse::{EventFields, FieldValue};
use crate::ids::{DepartmentId, UserId};
use crate::member::{Gender, MemberStatus};

/// A member that was created or changed. What is `None` did not change, or is not told in the reduced
/// form; a text that is empty was emptied. `Debug` shows ids only.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/event.inc"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use wecom_sdk::event::ContactChange;
///
/// let fields = "<ChangeType>update_user</ChangeType><UserID>lisi</UserID><Status>2</Status>";
/// let ContactChange::MemberChanged(member) = changed(fields) else { return Err("another".into()) };
/// assert_eq!(member.status, Some(wecom_sdk::MemberStatus::Disabled));
/// assert_eq!(member.name, None, "it did not change");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemberChange {
    /// Who: the userid before the change.
    pub user_id: UserId,
    /// The userid after it, if it was renamed.
    pub new_user_id: Option<UserId>,
    /// All departments.
    pub departments: Option<Vec<DepartmentId>>,
    /// The main department.
    pub main_department: Option<DepartmentId>,
    /// Those of [`departments`](Self::departments) that the member leads.
    pub leads: Option<Vec<DepartmentId>>,
    /// Direct leaders. The official page says "at most one" in one place and "at most five" in another.
    pub direct_leaders: Option<Vec<UserId>>,
    /// Whether the member takes part.
    pub status: Option<MemberStatus>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Name.
    pub name: Option<String>,
    /// Alias.
    pub alias: Option<String>,
    /// Position.
    pub position: Option<String>,
    /// Mobile number.
    pub mobile: Option<String>,
    /// Personal email address.
    pub email: Option<String>,
    /// Enterprise mailbox.
    pub biz_mail: Option<String>,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// Desk phone.
    pub telephone: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Fields that the enterprise made for itself.
    pub ext_attrs: Vec<ExtAttr>,
}

/// A field that the enterprise made for itself.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/event.inc"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use wecom_sdk::event::{ContactChange, ExtAttrValue};
///
/// let fields = "<ChangeType>update_user</ChangeType><UserID>lisi</UserID><ExtAttr><Item><Name>badge</Name>\
///               <Type>0</Type><Text><Value>A7</Value></Text></Item></ExtAttr>";
/// let ContactChange::MemberChanged(member) = changed(fields) else { return Err("another".into()) };
/// assert_eq!(member.ext_attrs[0].name, "badge");
/// assert_eq!(member.ext_attrs[0].value, ExtAttrValue::Text("A7".to_owned()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtAttr {
    /// Its name.
    pub name: String,
    /// What stands in it.
    pub value: ExtAttrValue,
}

/// What stands in an [`ExtAttr`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/event.inc"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use wecom_sdk::event::ExtAttrValue;
///
/// fn text(value: &ExtAttrValue) -> &str {
///     match value {
///         ExtAttrValue::Text(text) => text,
///         ExtAttrValue::Web { title, .. } => title,
///         _ => "",
///     }
/// }
/// assert_eq!(text(&ExtAttrValue::Text("A7".to_owned())), "A7");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExtAttrValue {
    /// A text (type 0).
    Text(String),
    /// A link (type 1).
    Web {
        /// What the link says.
        title: String,
        /// Where it leads.
        url: String,
    },
    /// A type that this crate does not know.
    Other(String),
}

impl MemberChange {
    pub(super) fn read(fields: &EventFields) -> Result<Self, &'static str> {
        let text = |name| fields.text(name).map(str::to_owned);
        let numbers = |name| list(fields, name, |text| text.parse::<u32>().ok());
        let is_renamed = fields
            .text("NewUserID")
            .is_some_and(|text| !text.trim().is_empty());
        let departments = numbers("Department")?;
        let leads =
            numbers("IsLeaderInDept")?
                .zip(departments.as_ref())
                .map(|(flags, departments)| {
                    let pairs = departments.iter().zip(flags);
                    pairs
                        .filter_map(|(id, flag)| (flag == 1).then_some(DepartmentId(*id)))
                        .collect()
                });
        let gender = optional_number(fields, "Gender")?;
        Ok(Self {
            user_id: user_id(fields, "UserID")?,
            new_user_id: is_renamed
                .then(|| user_id(fields, "NewUserID"))
                .transpose()?,
            leads,
            departments: departments.map(|ids| ids.into_iter().map(DepartmentId).collect()),
            main_department: optional_number(fields, "MainDepartment")?.map(DepartmentId),
            direct_leaders: list(fields, "DirectLeader", |text| UserId::parse(text).ok())?,
            status: optional_number(fields, "Status")?.map(MemberStatus::from),
            gender: gender.and_then(|number| Gender::from_number(number.into())),
            name: text("Name"),
            alias: text("Alias"),
            position: text("Position"),
            mobile: text("Mobile"),
            email: text("Email"),
            biz_mail: text("BizMail"),
            avatar: text("Avatar"),
            telephone: text("Telephone"),
            address: text("Address"),
            ext_attrs: fields.fields("ExtAttr").map(ext_attrs).unwrap_or_default(),
        })
    }
}

/// Items without a name are passed over: they merely describe a person.
fn ext_attrs(fields: &EventFields) -> Vec<ExtAttr> {
    let items = fields.each("Item").filter_map(|item| match item {
        FieldValue::Fields(item) => Some(item),
        FieldValue::Text(_) => None,
    });
    items.filter_map(ext_attr).collect()
}

fn ext_attr(item: &EventFields) -> Option<ExtAttr> {
    let inside = |group: &str, name: &str| {
        let fields = item.fields(group);
        fields
            .and_then(|fields| fields.text(name))
            .unwrap_or_default()
            .to_owned()
    };
    let value = match item.text("Type").unwrap_or_default().trim() {
        "0" => ExtAttrValue::Text(inside("Text", "Value")),
        "1" => ExtAttrValue::Web {
            title: inside("Web", "Title"),
            url: inside("Web", "Url"),
        },
        other => ExtAttrValue::Other(other.to_owned()),
    };
    Some(ExtAttr {
        name: item.text("Name")?.to_owned(),
        value,
    })
}

impl std::fmt::Debug for MemberChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemberChange")
            .field("user_id", &self.user_id)
            .field("new_user_id", &self.new_user_id)
            .field("departments", &self.departments)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ExtAttrValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExtAttrValue(…)")
    }
}
