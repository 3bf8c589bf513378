//! The messages that WeCom's server pushes, in its XML (dossier 12.3, 12.6).
//!
//! In: a change of the directory, and whether the address gets the reduced form. Out: the plain text of an
//! event, or nothing where the reduced form is silent. Texts are CDATA, numbers are plain, as in the samples.

use std::fmt::Write as _;

use wecom_sdk::{CorpId, DepartmentId, Timestamp, UserId};

use crate::world::{Department, ExtValue, Member, SensitiveField, Tag};

/// Something that changed in a corp's directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    MemberCreated(Member),
    /// Before and after; the userid may differ.
    MemberChanged(Box<(Member, Member)>),
    MemberRemoved(UserId),
    DepartmentCreated(Department),
    DepartmentChanged(Department, Department),
    DepartmentRemoved(DepartmentId),
    TagChanged(Tag, Tag),
}

impl Change {
    /// The event's XML; `None` where this form of the address hears nothing.
    pub(crate) fn xml(&self, corp_id: &CorpId, now: Timestamp, is_reduced: bool) -> Option<String> {
        let mut fields = Fields::default();
        let kind = self.write(&mut fields, is_reduced)?;
        let mut xml = String::from("<xml>");
        // Writing to a text cannot fail.
        let _ = write!(
            xml,
            "<ToUserName>{}</ToUserName><FromUserName>{}</FromUserName><CreateTime>{}</CreateTime>\
             <MsgType>{}</MsgType><Event>{}</Event><ChangeType>{kind}</ChangeType>{}</xml>",
            cdata(corp_id.as_str()),
            cdata("sys"),
            now.as_seconds(),
            cdata("event"),
            cdata("change_contact"),
            fields.0,
        );
        Some(xml)
    }

    /// In words, for the journal.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::MemberCreated(member) => format!("create_user {}", member.user_id),
            Self::MemberChanged(both) => format!("update_user {}", both.0.user_id),
            Self::MemberRemoved(user_id) => format!("delete_user {user_id}"),
            Self::DepartmentCreated(department) => format!("create_party {}", department.id),
            Self::DepartmentChanged(_, after) => format!("update_party {}", after.id),
            Self::DepartmentRemoved(id) => format!("delete_party {id}"),
            Self::TagChanged(_, after) => format!("update_tag {}", after.id),
        }
    }

    fn write(&self, fields: &mut Fields, is_reduced: bool) -> Option<&'static str> {
        Some(match self {
            Self::MemberCreated(member) => {
                fields.text("UserID", member.user_id.as_str());
                if is_reduced {
                    fields.text("Department", &departments(member));
                } else {
                    fields.member(None, member);
                }
                "create_user"
            }
            Self::MemberChanged(both) => {
                let (before, after) = both.as_ref();
                let is_moved = departments(before) != departments(after);
                let is_renamed = before.user_id != after.user_id;
                if is_reduced && !is_moved && !is_renamed {
                    return None;
                }
                fields.text("UserID", before.user_id.as_str());
                if is_renamed {
                    fields.text("NewUserID", after.user_id.as_str());
                }
                if !is_reduced {
                    fields.member(Some(before), after);
                } else if is_moved {
                    fields.text("Department", &departments(after));
                }
                "update_user"
            }
            Self::MemberRemoved(user_id) => {
                fields.text("UserID", user_id.as_str());
                "delete_user"
            }
            Self::DepartmentCreated(department) => {
                fields.department(department, is_reduced);
                "create_party"
            }
            Self::DepartmentChanged(before, after) => {
                if is_reduced && before.parent == after.parent {
                    return None;
                }
                fields.department(after, is_reduced);
                "update_party"
            }
            Self::DepartmentRemoved(id) => {
                fields.number("Id", id.0);
                "delete_party"
            }
            Self::TagChanged(before, after) => {
                fields.tag(before, after);
                "update_tag"
            }
        })
    }
}

/// Reads a field of a member as it is written.
type Text = fn(&Member) -> String;

#[derive(Default)]
struct Fields(String);

impl Fields {
    fn text(&mut self, name: &str, value: &str) {
        let _ = write!(self.0, "<{name}>{}</{name}>", cdata(value));
    }

    fn number(&mut self, name: &str, value: u32) {
        let _ = write!(self.0, "<{name}>{value}</{name}>");
    }

    /// Every field, or those that differ.
    fn member(&mut self, before: Option<&Member>, after: &Member) {
        let texts: [(&str, Text); 8] = [
            ("Name", |member| member.name.clone()),
            ("Department", departments),
            ("MainDepartment", |member| {
                member
                    .main_department
                    .map_or_else(String::new, |id| id.to_string())
            }),
            ("IsLeaderInDept", |member| {
                let places = member.memberships.iter();
                join(places.map(|place| u8::from(place.is_leader).to_string()))
            }),
            ("DirectLeader", |member| {
                member
                    .direct_leader
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string)
            }),
            ("Position", |member| member.position.clone()),
            ("Alias", |member| member.alias.clone()),
            ("Telephone", |member| member.telephone.clone()),
        ];
        for (name, read) in texts {
            let value = read(after);
            if before.is_none_or(|before| read(before) != value) {
                self.text(name, &value);
            }
        }
        for field in SensitiveField::ALL {
            let Some(name) = sensitive_name(field) else {
                continue;
            };
            let value = after.sensitive.get(&field).map_or("", String::as_str);
            let old = before.map(|before| before.sensitive.get(&field).map_or("", String::as_str));
            if old.is_none_or(|old| old != value) {
                self.text(name, value);
            }
        }
        if before.is_none_or(|before| before.status != after.status) {
            self.number("Status", after.status.number().into());
        }
        self.ext_attr(before, after);
    }

    /// The corp's own fields, all of them where one differs.
    fn ext_attr(&mut self, before: Option<&Member>, after: &Member) {
        let is_same = |before: &Member| before.ext_attrs == after.ext_attrs;
        if before.map_or(after.ext_attrs.is_empty(), is_same) {
            return;
        }
        self.0.push_str("<ExtAttr>");
        for field in &after.ext_attrs {
            self.0.push_str("<Item>");
            self.text("Name", &field.name);
            self.number("Type", field.kind().into());
            match &field.value {
                ExtValue::Text(text) => {
                    self.0.push_str("<Text>");
                    self.text("Value", text);
                    self.0.push_str("</Text>");
                }
                ExtValue::Web { url, title } => {
                    self.0.push_str("<Web>");
                    self.text("Title", title);
                    self.text("Url", url);
                    self.0.push_str("</Web>");
                }
            }
            self.0.push_str("</Item>");
        }
        self.0.push_str("</ExtAttr>");
    }

    fn department(&mut self, department: &Department, is_reduced: bool) {
        self.number("Id", department.id.0);
        if !is_reduced {
            self.text("Name", &department.name);
        }
        self.number("ParentId", department.parent.map_or(0, |id| id.0));
        if !is_reduced {
            self.number("Order", department.order);
        }
    }

    fn tag(&mut self, before: &Tag, after: &Tag) {
        self.number("TagId", after.id.0);
        let users = |here: &Tag, there: &Tag| {
            let new = here.members.iter().filter(|id| !there.members.contains(id));
            join(new.map(ToString::to_string))
        };
        let parties = |here: &Tag, there: &Tag| {
            let new = here.departments.difference(&there.departments);
            join(new.map(ToString::to_string))
        };
        for (name, value) in [
            ("AddUserItems", users(after, before)),
            ("DelUserItems", users(before, after)),
            ("AddPartyItems", parties(after, before)),
            ("DelPartyItems", parties(before, after)),
        ] {
            if !value.is_empty() {
                self.text(name, &value);
            }
        }
    }
}

/// The names of the page O-90970; a personal QR code is not among them.
fn sensitive_name(field: SensitiveField) -> Option<&'static str> {
    Some(match field {
        SensitiveField::Gender => "Gender",
        SensitiveField::Avatar => "Avatar",
        SensitiveField::Mobile => "Mobile",
        SensitiveField::Email => "Email",
        SensitiveField::BizMail => "BizMail",
        SensitiveField::Address => "Address",
        SensitiveField::QrCode => return None,
    })
}

fn departments(member: &Member) -> String {
    let places = member.memberships.iter();
    join(places.map(|place| place.department.to_string()))
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

/// Text as CDATA; its end inside the text is divided between two.
pub(crate) fn cdata(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}
