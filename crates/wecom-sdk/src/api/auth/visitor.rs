//! The answer of the code exchange, read so that a stranger cannot be mistaken for a member.
//!
//! In: the fields of an answer with errcode 0. Out: exactly one of member, linked member and outsider. It never
//! says whether a member may use the agent.

use serde_json::Value;

use crate::client::Fields;
use crate::ids::{ExternalUserId, LinkedUserId, OpenId, UserId};
use crate::secret::Secret;

/// Who came back from WeCom.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
/// # fn main() { run(|client| async move {
/// use wecom_sdk::{Secret, Visitor};
///
/// match client.user_info(&Secret::new("the code")).await? {
///     Visitor::Member { user_id, .. } => assert_eq!(user_id.as_str(), "zhangsan"),
///     // Whatever else WeCom may come to answer: nobody of ours.
///     _ => println!("nobody of ours"),
/// }
/// # Ok(()) }) }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Visitor {
    /// A member of the enterprise, inside the agent's visible range or outside it.
    #[non_exhaustive]
    Member {
        /// Who it is.
        user_id: UserId,
        /// For [`Client::user_detail`](crate::Client::user_detail), when the member was asked for
        /// sensitive fields and is inside the visible range. Valid for 30 minutes.
        user_ticket: Option<Secret>,
    },
    /// A member of a linked enterprise (互联企业). Never the same as a member with that userid here.
    #[non_exhaustive]
    LinkedMember {
        /// Who it is, and where.
        id: LinkedUserId,
    },
    /// Nobody of this enterprise.
    #[non_exhaustive]
    Outsider {
        /// The visitor as this enterprise sees them.
        open_id: OpenId,
        /// Set when the visitor is an external contact (外部联系人) whom a member in the visible range follows.
        external_user_id: Option<ExternalUserId>,
    },
}

impl Visitor {
    /// Exactly one of userid and openid, under its documented name in either case of the two calls.
    pub(crate) fn read(fields: &Fields) -> Result<Self, &'static str> {
        let user_id = identity(fields, ["userid", "UserId"])?;
        let open_id = identity(fields, ["openid", "OpenId"])?;
        match (user_id, open_id) {
            (Some(text), None) => Self::read_member(fields, text),
            (None, Some(text)) => Self::read_outsider(fields, text),
            (Some(_), Some(_)) => Err("it names both a userid and an openid"),
            (None, None) => Err("it names neither a userid nor an openid"),
        }
    }

    fn read_member(fields: &Fields, text: &str) -> Result<Self, &'static str> {
        // Security: the slash marks another namespace; what stands behind it is not one of our userids.
        if text.contains('/') {
            let id =
                LinkedUserId::parse(text).map_err(|_| "the linked userid has a wrong shape")?;
            return Ok(Self::LinkedMember { id });
        }
        let user_id = UserId::parse(text).map_err(|_| "the userid has a wrong shape")?;
        Ok(Self::Member {
            user_id,
            user_ticket: fields.text("user_ticket").map(Secret::new),
        })
    }

    fn read_outsider(fields: &Fields, text: &str) -> Result<Self, &'static str> {
        let open_id = OpenId::parse(text).map_err(|_| "the openid has a wrong shape")?;
        let external = identity(fields, ["external_userid", "external_userid"])?;
        let external = external.map(ExternalUserId::parse).transpose();
        Ok(Self::Outsider {
            open_id,
            external_user_id: external.map_err(|_| "the external_userid has a wrong shape")?,
        })
    }
}

/// The text under one of two names. Both names are accepted when they agree; a name that is there
/// with anything but a non-empty text is an answer we do not understand.
fn identity<'f>(fields: &'f Fields, names: [&str; 2]) -> Result<Option<&'f str>, &'static str> {
    let [first, second] = names.map(|name| fields.get(name));
    if let (Some(first), Some(second)) = (first, second)
        && first != second
    {
        return Err("it names two identities");
    }
    match first.or(second) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
        Some(_) => Err("an identity is not a text"),
    }
}

#[cfg(test)]
mod tests;
