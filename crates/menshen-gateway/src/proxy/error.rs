//! Why an upstream's answer cannot be handed on.
//!
//! In: what happened on the way there. Out: a failure with its class and code, for the door to show. The words
//! for the log name the upstream; the page never does.

use std::time::Duration;

use crate::door::{Failure, codes};

/// The story of a request that was not answered by its upstream.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProxyError {
    /// No upstream of the site could be reached.
    #[error("{address} cannot be reached: {reason}")]
    Unreachable {
        /// Which one was tried last.
        address: String,
        /// What happened.
        reason: String,
    },
    /// Connected, and then no answer in time.
    #[error("{address} did not answer within {} s", .patience.as_secs())]
    Slow {
        /// Which one.
        address: String,
        /// How long it was waited for.
        patience: Duration,
    },
    /// It answered nonsense, or the connection broke before the answer.
    #[error("{address} broke off: {reason}")]
    Broken {
        /// Which one.
        address: String,
        /// What happened.
        reason: String,
    },
    /// The caller's body broke off before it was whole.
    #[error("the body broke off")]
    BodyBroken,
    /// The caller's body stopped coming.
    #[error("the body stopped coming")]
    BodySlow,
}

impl ProxyError {
    /// There is nobody to ask.
    pub(super) fn no_upstream() -> Self {
        Self::Unreachable {
            address: String::new(),
            reason: "the site has no upstream".to_owned(),
        }
    }
}

impl From<ProxyError> for Failure {
    fn from(error: ProxyError) -> Self {
        let code = match &error {
            ProxyError::Unreachable { .. } => codes::UPSTREAM_UNREACHABLE,
            ProxyError::Slow { .. } => codes::UPSTREAM_TIMEOUT,
            ProxyError::Broken { .. } => codes::UPSTREAM_BROKEN,
            ProxyError::BodyBroken => codes::BAD_REQUEST,
            ProxyError::BodySlow => codes::BODY_TOO_SLOW,
        };
        Self::new(code).with_detail(error.to_string())
    }
}
