//! What can go wrong in a call, as one opaque type with questions.
//!
//! An [`Error`] never holds an address, an access token, a code, a ticket, a secret or WeCom's free
//! text, so that printing it in any form is safe. Ask it; never judge it by its text.

mod diagnostics;
mod kind;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use crate::errcode::{self, Class, ErrcodeInfo};

pub(crate) use diagnostics::Diagnostics;
pub(crate) use kind::{Kind, Transport};

/// A call to WeCom that failed.
///
/// The questions to ask, in the order in which a sign-in asks them:
/// [`is_code_spent`](Self::is_code_spent) (send the person round again),
/// [`is_outside_range`](Self::is_outside_range) and [`is_unknown_member`](Self::is_unknown_member)
/// (a definite no), [`is_retryable`](Self::is_retryable) (later), and for the operator
/// [`explanation`](Self::explanation), [`hint`](Self::hint) and [`seen_from`](Self::seen_from).
///
/// ```
/// /// What a sign-in does next.
/// fn next(error: &wecom_sdk::Error) -> &'static str {
///     if error.is_code_spent() {
///         "send the person round again"
///     } else if error.is_retryable() {
///         "say that WeCom is not available, and let them try again"
///     } else {
///         "log error.explanation(), and say the request id"
///     }
/// }
/// # let _ = next;
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    /// The call, as the path after `/cgi-bin/`; empty when no call was made.
    call: &'static str,
    kind: Kind,
}

impl Error {
    pub(crate) fn new(call: &'static str, kind: Kind) -> Self {
        Self(Arc::new(Inner { call, kind }))
    }

    /// The call that failed, as the path after `/cgi-bin/`: for instance `auth/getuserinfo`. Empty
    /// when the mistake lies before any call.
    #[must_use]
    pub fn call(&self) -> &'static str {
        self.0.call
    }

    /// The deadline passed. Whether WeCom did what was asked is unknown.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout)
    }

    /// No answer of WeCom arrived: no connection, no trust, a broken one, or a status other than 200.
    #[must_use]
    pub fn is_transport(&self) -> bool {
        matches!(self.0.kind, Kind::Transport(_))
    }

    /// An answer arrived that is not what WeCom documents. It counts as no answer.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        matches!(self.0.kind, Kind::Unreadable(_))
    }

    /// WeCom answered no, with an [`errcode`](Self::errcode).
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        matches!(self.0.kind, Kind::Rejected(..))
    }

    /// WeCom's error number. Also there when a call was not made because of an earlier answer.
    #[must_use]
    pub fn errcode(&self) -> Option<i64> {
        match self.0.kind {
            Kind::Rejected(errcode, _) | Kind::CircuitOpen(errcode) | Kind::HeldOff(errcode) => {
                Some(errcode)
            }
            _ => None,
        }
    }

    /// The code is used up, expired or not ours (40029, 42003, 42022): the person signs in again.
    #[must_use]
    pub fn is_code_spent(&self) -> bool {
        self.is_rejected() && matches!(self.errcode(), Some(40029 | 42003 | 42022))
    }

    /// WeCom limits us (45009, 45033), or did so a moment ago and the call was therefore not made.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.errcode(), Some(45009 | 45033))
    }

    /// The member is outside what the agent may see (60011, 60021, 50002): a definite no.
    #[must_use]
    pub fn is_outside_range(&self) -> bool {
        self.is_rejected() && matches!(self.errcode(), Some(60011 | 60021 | 50002))
    }

    /// There is no such member (60111, 46004): a definite no.
    #[must_use]
    pub fn is_unknown_member(&self) -> bool {
        self.is_rejected() && matches!(self.errcode(), Some(60111 | 46004))
    }

    /// The source of the app's secret had none, so WeCom was not called: a matter of the configuration.
    #[must_use]
    pub fn is_secret_unavailable(&self) -> bool {
        matches!(self.0.kind, Kind::NoSecret)
    }

    /// The random source failed, so nothing was sent: a matter of the machine. It has an
    /// [`EntropyError`](crate::EntropyError) where no client is asked.
    #[must_use]
    pub fn is_entropy_unavailable(&self) -> bool {
        matches!(self.0.kind, Kind::NoEntropy)
    }

    /// Whether the same thing may work later although nobody changed anything.
    ///
    /// This is no leave to repeat the exchange of a code: a code whose answer was lost may be spent,
    /// so the person has to go round again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match &self.0.kind {
            Kind::Timeout | Kind::Transport(_) | Kind::Unreadable(_) | Kind::Interrupted => true,
            Kind::Rejected(errcode, _) | Kind::CircuitOpen(errcode) => errcode::lookup(*errcode)
                .is_some_and(|info| matches!(info.class, Class::RetryLater | Class::Token)),
            Kind::HeldOff(_) | Kind::NoSecret | Kind::NoEntropy | Kind::Configuration(_) => false,
        }
    }

    /// What the error number means and what the operator can do.
    #[must_use]
    pub fn explanation(&self) -> Option<&'static ErrcodeInfo> {
        self.errcode().and_then(errcode::lookup)
    }

    /// WeCom's hint: the operator can look the failed call up with it at
    /// `https://open.work.weixin.qq.com/devtool/query`. For the operator only.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.diagnostics()?.hint.as_deref()
    }

    /// The address WeCom saw the call come from: the one to enter under trusted IPs (60020). For the
    /// operator only.
    #[must_use]
    pub fn seen_from(&self) -> Option<IpAddr> {
        self.diagnostics()?.seen_from
    }

    fn diagnostics(&self) -> Option<&Diagnostics> {
        match &self.0.kind {
            Kind::Rejected(_, diagnostics) => Some(diagnostics),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.call.is_empty() {
            write!(f, "{}: ", self.0.call)?;
        }
        self.0.kind.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("call", &self.0.call)
            .field("kind", &self.0.kind)
            .finish()
    }
}

impl std::error::Error for Error {}
