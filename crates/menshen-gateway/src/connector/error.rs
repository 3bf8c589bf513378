//! Why WeCom's answer did not make a person, and the operator's line about it (product rule 10).

use std::fmt;

use wecom_sdk::{Error, UserId};

use super::Connector;
use crate::access::decide::Refusal;

/// Why nobody was identified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum IdentifyError {
    /// This member has left the corp. Their userid may be given to somebody else.
    Left(UserId),
    /// WeCom named somebody whom `access` does not admit.
    Refused(Refusal),
    /// The code is used up, too old, or not ours. The person starts again.
    CodeSpent,
    /// Too many logins are waiting for WeCom.
    Busy,
    /// WeCom limits us.
    RateLimited,
    /// No answer in time. The code may be spent, so it is never tried again.
    Timeout,
    /// No connection, or a broken one. The same holds for the code.
    Unreachable,
    /// An answer that is not what WeCom documents.
    Unreadable,
    /// WeCom refuses the call for a reason that the operator has to look at.
    Rejected,
}

impl fmt::Display for IdentifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "not admitted: {refusal:?}"),
            other => fmt::Debug::fmt(other, f),
        }
    }
}

impl From<&Error> for IdentifyError {
    fn from(error: &Error) -> Self {
        if error.is_code_spent() {
            Self::CodeSpent
        } else if error.is_outside_range() {
            Self::Refused(Refusal::OutsideRange)
        } else if error.is_unknown_member() {
            Self::Refused(Refusal::UnknownMember)
        } else if error.is_rate_limited() {
            Self::RateLimited
        } else if error.is_timeout() {
            Self::Timeout
        } else if error.is_unreadable() {
            Self::Unreadable
        } else if error.errcode().is_some() {
            Self::Rejected
        } else {
            Self::Unreachable
        }
    }
}

impl Connector {
    /// Notes a failed call, for the operator: number, cause, console page and remedy. The person gets
    /// one neutral sentence elsewhere. The sdk's error holds no secret and no address.
    pub(super) fn report(&self, error: &Error) {
        let kind = IdentifyError::from(error);
        self.0.metrics.wecom_asked(word(&kind));
        let explanation = error.explanation();
        let text = |part: fn(&wecom_sdk::ErrcodeInfo) -> &'static str| explanation.map(part);
        // A spent code, or a person outside the range, is daily life; the rest wants an operator.
        if matches!(kind, IdentifyError::CodeSpent | IdentifyError::Refused(_)) {
            tracing::info!(
                connector.id = self.id(),
                corp.id = %self.corp_id(),
                wecom.errcode = error.errcode(),
                cause = text(|info| info.cause),
                remedy = text(|info| info.remedy),
                error = %error,
                "WeCom answered no"
            );
        } else {
            tracing::error!(
                connector.id = self.id(),
                corp.id = %self.corp_id(),
                wecom.errcode = error.errcode(),
                meaning = text(|info| info.meaning),
                cause = text(|info| info.cause),
                remedy = text(|info| info.remedy),
                console_page = explanation.and_then(|info| info.console_page),
                hint = error.hint(),
                seen_from = error.seen_from().map(tracing::field::display),
                error = %error,
                "a call to WeCom failed"
            );
        }
    }
}

fn word(kind: &IdentifyError) -> &'static str {
    match kind {
        IdentifyError::Refused(_) | IdentifyError::Left(_) => "refused",
        IdentifyError::CodeSpent => "code_spent",
        IdentifyError::Busy => "busy",
        IdentifyError::RateLimited => "rate_limited",
        IdentifyError::Timeout => "timeout",
        IdentifyError::Unreachable => "transport",
        IdentifyError::Unreadable => "unreadable",
        IdentifyError::Rejected => "rejected",
    }
}
