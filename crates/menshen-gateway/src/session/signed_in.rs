//! Somebody signed in, as every request of theirs is judged: what rules look at, and the ready values
//! of identity headers.
//!
//! In: a session, its identity and its subject, once when the session is loaded. Out: a small value
//! that requests share. It holds no session id, no personal field but the email to show, and nothing
//! that a rule or a header does not need.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use menshen_store::{Department, Digest, Identity, Session, SubjectId, SubjectKind};
use wecom_sdk::{CorpId, DepartmentId, TagId, Timestamp};

use crate::access::term::Facts;
use crate::assertion::Kept;
use crate::config::ConnectorConfig;
use crate::connector::{PersonalFields, UnreadableFields, email};
use crate::identity_headers::values::Values;
use crate::vault::Vault;

/// A session and its person, shared by all requests of the browser.
#[derive(Debug)]
pub(crate) struct SignedIn {
    /// The key of the session.
    pub(crate) digest: Digest,
    /// Who it is.
    pub(crate) subject_id: SubjectId,
    /// The connector that signed them in; a site asks whether it is one of its own.
    pub(crate) connector_id: Box<str>,
    /// The absolute end of the session.
    pub(crate) expires_at: Timestamp,
    /// Since when what is known of the person is known.
    pub(crate) checked_at: Timestamp,
    /// The values of the identity headers.
    pub(crate) values: Values,
    /// Whether WeCom vouches for the email address.
    pub(crate) is_email_verified: bool,
    /// The assertions that were signed for this session.
    pub(crate) assertions: Kept,
    corp_id: CorpId,
    kind: SubjectKind,
    user_id: Box<str>,
    departments: Box<[DepartmentId]>,
    tags: Box<[TagId]>,
    seen_at: AtomicI64,
}

/// What a [`SignedIn`] is made from.
pub(super) struct Sources<'s> {
    pub(super) session: &'s Session,
    pub(super) identity: &'s Identity,
    pub(super) kind: SubjectKind,
    pub(super) connector: &'s ConnectorConfig,
    pub(super) vault: &'s Vault,
}

impl SignedIn {
    pub(super) fn new(sources: &Sources<'_>) -> Result<Self, UnreadableFields> {
        let Sources {
            session,
            identity,
            kind,
            ..
        } = *sources;
        let email = email_of(sources)?;
        Ok(Self {
            digest: session.id_digest,
            subject_id: session.subject_id,
            connector_id: session.connector_id.as_str().into(),
            expires_at: session.expires_at,
            checked_at: session.checked_at,
            is_email_verified: email.as_ref().is_some_and(|email| email.is_verified),
            values: Values::new(identity, email.as_ref().map(|email| email.address.as_str())),
            assertions: Kept::default(),
            corp_id: session.corp_id.clone(),
            kind,
            user_id: folded(kind, &identity.user_id),
            departments: with_those_above(&identity.departments).into(),
            tags: identity.tags.as_slice().into(),
            seen_at: AtomicI64::new(session.last_seen_at.as_millis()),
        })
    }

    /// What rules look at.
    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts {
            kind: self.kind,
            corp_id: self.corp_id.as_str(),
            user_id: &self.user_id,
            departments: &self.departments,
            tags: &self.tags,
        }
    }

    /// Whether it still says what the session says: the same person, known since the same moment.
    pub(super) fn is_of(&self, session: &Session) -> bool {
        session.subject_id == self.subject_id
            && session.checked_at == self.checked_at
            && session.expires_at == self.expires_at
            && *session.connector_id == *self.connector_id
    }

    /// Whether this request is the one to be noted; then no other is for `throttle`.
    pub(super) fn take_note(&self, throttle: Duration, now: Timestamp) -> bool {
        let seen = self.seen_at.load(Ordering::Relaxed);
        let is_due = now.since(Timestamp::from_millis(seen)) >= throttle;
        is_due && {
            let (relaxed, now) = (Ordering::Relaxed, now.as_millis());
            let taken = self.seen_at.compare_exchange(seen, now, relaxed, relaxed);
            taken.is_ok()
        }
    }

    /// The bytes it takes in memory.
    #[cfg(test)]
    pub(crate) fn size(&self) -> usize {
        size_of::<Self>()
            + self.connector_id.len()
            + self.corp_id.as_str().len()
            + self.user_id.len()
            + size_of_val(&*self.departments)
            + size_of_val(&*self.tags)
            + self.values.length()
    }
}

/// Departments and all that lie above them, each once: belonging to one is belonging to those too.
pub(crate) fn with_those_above(departments: &[Department]) -> Vec<DepartmentId> {
    let mut all: Vec<DepartmentId> = departments
        .iter()
        .flat_map(|department| department.above.iter().chain([&department.id]))
        .copied()
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// WeCom's name in the form in which rules compare it.
fn folded(kind: SubjectKind, user_id: &str) -> Box<str> {
    match (kind, user_id.split_once('/')) {
        // A linked corp's id keeps its letters; the name behind it does not.
        (SubjectKind::LinkedMember, Some((corp_id, name))) => {
            format!("{corp_id}/{}", name.to_ascii_lowercase()).into()
        }
        _ => user_id.to_ascii_lowercase().into(),
    }
}

/// The email to show: what the member has and the operator asks for, else the template's.
fn email_of(sources: &Sources<'_>) -> Result<Option<email::Email>, UnreadableFields> {
    let Sources {
        identity,
        kind,
        connector,
        vault,
        ..
    } = *sources;
    let personal = PersonalFields::open(vault, identity)?.within(&connector.private_info);
    let template = connector.email_fallback.as_ref();
    let of = (kind, identity.user_id.as_str());
    Ok(email::to_show(personal.email, template, of))
}

#[cfg(test)]
mod tests;
