//! Which email address a member has, and whether it is known to be theirs.
//!
//! The addresses WeCom told us go in, at most one comes out. Only the corp's own mailbox (企业邮箱) is
//! *verified*: the corp assigns it. The personal address (邮箱) is typed in by the member, and the
//! configured template is made up; neither proves anything, so neither is ever called verified, and
//! nobody is recognised by an address (docs/decisions, "email"). What is no plain address is dropped.

use menshen_store::SubjectKind;
use serde::{Deserialize, Serialize};
use wecom_sdk::UserId;

use crate::config::EmailTemplate;

#[cfg(test)]
mod tests;

/// An email address, and whether the corp vouches for it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Email {
    /// The address; exactly one `@`, the domain in lower case.
    pub address: String,
    /// Whether it is the corp's own mailbox of this member.
    pub is_verified: bool,
}

/// Security: an address is personal data and is never printed.
impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Email")
            .field("is_verified", &self.is_verified)
            .finish_non_exhaustive()
    }
}

/// Chooses the address: the corp's mailbox, else the personal one.
pub(crate) fn choose(biz_mail: Option<&str>, email: Option<&str>) -> Option<Email> {
    let verified = |is_verified| {
        move |address| Email {
            address,
            is_verified,
        }
    };
    let corporate = biz_mail.and_then(normalize).map(verified(true));
    corporate.or_else(|| email.and_then(normalize).map(verified(false)))
}

/// The address to show: the one WeCom gave, else for a member the configured template's. Nobody else has a userid
/// that the template could be made of.
pub(crate) fn to_show(
    known: Option<Email>,
    template: Option<&EmailTemplate>,
    (kind, user_id): (SubjectKind, &str),
) -> Option<Email> {
    let template = template.filter(|_| kind == SubjectKind::Member);
    known.or_else(|| fallback(template, &UserId::parse(user_id).ok()?))
}

fn fallback(template: Option<&EmailTemplate>, user_id: &UserId) -> Option<Email> {
    let address = normalize(&template?.address_of(user_id))?;
    Some(Email {
        address,
        is_verified: false,
    })
}

/// The address with its domain in lower case; `None` unless it is `local@domain` in plain ASCII:
/// one `@`, no quoting, labels of letters, digits and hyphens, no dot at an end.
fn normalize(text: &str) -> Option<String> {
    let (local, domain) = text.split_once('@')?;
    let is_plain = is_local(local) && is_domain(domain) && text.len() <= 254;
    is_plain.then(|| format!("{local}@{}", domain.to_ascii_lowercase()))
}

fn is_local(local: &str) -> bool {
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    };
    local.len() <= 64 && local.split('.').all(is_atom)
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.contains('.') && domain.split('.').all(is_label)
}
