//! The methods a rule is for.
//!
//! Compared byte by byte: `get` is not `GET`, and `HEAD` is no `GET` either. A rule without methods is
//! for every method. Headers that claim another method are nobody's business here.

use std::fmt;

/// The methods a rule is for; empty means every method.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Methods(Box<[Box<str>]>);

impl Methods {
    /// The methods of a rule; each must be a name (`is_name`).
    pub(crate) fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().map(String::into_boxed_str).collect())
    }

    /// Whether this is a method as they are written: capital letters and `-`.
    pub(crate) fn is_name(text: &str) -> bool {
        let is_allowed = |byte: u8| byte.is_ascii_uppercase() || byte == b'-';
        (1..=32).contains(&text.len()) && text.bytes().all(is_allowed)
    }

    /// Whether the rule is for this method.
    pub(crate) fn contain(&self, method: &str) -> bool {
        self.0.is_empty() || self.name(method)
    }

    /// Whether the rule names this method.
    pub(crate) fn name(&self, method: &str) -> bool {
        self.0.iter().any(|name| **name == *method)
    }

    /// Whether the rule is for this method as a server reads it that ignores letter case.
    pub(crate) fn contain_loosely(&self, method: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|name| name.eq_ignore_ascii_case(method))
    }

    /// Whether these are for every method that the others are for.
    pub(crate) fn cover(&self, others: &Self) -> bool {
        let all_found = || others.0.iter().all(|method| self.contain(method));
        self.0.is_empty() || (!others.0.is_empty() && all_found())
    }
}

impl fmt::Display for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}
