//! The values of identity headers, ready to be written.
//!
//! In: an identity and the email to show. Out: one value per fact, all in one piece of memory, so that
//! a value costs nothing to hand on. Everything is percent-encoded UTF-8 wherever it is not a plain
//! character, so that no name can hold a line break or make one group two (S-045). An unknown fact is
//! an empty value, never an absent header: what the caller sent under that name must not survive.

use axum::body::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use menshen_store::Identity;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::groups::groups;
use super::names::{ASSERTION, Fact, Managed};

#[cfg(test)]
pub(super) mod tests;

/// What stays as it is besides letters and digits. A comma, a semicolon, a quote or a percent sign of
/// a name never does.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@')
    .remove(b'+')
    .remove(b':')
    .remove(b'/');
/// The most bytes of one value; a person in hundreds of departments gets the first of their groups.
const LONGEST: usize = 4096;

/// What an unknown fact is said by.
pub(crate) const NOTHING: HeaderValue = HeaderValue::from_static("");

/// The values of one person's facts.
#[derive(Clone, Debug)]
pub(crate) struct Values([HeaderValue; Fact::ALL.len()]);

impl Values {
    /// Makes the values once, when a session is loaded.
    pub(crate) fn new(identity: &Identity, email: Option<&str>) -> Self {
        let texts = Fact::ALL.map(|fact| text(fact, identity, email));
        let whole = Bytes::from(texts.concat());
        let mut start = 0;
        Self(texts.map(|text| {
            let part = whole.slice(start..start + text.len());
            start += text.len();
            // What was encoded is plain, so that this never happens; nothing is the safe answer.
            HeaderValue::from_maybe_shared(part).unwrap_or(const { HeaderValue::from_static("") })
        }))
    }

    /// The value of one fact.
    pub(crate) fn get(&self, fact: Fact) -> &HeaderValue {
        &self.0[fact as usize]
    }

    /// The bytes they hold together.
    #[cfg(test)]
    pub(crate) fn length(&self) -> usize {
        self.0.iter().map(HeaderValue::len).sum()
    }
}

/// The headers of one site: ours, and the names the application expects.
#[derive(Clone, Debug)]
pub(crate) struct Headers {
    names: Box<[(HeaderName, Fact)]>,
    managed: Managed,
}

impl Headers {
    /// Ours, and these.
    pub(crate) fn new(own: &[(HeaderName, Fact)]) -> Self {
        let ours = Fact::ALL.map(|fact| (fact.header(), fact));
        Self {
            names: ours.into_iter().chain(own.iter().cloned()).collect(),
            managed: Managed::new(own.iter().map(|(name, _)| name)),
        }
    }

    /// Whether a header of this name must not pass from the caller to the application.
    pub(crate) fn is_managed(&self, name: &str) -> bool {
        self.managed.contains(name)
    }

    /// Which fact a header of this name carries.
    pub(super) fn fact(&self, name: &HeaderName) -> Option<Fact> {
        let mut names = self.names.iter();
        names.find(|(own, _)| own == name).map(|(_, fact)| *fact)
    }

    /// Writes all of them, in place of what was there; empty when nobody is named.
    pub(crate) fn write(
        &self,
        values: Option<&Values>,
        assertion: Option<HeaderValue>,
        to: &mut HeaderMap,
    ) {
        for (name, fact) in &self.names {
            let value = values.map_or(NOTHING, |values| values.get(*fact).clone());
            to.insert(name.clone(), value);
        }
        to.insert(ASSERTION, assertion.unwrap_or(NOTHING));
    }
}

fn text(fact: Fact, identity: &Identity, email: Option<&str>) -> String {
    match fact {
        Fact::Subject => identity.subject_id.to_string(),
        Fact::User => encode(&identity.user_id),
        Fact::Name => identity.name.as_deref().map_or_else(String::new, encode),
        Fact::Email => email.map_or_else(String::new, encode),
        Fact::Groups => join(&groups(identity)),
        Fact::Corp => encode(identity.corp_id.as_str()),
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Commas stand between groups and nowhere else. What does not fit is left out whole.
fn join(groups: &[String]) -> String {
    let mut joined = String::new();
    for group in groups.iter().map(|group| encode(group)) {
        if joined.len() + group.len() + 1 > LONGEST {
            break;
        }
        if !joined.is_empty() {
            joined.push(',');
        }
        joined.push_str(&group);
    }
    joined
}
