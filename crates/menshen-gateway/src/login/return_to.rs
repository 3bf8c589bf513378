//! Where the browser may go after login: a text from the query in, a place on our own sites out.
//!
//! A value is judged the way a browser will read it (the WHATWG URL rules), in its raw form and in
//! its resolved form, and what is kept is the resolved form, never the text that came in. A value
//! that fails is never repaired, trimmed or cut: the visitor lands on the default page instead.
//! This module never decodes: exactly one percent-decoding happened when the query was read.

use std::fmt;

use percent_encoding::percent_decode_str;
use url::{Position, Url};

#[cfg(test)]
mod tests;

/// The longest value, raw or resolved, in bytes.
const MOST_BYTES: usize = 2048;
/// The only folder we take on a host; nothing in it is a landing place.
const OWN_FOLDER: &str = "_menshen";

/// A checked place to land on: a path on the gateway's own origin, or an absolute address on
/// another allowed origin. ASCII, without backslash, and safe as a `Location`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReturnTo(String);

impl ReturnTo {
    /// The default page.
    pub(crate) fn default_page() -> Self {
        Self("/".into())
    }

    /// The text for a `Location` header.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A place on a site that is not on the gateway's own host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Elsewhere<'a> {
    /// The host, in normal form.
    pub(crate) host: &'a str,
    /// Path, query and fragment there.
    pub(crate) path: &'a str,
}

impl ReturnTo {
    /// The site, if the place is on another host than the gateway's own.
    pub(crate) fn elsewhere(&self) -> Option<Elsewhere<'_>> {
        // What is kept is resolved: in small letters, without a usual port, and with a path.
        let (_, rest) = self
            .0
            .split_once("://")
            .filter(|_| !self.0.starts_with('/'))?;
        let (host, path) = rest.split_at_checked(rest.find('/')?)?;
        Some(Elsewhere { host, path })
    }
}

/// Why a value is no place to land on. The words go into the log; the value itself never does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    TooLong,
    ForbiddenCharacter,
    NeitherPathNorAddress,
    ForeignOrigin,
    Userinfo,
    NotAnAddress,
    LeavesTheOrigin,
    OwnEndpoint,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "it is longer than 2048 bytes",
            Self::ForbiddenCharacter => {
                "it has a backslash, white space, a control or an invisible character"
            }
            Self::NeitherPathNorAddress => "it is neither an absolute path nor an http(s) address",
            Self::ForeignOrigin => "its origin is not one of ours",
            Self::Userinfo => "it has a user name or password before the host",
            Self::NotAnAddress => "it cannot be read as an address",
            Self::LeavesTheOrigin => "it leaves the origin once its dot segments are resolved",
            Self::OwnEndpoint => "it points at the gateway's own endpoints",
        })
    }
}

/// The origins a browser may be sent to: our own, and those of the sites we serve.
#[derive(Clone, Debug)]
pub(crate) struct LandingPlaces {
    own: Url,
    others: Vec<Url>,
}

impl LandingPlaces {
    /// Our own origin and the other allowed ones. Paths and queries of the addresses are ignored.
    pub(crate) fn new(own: Url, others: Vec<Url>) -> Self {
        Self { own, others }
    }

    /// Checks one value, as it came out of the query after its single percent-decoding.
    pub(crate) fn check(&self, value: &str) -> Result<ReturnTo, Refusal> {
        if value.len() > MOST_BYTES {
            return Err(Refusal::TooLong);
        }
        // Security: refused, not trimmed. A browser drops some of these and stops at others.
        if value.chars().any(is_forbidden) {
            return Err(Refusal::ForbiddenCharacter);
        }
        let resolved = if value.starts_with('/') {
            self.resolve_path(value)?
        } else {
            self.resolve_address(value)?
        };
        self.check_resolved(&resolved)
    }

    fn resolve_path(&self, value: &str) -> Result<Url, Refusal> {
        if value.starts_with("//") {
            return Err(Refusal::ForeignOrigin);
        }
        self.own.join(value).map_err(|_| Refusal::NotAnAddress)
    }

    fn resolve_address(&self, value: &str) -> Result<Url, Refusal> {
        let authority = authority_of(value).ok_or(Refusal::NeitherPathNorAddress)?;
        if authority.contains('@') {
            return Err(Refusal::Userinfo);
        }
        let resolved = Url::parse(value).map_err(|_| Refusal::NotAnAddress)?;
        // Security: the authority as written must already be ours, so that no parser, ours or the
        // browser's, has to agree with another about what `:0443` or a full-width dot means.
        let is_ours = self.all().any(|allowed| {
            allowed.origin() == resolved.origin() && is_written_as(allowed, authority)
        });
        if is_ours {
            Ok(resolved)
        } else {
            Err(Refusal::ForeignOrigin)
        }
    }

    fn check_resolved(&self, resolved: &Url) -> Result<ReturnTo, Refusal> {
        if !self.all().any(|o| o.origin() == resolved.origin()) {
            return Err(Refusal::ForeignOrigin);
        }
        if !resolved.username().is_empty() || resolved.password().is_some() {
            return Err(Refusal::Userinfo);
        }
        // Security: `/.//evil` and `/a/..//evil` only turn into `//evil` here.
        let path = resolved.path();
        if !path.starts_with('/') || path.starts_with("//") {
            return Err(Refusal::LeavesTheOrigin);
        }
        if is_own_endpoint(path) {
            return Err(Refusal::OwnEndpoint);
        }
        let place = if resolved.origin() == self.own.origin() {
            &resolved[Position::BeforePath..]
        } else {
            resolved.as_str()
        };
        if place.len() > MOST_BYTES {
            return Err(Refusal::TooLong);
        }
        Ok(ReturnTo(place.to_owned()))
    }

    fn all(&self) -> impl Iterator<Item = &Url> {
        std::iter::once(&self.own).chain(&self.others)
    }
}

/// The text between `http(s)://` and the next `/`, `?` or `#`; `None` unless there is some.
fn authority_of(value: &str) -> Option<&str> {
    let (scheme, rest) = value.split_once("://")?;
    let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let authority = rest.split(['/', '?', '#']).next()?;
    (is_web && !authority.is_empty()).then_some(authority)
}

/// Whether `authority` is `allowed`'s host, alone or with its effective port.
fn is_written_as(allowed: &Url, authority: &str) -> bool {
    let (Some(host), Some(port)) = (allowed.host_str(), allowed.port_or_known_default()) else {
        return false;
    };
    let is_bare = allowed.port().is_none() && authority.eq_ignore_ascii_case(host);
    is_bare || authority.eq_ignore_ascii_case(&format!("{host}:{port}"))
}

fn is_forbidden(character: char) -> bool {
    let is_invisible = matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}'
            | '\u{e0000}'..='\u{e0fff}'
    );
    character == '\\' || character.is_control() || character.is_whitespace() || is_invisible
}

/// Whether a path leads to the gateway's own folder, however often it is decoded on its way.
fn is_own_endpoint(path: &str) -> bool {
    let mut path = path.to_owned();
    loop {
        let first = path.split(['/', '\\']).find(|segment| {
            let plain = segment.trim();
            !plain.is_empty() && plain != "." && plain != ".."
        });
        if first.is_some_and(|segment| segment.eq_ignore_ascii_case(OWN_FOLDER)) {
            return true;
        }
        let decoded = percent_decode_str(&path).decode_utf8_lossy().into_owned();
        if decoded == path {
            return false;
        }
        path = decoded;
    }
}
