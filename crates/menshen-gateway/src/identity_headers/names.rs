//! The names of identity headers, and when a name is one of ours.
//!
//! Names are folded before they are compared: only letters and digits count, in small letters. CGI,
//! WSGI, PHP and nginx turn `X_Menshen.User` and `X-Menshen-User` into one variable, so an incoming
//! header that folds to a name of ours is ours, and goes (S-034, S-042).

use http::HeaderName;

#[cfg(test)]
mod tests;

/// What every header of ours folds to at its beginning; all such names are ours for good.
const OURS: &str = "xmenshen";
/// The signed assertion.
pub(crate) const ASSERTION: HeaderName = HeaderName::from_static("x-menshen-assertion");
/// Names that mean something to HTTP, to proxies or to us, and cannot stand for a fact about a person.
/// Folded.
const RESERVED: &[&str] = &[
    "age",
    "allow",
    "authorization",
    "cachecontrol",
    "clientip",
    "connection",
    "cookie",
    "date",
    "expect",
    "fastlyclientip",
    "forwarded",
    "forwardedfor",
    "from",
    "host",
    "http2settings",
    "keepalive",
    "location",
    "origin",
    "pragma",
    "range",
    "referer",
    "server",
    "setcookie",
    "te",
    "trailer",
    "transferencoding",
    "trueclientip",
    "upgrade",
    "useragent",
    "via",
    "warning",
    "xclientip",
    "xclusterclientip",
    "xforwardedfor",
    "xforwardedhost",
    "xforwardedmethod",
    "xforwardedport",
    "xforwardedprefix",
    "xforwardedproto",
    "xforwardedscheme",
    "xforwardedserver",
    "xforwardedssl",
    "xforwardeduri",
    "xhttpmethodoverride",
    "xmethodoverride",
    "xoriginalhost",
    "xoriginalmethod",
    "xoriginaluri",
    "xoriginalurl",
    "xrealip",
    "xrequestedwith",
    "xrequestid",
    "xrewriteurl",
];
/// Beginnings of such names. Folded.
const RESERVED_FAMILIES: &[&str] = &[
    OURS,
    "accept",
    "accesscontrol",
    "cfconnecting",
    "content",
    "if",
    "proxy",
    "sec",
    "xenvoy",
];

/// A fact about a person, as headers carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The stable, opaque name.
    Subject,
    /// WeCom's name.
    User,
    /// The name people see, percent-encoded.
    Name,
    /// The email address.
    Email,
    /// Departments and tags.
    Groups,
    /// The corp.
    Corp,
}

impl Fact {
    /// All of them, in the order in which their values are kept.
    pub(crate) const ALL: [Self; 6] = [
        Self::Subject,
        Self::User,
        Self::Name,
        Self::Email,
        Self::Groups,
        Self::Corp,
    ];

    /// The word for it in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::User => "userid",
            Self::Name => "name",
            Self::Email => "email",
            Self::Groups => "groups",
            Self::Corp => "corp",
        }
    }

    /// Reads the word.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fact| fact.as_str() == text)
    }

    /// The header that always carries it.
    pub(crate) fn header(self) -> HeaderName {
        HeaderName::from_static(match self {
            Self::Subject => "x-menshen-subject",
            Self::User => "x-menshen-user",
            Self::Name => "x-menshen-name",
            Self::Email => "x-menshen-email",
            Self::Groups => "x-menshen-groups",
            Self::Corp => "x-menshen-corp",
        })
    }
}

/// The names that are ours at one site.
#[derive(Clone, Debug, Default)]
pub(crate) struct Managed {
    /// What the site's own names fold to.
    folded: Box<[Box<str>]>,
}

impl Managed {
    /// Ours, and these.
    pub(crate) fn new<'n>(names: impl IntoIterator<Item = &'n HeaderName>) -> Self {
        let folded = names
            .into_iter()
            .map(|name| fold(name.as_str()).collect::<String>());
        Self {
            folded: folded.map(String::into_boxed_str).collect(),
        }
    }

    /// Whether an incoming header of this name has to go.
    pub(crate) fn contains(&self, name: &str) -> bool {
        let is = |ours: &str| fold(name).eq(ours.chars());
        begins_with(name, OURS) || self.folded.iter().any(|ours| is(ours))
    }
}

/// Whether a name may carry a fact besides the header of ours.
pub(crate) fn is_free(name: &str) -> bool {
    let is_reserved = RESERVED
        .iter()
        .any(|reserved| fold(name).eq(reserved.chars()));
    let is_empty = fold(name).next().is_none();
    let is_of_family = RESERVED_FAMILIES
        .iter()
        .any(|family| begins_with(name, family));
    !is_empty && !is_reserved && !is_of_family
}

/// Whether two names are one to servers that turn them into variables.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    fold(one).eq(fold(other))
}

/// Letters and digits, in small letters.
fn fold(name: &str) -> impl Iterator<Item = char> + '_ {
    let is_kept = |letter: &char| letter.is_ascii_alphanumeric();
    name.chars()
        .filter(is_kept)
        .map(|letter| letter.to_ascii_lowercase())
}

fn begins_with(name: &str, beginning: &str) -> bool {
    let mut folded = fold(name);
    beginning
        .chars()
        .all(|letter| folded.next() == Some(letter))
}
