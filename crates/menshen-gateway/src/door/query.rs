//! Reads a query the strict way: one percent-decoding, no guessing, repeats are seen.
//!
//! The raw query goes in; a parameter comes out as absent, as its one value, or as unusable. Other
//! parameters are never looked at (S-083).

use std::borrow::Cow;

use percent_encoding::percent_decode;

#[cfg(test)]
mod tests;

/// One parameter of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parameter {
    /// It is not there.
    Absent,
    /// It is there once.
    One(String),
    /// It is there more than once, or is not UTF-8.
    Unusable,
}

impl Parameter {
    /// The parameter `name` of a raw query.
    pub(crate) fn of(query: Option<&str>, name: &str) -> Self {
        let mut found = Self::Absent;
        for (_, value) in pairs(query).filter(|(key, _)| **key == *name.as_bytes()) {
            found = match (found, String::from_utf8(value.into_owned())) {
                (Self::Absent, Ok(value)) => Self::One(value),
                _ => Self::Unusable,
            };
        }
        found
    }
}

fn pairs(query: Option<&str>) -> impl Iterator<Item = (Cow<'_, [u8]>, Cow<'_, [u8]>)> {
    query.unwrap_or_default().split('&').map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

/// One decoding, as forms encode: a plus is a space.
fn decode(text: &str) -> Cow<'_, [u8]> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        return Cow::Owned(percent_decode(spaced.as_bytes()).collect());
    }
    percent_decode(text.as_bytes()).into()
}
