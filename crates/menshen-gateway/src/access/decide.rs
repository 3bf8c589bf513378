//! Whether a person whom WeCom named may be signed in (product rule 6).
//!
//! "errcode 0" is not among the facts: it says that WeCom answered, not that anyone may come in.
//! Every fact that is missing means no.

use wecom_sdk::MemberStatus;

#[cfg(test)]
mod tests;

/// How a person stands towards the corp and the agent, as WeCom told us a moment ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// A member of the corp. Both facts come from `user/get`, never from the code exchange.
    Member {
        /// The member's status; `None`: not told.
        status: Option<MemberStatus>,
        /// Whether the agent may see the member, which is what the visible range (可见范围) means.
        is_inside_range: bool,
    },
    /// The directory does not know this userid, or keeps it from the agent: WeCom says the same.
    UnknownMember,
    /// A member of a linked corp (互联企业): another namespace.
    LinkedMember,
    /// An external contact of the corp (外部联系人).
    ExternalContact,
    /// Somebody with a WeChat account and nothing else.
    Stranger,
}

/// What the operator admits besides members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Admission {
    /// Whether external contacts may sign in.
    pub external_contacts: bool,
    /// Whether members of linked corps may sign in.
    pub linked_corps: bool,
}

/// Why a person may not be signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Not of this corp, and the operator admits nobody of that kind.
    NotAMember,
    /// Of this corp, but the agent may not see them.
    OutsideRange,
    /// The account is disabled in the directory.
    Disabled,
    /// The account was never activated.
    NotActivated,
    /// The person has left the corp; a userid like theirs may be given to another.
    Left,
    /// The directory does not know this userid, or keeps it from the agent.
    UnknownMember,
    /// WeCom did not say, or said a number we do not know.
    UnknownStatus,
}

/// Decides whether this person may be signed in.
pub(crate) fn decide(standing: Standing, admission: Admission) -> Result<(), Refusal> {
    match standing {
        Standing::Member {
            is_inside_range: false,
            ..
        } => Err(Refusal::OutsideRange),
        Standing::Member { status, .. } => match status {
            Some(MemberStatus::Active) => Ok(()),
            Some(MemberStatus::Disabled) => Err(Refusal::Disabled),
            Some(MemberStatus::NotActivated) => Err(Refusal::NotActivated),
            Some(MemberStatus::Left) => Err(Refusal::Left),
            // Security: a status that is missing or new admits nobody.
            _ => Err(Refusal::UnknownStatus),
        },
        Standing::UnknownMember => Err(Refusal::UnknownMember),
        Standing::LinkedMember if admission.linked_corps => Ok(()),
        Standing::ExternalContact if admission.external_contacts => Ok(()),
        Standing::LinkedMember | Standing::ExternalContact | Standing::Stranger => {
            Err(Refusal::NotAMember)
        }
    }
}
