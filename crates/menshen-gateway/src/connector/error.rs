//! Why WeCom's answer did not make a person, and what the operator reads about it (product rule 10).
//!
//! In: an error of the sdk, which holds no secret and no address. Out: a kind, by which the login or
//! the re-check goes on, and with it the [`Trouble`]. Nothing is logged here: whoever deals with the
//! error does that, once. A person never sees any of it.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use wecom_sdk::errcode::ErrcodeInfo;
use wecom_sdk::{CorpId, Error, UserId};

use super::Connector;
use crate::access::decide::Refusal;

/// Why nobody was identified.
#[derive(Clone, Debug)]
pub(crate) struct IdentifyError {
    /// What follows from it.
    pub kind: Kind,
    /// What the operator reads, where WeCom or the way there is to blame.
    pub trouble: Option<Arc<Trouble>>,
}

/// What follows from an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
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
    /// The agent's secret is not where it should be. WeCom was not called.
    NoSecret,
}

impl From<Kind> for IdentifyError {
    fn from(kind: Kind) -> Self {
        Self {
            kind,
            trouble: None,
        }
    }
}

impl From<&Error> for Kind {
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
        } else if error.is_secret_unavailable() {
            Self::NoSecret
        } else if error.errcode().is_some() {
            Self::Rejected
        } else {
            Self::Unreachable
        }
    }
}

/// A call to WeCom that did not go well, in the words for the operator's log. Security: it is made of
/// the sdk's error and the table of errcodes, never of WeCom's own text.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    /// Which connector called.
    pub connector_id: String,
    /// For which corp.
    pub corp_id: CorpId,
    /// WeCom's number, where there is one.
    pub errcode: Option<i64>,
    /// What the number means, why it comes, and what helps.
    pub info: Option<&'static ErrcodeInfo>,
    /// With this the operator finds the call in WeCom's own log.
    pub hint: Option<String>,
    /// The address from which WeCom saw us come.
    pub seen_from: Option<IpAddr>,
    /// What happened.
    pub what: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Trouble {
    /// Writes it down, for those who go on in spite of it and have nobody above them to tell.
    pub(crate) fn log(&self, message: &'static str) {
        tracing::error!(
            connector.id = self.connector_id,
            corp.id = %self.corp_id,
            wecom.errcode = self.errcode,
            wecom.meaning = self.info.map(|info| info.meaning),
            wecom.cause = self.info.map(|info| info.cause),
            wecom.remedy = self.info.map(|info| info.remedy),
            wecom.console_page = self.info.and_then(|info| info.console_page),
            wecom.hint = self.hint,
            wecom.seen_from = self.seen_from.map(tracing::field::display),
            error = self.what,
            "{message}"
        );
    }
}

impl Connector {
    /// Turns the error of a call into what follows from it, and counts it.
    pub(super) fn judge(&self, error: &Error) -> IdentifyError {
        let kind = Kind::from(error);
        let what = match kind {
            // The sdk knows only that there is none; where it should lie is for the operator to read.
            Kind::NoSecret => match self.0.config.secret.read() {
                Ok(_) => error.to_string(),
                Err(reason) => format!("the secret of the connector: {reason}"),
            },
            _ => error.to_string(),
        };
        let trouble = Trouble {
            errcode: error.errcode(),
            info: error.explanation(),
            hint: error.hint().map(str::to_owned),
            seen_from: error.seen_from(),
            ..self.trouble(what)
        };
        self.0.metrics.wecom_asked(word(&kind));
        IdentifyError {
            kind,
            trouble: Some(Arc::new(trouble)),
        }
    }

    /// What follows when the deadline of all calls together has passed.
    pub(super) fn judge_silence(&self) -> IdentifyError {
        self.0.metrics.wecom_asked(word(&Kind::Timeout));
        IdentifyError {
            kind: Kind::Timeout,
            trouble: Some(Arc::new(
                self.trouble("WeCom did not answer in time".into()),
            )),
        }
    }

    fn trouble(&self, what: String) -> Trouble {
        Trouble {
            connector_id: self.id().to_owned(),
            corp_id: self.corp_id().clone(),
            errcode: None,
            info: None,
            hint: None,
            seen_from: None,
            what,
        }
    }
}

fn word(kind: &Kind) -> &'static str {
    match kind {
        Kind::Refused(_) | Kind::Left(_) => "refused",
        Kind::CodeSpent => "code_spent",
        Kind::Busy => "busy",
        Kind::RateLimited => "rate_limited",
        Kind::Timeout => "timeout",
        Kind::Unreachable => "transport",
        Kind::Unreadable => "unreadable",
        Kind::Rejected => "rejected",
        Kind::NoSecret => "no_secret",
    }
}
