//! The names that WeCom gives to things, each as a type of its own.
//!
//! A value of these types has been checked for shape, once, where it entered. Spelling on the wire
//! stays WeCom's (`corpid`, `userid`). Source: dossier section 1 (O-90665, O-90196, O-91023).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that is not an id of the wanted kind.
///
/// ```
/// let error = wecom_sdk::UserId::parse("zhang san").unwrap_err();
/// assert!(error.to_string().starts_with("not a userid"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidId {
    kind: &'static str,
    rule: &'static str,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {}: {}", self.kind, self.rule)
    }
}

impl std::error::Error for InvalidId {}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $rule:literal, $is_valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the shape of a text.
            ///
            /// # Errors
            /// Fails when the text does not have the shape that WeCom documents.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                let is_valid: fn(&str) -> bool = $is_valid;
                if is_valid(&text) { Ok(Self(text)) } else { Err(InvalidId { kind: $kind, rule: $rule }) }
            }

            /// The id as WeCom spells it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

text_id!(
    /// An enterprise (企业ID). Opaque; samples are `ww` or `wx` and 16 hex digits.
    CorpId, "corp id", "1 to 64 letters, digits, `_` or `-`",
    |text| is_made_of(text, 64, |b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
);
text_id!(
    /// A member of the enterprise's directory (成员账号). Unique ignoring case: see [`UserId::folded`].
    UserId, "userid", "1 to 64 letters, digits, `_`, `-`, `@` or `.`, the first a letter or digit",
    is_user_id
);
text_id!(
    /// A visitor who is no member, as this enterprise sees them.
    OpenId, "openid", "1 to 64 printable ASCII characters",
    |text| is_made_of(text, 64, |b| b.is_ascii_graphic())
);
text_id!(
    /// An external contact of the enterprise (外部联系人).
    ExternalUserId, "external_userid", "1 to 128 printable ASCII characters",
    |text| is_made_of(text, 128, |b| b.is_ascii_graphic())
);
number_id!(
    /// An agent (自建应用) inside an enterprise: its 应用ID.
    ///
    /// ```
    /// assert_eq!(wecom_sdk::AgentId(1_000_002).to_string(), "1000002");
    /// ```
    AgentId
);
number_id!(
    /// A department (部门). The root is 1.
    DepartmentId
);
number_id!(
    /// A tag (标签).
    TagId
);

impl UserId {
    /// The form to compare and to key by: WeCom's userids are unique ignoring case.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// A member of a linked enterprise (互联企业), which WeCom writes as `CorpId/userid`.
///
/// It is another namespace: it never equals a [`UserId`], whatever stands behind the slash.
///
/// ```
/// let linked = wecom_sdk::LinkedUserId::parse("ww00aa11bb22cc33dd/qianba")?;
/// assert_eq!(linked.user_id.as_str(), "qianba");
/// assert_eq!(linked.to_string(), "ww00aa11bb22cc33dd/qianba");
/// # Ok::<(), wecom_sdk::InvalidId>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LinkedUserId {
    /// The enterprise the visitor belongs to.
    pub corp_id: CorpId,
    /// The visitor's userid there.
    pub user_id: UserId,
}

impl LinkedUserId {
    /// Checks the shape of a text.
    ///
    /// # Errors
    /// Fails unless the text is a corp id, one slash and a userid.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let invalid = InvalidId {
            kind: "linked userid",
            rule: "a corp id, one slash and a userid",
        };
        let (corp_id, user_id) = text.split_once('/').ok_or_else(|| invalid.clone())?;
        match (CorpId::parse(corp_id), UserId::parse(user_id)) {
            (Ok(corp_id), Ok(user_id)) => Ok(Self { corp_id, user_id }),
            _ => Err(invalid),
        }
    }
}

impl fmt::Display for LinkedUserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.corp_id, self.user_id)
    }
}

impl TryFrom<String> for LinkedUserId {
    type Error = InvalidId;
    fn try_from(text: String) -> Result<Self, InvalidId> {
        Self::parse(&text)
    }
}

impl From<LinkedUserId> for String {
    fn from(id: LinkedUserId) -> Self {
        id.to_string()
    }
}

fn is_made_of(text: &str, most: usize, is_allowed: fn(u8) -> bool) -> bool {
    !text.is_empty() && text.len() <= most && text.bytes().all(is_allowed)
}

fn is_user_id(text: &str) -> bool {
    let starts_well = text
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_alphanumeric());
    starts_well
        && is_made_of(text, 64, |b| {
            b.is_ascii_alphanumeric() || b"_-@.".contains(&b)
        })
}

#[cfg(test)]
mod tests;
