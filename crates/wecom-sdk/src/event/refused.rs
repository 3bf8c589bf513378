//! A callback that was not believed.
//!
//! One answer for everything, so that nobody learns from outside which check failed; the reason is for
//! the log.

use std::fmt;

/// A callback that is not to be acted on. Answer 400 with an empty body, whatever the reason; only one
/// that [`is_repeated`](Self::is_repeated) is answered 200, so that WeCom does not try again.
///
/// `Display` always says the same, so that no answer can tell a sender what was wrong. The operator's
/// log gets [`reason`](Self::reason), which is one of a few fixed sentences.
///
/// ```
/// use wecom_sdk::event::{CallbackKeys, Receiver};
/// use wecom_sdk::{CorpId, Timestamp};
///
/// let keys = CallbackKeys::new("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")?;
/// let receiver = Receiver::new(CorpId::parse("wx5823bf96d3bd56c7")?, keys);
/// let refused = receiver.verify_url("echostr=abc", Timestamp::from_seconds(0)).unwrap_err();
/// assert_eq!(refused.to_string(), "the callback was refused");
/// assert!(refused.is_malformed());
/// assert_eq!(refused.reason(), "the query lacks a parameter, or one has a wrong shape");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused(Why);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Query,
    TooLarge,
    Envelope,
    Time,
    Signature,
    Sealed,
    Receiver,
    Inside,
    Echo,
    Repeated,
}

impl Refused {
    pub(super) const fn new(why: Why) -> Self {
        Self(why)
    }

    /// Query or body are not what WeCom sends: no key was used on them.
    #[must_use]
    pub fn is_malformed(&self) -> bool {
        matches!(self.0, Why::Query | Why::TooLarge | Why::Envelope)
    }

    /// The signature is not one of ours: forged, or the Token in the console is another.
    #[must_use]
    pub fn is_unsigned(&self) -> bool {
        self.0 == Why::Signature
    }

    /// It was sent too long ago, or comes from the future: replayed, or a clock is wrong.
    #[must_use]
    pub fn is_out_of_time(&self) -> bool {
        self.0 == Why::Time
    }

    /// It was received before, or is older than the memory reaches: replayed, or WeCom tries again
    /// although we had it. Answer 200.
    #[must_use]
    pub fn is_repeated(&self) -> bool {
        self.0 == Why::Repeated
    }

    /// It is signed and cannot be opened or read: the `EncodingAESKey` in the console is another, or
    /// somebody who knows the Token plays with it.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        matches!(self.0, Why::Sealed | Why::Inside | Why::Echo)
    }

    /// It was made for another corp or agent.
    #[must_use]
    pub fn is_for_another(&self) -> bool {
        self.0 == Why::Receiver
    }

    /// Why, in fixed words, for the log alone.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self.0 {
            Why::Query => "the query lacks a parameter, or one has a wrong shape",
            Why::TooLarge => "the body is larger than 64 KiB",
            Why::Envelope => "the body is not WeCom's envelope",
            Why::Time => "it was not sent within the last minutes",
            Why::Signature => "the signature is wrong",
            Why::Sealed => "it does not open",
            Why::Receiver => "it was made for another receiver",
            Why::Inside => "what was inside is not one document",
            Why::Echo => "what was inside is no echo",
            Why::Repeated => "it was received before",
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the callback was refused")
    }
}

impl std::error::Error for Refused {}
