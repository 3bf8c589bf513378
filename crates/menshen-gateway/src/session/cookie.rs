//! The gateway's cookies: the only place that knows their names, attributes and how they are read.
//!
//! Reading is byte-exact: one space after a semicolon is part of the syntax, everything else is part
//! of a name or a value. Nothing is trimmed, unquoted, decoded or guessed, so that no browser, proxy
//! or legacy syntax can make us see a `__Host-` cookie where there is none. Values are never trusted
//! here; their shape is checked by whoever asked for them.

use axum::body::Bytes;
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

#[cfg(test)]
mod tests;

/// The most login attempts a browser may carry at a time.
pub(crate) const MOST_ATTEMPTS: usize = 8;
/// How long a browser keeps an attempt's cookie, in seconds.
pub(crate) const ATTEMPT_SECONDS: u64 = 600;
/// How long a browser keeps what binds it to the way from a site to the sign-in and back, in seconds.
pub(crate) const SITE_BROWSER_SECONDS: u64 = ATTEMPT_SECONDS;
/// How long a browser remembers that its person signed out and wants to be asked, in seconds.
pub(crate) const SIGNED_OUT_SECONDS: u64 = 30 * 24 * 3600;
/// How long it keeps it after the end of the attempt, so that a repeat can land.
pub(crate) const FINISHED_SECONDS: u64 = 60;

const SESSION: &str = "menshen_session";
const SECURE_SESSION: &str = "__Host-menshen_session";
const ATTEMPT: &str = "menshen_attempt_";
const SITE_BROWSER: &str = "menshen_site_browser";
const SIGNED_OUT: &str = "menshen_signed_out";

/// What a `Cookie` header holds under one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found<'h> {
    /// Nothing.
    None,
    /// Exactly one value.
    One(&'h str),
    /// Several values: somebody planted one. None of them counts.
    Many,
}

impl<'h> Found<'h> {
    /// The value, if there is exactly one.
    pub(crate) fn only(self) -> Option<&'h str> {
        match self {
            Self::One(value) => Some(value),
            Self::None | Self::Many => None,
        }
    }
}

/// How our cookies are called and guarded at this installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cookies {
    is_secure: bool,
}

impl Cookies {
    /// With `is_secure`, names carry `__Host-` and cookies are `Secure`. Without, for plain http on
    /// loopback hosts only; the configuration refuses every other use.
    pub(crate) fn new(is_secure: bool) -> Self {
        Self { is_secure }
    }

    /// The name of the session cookie.
    pub(crate) fn session_name(self) -> &'static str {
        if self.is_secure {
            SECURE_SESSION
        } else {
            SESSION
        }
    }

    /// The name of one attempt's cookie; `key` is the beginning of its state's digest.
    pub(crate) fn attempt_name(self, key: &str) -> String {
        self.named(&format!("{ATTEMPT}{key}"))
    }

    /// The name of the cookie by which a site knows the browser again that it has sent to sign in.
    pub(crate) fn site_browser_name(self) -> String {
        self.named(SITE_BROWSER)
    }

    /// The name of the cookie that says: this person signed out, and a login needs a click.
    pub(crate) fn signed_out_name(self) -> String {
        self.named(SIGNED_OUT)
    }

    /// Sets a cookie that ends with the browser or after `max_age` seconds.
    pub(crate) fn set(self, name: &str, value: &str, max_age: Option<u64>) -> String {
        let age = max_age.map_or_else(String::new, |age| format!("; Max-Age={age}"));
        format!("{name}={value}{age}{}", self.attributes())
    }

    /// Clears a cookie: the attributes are those it was set with, or the browser would keep it.
    pub(crate) fn clear(self, name: &str) -> String {
        self.set(name, "", Some(0))
    }

    /// The names of the attempts a browser presents, oldest first: browsers send older cookies of
    /// one path before newer ones.
    pub(crate) fn attempts(self, headers: &HeaderMap) -> Vec<String> {
        let prefix = self.named(ATTEMPT);
        let mut names = Vec::new();
        for (name, _) in pairs(headers) {
            let is_attempt = name
                .strip_prefix(prefix.as_bytes())
                .is_some_and(|key| key.len() == 8 && key.iter().all(u8::is_ascii_hexdigit));
            if let (true, Ok(name)) = (is_attempt, std::str::from_utf8(name))
                && !names.iter().any(|known| known == name)
            {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// Which of the presented attempts must go so that one more fits.
    pub(crate) fn evicted(self, headers: &HeaderMap) -> Vec<String> {
        let mut names = self.attempts(headers);
        let surplus = (names.len() + 1).saturating_sub(MOST_ATTEMPTS);
        names.truncate(surplus);
        names
    }

    fn named(self, name: &str) -> String {
        let prefix = if self.is_secure { "__Host-" } else { "" };
        format!("{prefix}{name}")
    }

    fn attributes(self) -> &'static str {
        if self.is_secure {
            "; Path=/; Secure; HttpOnly; SameSite=Lax"
        } else {
            "; Path=/; HttpOnly; SameSite=Lax"
        }
    }
}

/// What of the caller's cookies a site may see: all but ours. Empty when nothing is left.
///
/// Security: whoever has our session cookie is that person, at every site of the host. Here names are taken
/// widely, in any letter case and behind any white space: what goes too much costs a site nothing of its own.
pub(crate) fn for_sites(headers: &HeaderMap) -> HeaderValue {
    const NOTHING: HeaderValue = HeaderValue::from_static("");
    let mut lines = headers.get_all(COOKIE).iter();
    match (lines.next(), lines.next()) {
        (None, _) => return NOTHING,
        (Some(line), None) if is_free_of_ours(line) => return line.clone(),
        _ => {}
    }
    let mut kept = Vec::new();
    for line in headers.get_all(COOKIE) {
        for pair in between_semicolons(line.as_bytes()) {
            let text = pair.trim_ascii();
            if text.is_empty() || is_ours(pair) {
                continue;
            }
            if !kept.is_empty() {
                kept.extend_from_slice(b"; ");
            }
            kept.extend_from_slice(text);
        }
    }
    if kept.is_empty() {
        return NOTHING;
    }
    HeaderValue::from_maybe_shared(Bytes::from(kept)).unwrap_or(NOTHING)
}

/// Whether one line of `Cookie` may reach a site as it is.
fn is_free_of_ours(line: &HeaderValue) -> bool {
    !between_semicolons(line.as_bytes()).any(is_ours)
}

/// Whether a pair has a name of ours: in any letter case, behind any white space and
/// the prefixes that browsers understand.
pub(crate) fn is_ours(pair: &[u8]) -> bool {
    const FAMILY: &[u8] = b"menshen_";
    const PREFIXES: [&[u8]; 2] = [b"__host-", b"__secure-"];
    let begins = |text: &[u8], with: &[u8]| {
        let head = text.get(..with.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(with))
    };
    let name = pair.trim_ascii_start();
    let prefix = PREFIXES.into_iter().find(|prefix| begins(name, prefix));
    let bare = name.get(prefix.map_or(0, <[u8]>::len)..);
    bare.is_some_and(|bare| begins(bare, FAMILY))
}

/// Looks one cookie up by its exact name.
pub(crate) fn find<'h>(headers: &'h HeaderMap, name: &str) -> Found<'h> {
    let mut found = None;
    for line in headers.get_all(COOKIE) {
        for (_, value) in pairs_of(line).filter(|(found, _)| *found == name.as_bytes()) {
            if found.replace(value).is_some() {
                // Security: two values mean that one was planted; neither the first nor the last is better.
                return Found::Many;
            }
        }
    }
    let value = found.and_then(|value| std::str::from_utf8(value).ok());
    value.map_or(Found::None, Found::One)
}

/// Every value under this exact name, planted ones included: for what must concern them all.
pub(crate) fn find_all<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = &'h str> {
    pairs(headers)
        .filter(move |(found, _)| *found == name.as_bytes())
        .filter_map(|(_, value)| std::str::from_utf8(value).ok())
}

/// The pairs of all `Cookie` headers.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    headers.get_all(COOKIE).iter().flat_map(pairs_of)
}

/// The pairs of one. A header in the syntax of RFC 2109 (`$Version` in it) has none: what follows it was put
/// there to be read by another grammar.
fn pairs_of(header: &HeaderValue) -> impl Iterator<Item = (&[u8], &[u8])> {
    let header = header.as_bytes();
    split(if is_legacy(header) { &[] } else { header })
}

/// What stands between semicolons: one piece at least.
fn between_semicolons(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(header);
    std::iter::from_fn(move || {
        let whole = rest?;
        let at = memchr::memchr(b';', whole);
        rest = at.map(|at| &whole[at + 1..]);
        Some(at.map_or(whole, |at| &whole[..at]))
    })
}

fn split(header: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    between_semicolons(header)
        .enumerate()
        .filter_map(|(index, pair)| {
            // The one space that the grammar puts after a semicolon; a second one is data.
            let pair = match pair {
                [b' ', rest @ ..] if index > 0 => rest,
                whole => whole,
            };
            let at = memchr::memchr(b'=', pair)?;
            Some((&pair[..at], &pair[at + 1..]))
        })
}

fn is_legacy(header: &[u8]) -> bool {
    memchr::memchr(b'$', header).is_some()
        && split(header).any(|(name, _)| name.eq_ignore_ascii_case(b"$Version"))
}
