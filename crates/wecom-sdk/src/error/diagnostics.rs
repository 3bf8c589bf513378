//! What WeCom's `errmsg` holds besides words: the hint and our own address.
//!
//! The rest of the text is thrown away: it may repeat what we sent. Grammar: dossier 2.1.

use std::net::IpAddr;

/// The parts of `errmsg` that help an operator.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Diagnostics {
    pub(crate) hint: Option<String>,
    pub(crate) seen_from: Option<IpAddr>,
}

impl Diagnostics {
    pub(crate) fn parse(message: &str) -> Self {
        let hint = between(message, "hint: [", "]").filter(|hint| is_hint(hint));
        let seen_from = between(message, "from ip: ", ",").and_then(|ip| ip.trim().parse().ok());
        Self {
            hint: hint.map(str::to_owned),
            seen_from,
        }
    }
}

/// The text after the last `start` up to the next `end`, or up to the end of the message. The suffix
/// stands last, so a `hint: [` inside an echoed parameter does not win.
fn between<'m>(message: &'m str, start: &str, end: &str) -> Option<&'m str> {
    let (_, rest) = message.rsplit_once(start)?;
    Some(rest.split_once(end).map_or(rest, |(inside, _)| inside))
}

/// Old hints are `seconds_number_32 hex`, new ones 25 digits.
fn is_hint(text: &str) -> bool {
    let is_new = text.len() == 25 && text.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split('_').collect();
    let is_old = matches!(parts.as_slice(), [seconds, number, hex]
        if seconds.len() == 10 && number.len() <= 10 && hex.len() == 32
            && seconds.bytes().chain(number.bytes()).all(|b| b.is_ascii_digit())
            && hex.bytes().all(|b| b.is_ascii_hexdigit()));
    is_new || is_old
}
