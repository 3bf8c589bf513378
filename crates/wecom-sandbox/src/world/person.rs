//! Who stands in front of a page, as one corp sees them.
//!
//! In: the seed's members and outsiders. Out: a [`Person`] that a code can be bound to, with a text
//! form for cookies and the control API. It never decides who may pass.

use std::fmt;

use serde::{Deserialize, Serialize};
use wecom_sdk::{ExternalUserId, LinkedUserId, OpenId, UserId};

/// A visitor, as one corp sees them (dossier 6.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Person {
    /// A member of the corp's directory.
    Member(UserId),
    /// A member of a linked enterprise (互联企业).
    Linked(LinkedUserId),
    /// Nobody the corp knows.
    Stranger(OpenId),
    /// An external contact of the corp (外部联系人). Kept files call it as its key does.
    #[serde(rename = "Customer")]
    ExternalContact {
        /// The marker that every non-member has.
        open_id: OpenId,
        /// The contact's id, given only when the following member is in the app's visible range.
        external_user_id: ExternalUserId,
        /// The member who follows this contact.
        follower: UserId,
    },
}

/// The stable text form of a [`Person`]: `member:zhangsan`, `linked:CORP/USER`, `stranger:OPENID`,
/// `customer:EXTERNAL_USERID`. [`super::Corp::person`] turns it back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonKey(String);

impl PersonKey {
    /// Takes a text that came from a cookie or a control call. It need not name anybody.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The key of a member.
    #[must_use]
    pub fn member(user_id: &UserId) -> Self {
        Self(format!("member:{user_id}"))
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Person {
    /// The text form.
    #[must_use]
    pub fn key(&self) -> PersonKey {
        PersonKey(match self {
            Self::Member(user_id) => format!("member:{user_id}"),
            Self::Linked(linked) => format!("linked:{linked}"),
            Self::Stranger(open_id) => format!("stranger:{open_id}"),
            Self::ExternalContact {
                external_user_id, ..
            } => format!("customer:{external_user_id}"),
        })
    }

    /// The userid, for a member of this corp.
    #[must_use]
    pub fn user_id(&self) -> Option<&UserId> {
        match self {
            Self::Member(user_id) => Some(user_id),
            _ => None,
        }
    }
}
