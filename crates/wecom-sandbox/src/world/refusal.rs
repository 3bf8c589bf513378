//! A call that WeCom refuses: errcode, base text and the rule that decided.
//!
//! In: a rule that was broken. Out: a value that `cgi_bin` renders as HTTP 200 with that errcode.
//! Texts are those on record in the dossier (2, 3, 13.4); where none is on record the text says so
//! instead of inventing one.

/// A refused call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The errcode.
    pub errcode: i64,
    /// The rule that decided, with its section of the dossier.
    pub rule: &'static str,
}

impl Refusal {
    pub(crate) const fn new(errcode: i64, rule: &'static str) -> Self {
        Self { errcode, rule }
    }

    /// The text that goes with the errcode, without suffix.
    #[must_use]
    pub fn text(&self) -> &'static str {
        errmsg(self.errcode)
    }
}

/// The base text of an errcode.
#[must_use]
pub fn errmsg(errcode: i64) -> &'static str {
    match errcode {
        0 => "ok",
        40001 => "invalid credential",
        40013 => "invalid corpid",
        40014 => "invalid access_token",
        40029 => "invalid code",
        41001 => "access_token missing",
        41004 => "corpsecret missing",
        42001 => "access_token expired",
        45009 => "api freq out of limit",
        48002 => "api forbidden",
        50001 => "redirect_uri unauthorized",
        60011 => "no privilege to access/modify contact/party/agent",
        60020 => "not allow to access from your ip",
        60111 => "userid not found",
        301_002 => "not allow operate another agent with this accesstoken.",
        _ => "(text not on record)",
    }
}
