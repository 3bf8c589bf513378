//! Which paths a rule is for: one path, or a folder and everything below it.
//!
//! In: `/healthz` or `/assets/*`. Out: yes or no for a path that `path` has read. There is nothing
//! else to write: no wildcard in the middle, no regular expression, so that a rule cannot be wider
//! than it looks (S-022). Letters count as they are written; `touches` answers the wider question,
//! which only ever closes.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::path::{BadPath, Path};

#[cfg(test)]
mod tests;

/// The only path that the gateway takes on a site's host.
const OWN_FOLDER: &str = "/_menshen";

/// The paths a rule is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// Without the wildcard: `/assets` for `/assets/*`, empty for `/*`.
    text: Box<str>,
    is_folder: bool,
}

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadPattern {
    #[error("does not begin with a slash")]
    NoSlash,
    #[error("has a wildcard somewhere else than at its end, behind a slash")]
    Wildcard,
    #[error("has a query or a fragment, which no rule sees")]
    NoPath,
    #[error("ends in a slash and a wildcard after an empty segment")]
    EmptySegment,
    #[error("can never match, because {0}")]
    Path(BadPath),
    #[error(
        "can never match by itself: it has an empty segment, a semicolon, or a character that servers read differently"
    )]
    Unclear,
    #[error("can never match: the gateway answers everything below /_menshen itself")]
    Own,
}

impl Pattern {
    /// Reads a pattern. It may be written with percent-encoding or without.
    pub(crate) fn parse(text: &str) -> Result<Self, BadPattern> {
        if !text.starts_with('/') {
            return Err(BadPattern::NoSlash);
        }
        if text.contains(['?', '#']) {
            return Err(BadPattern::NoPath);
        }
        let (bare, is_folder) = match text.strip_suffix("/*") {
            Some(bare) => (bare, true),
            None => (text, false),
        };
        if bare.contains('*') {
            return Err(BadPattern::Wildcard);
        }
        if is_folder && bare.ends_with('/') {
            return Err(BadPattern::EmptySegment);
        }
        let text = if bare.is_empty() {
            "".into()
        } else {
            canonical(bare)?
        };
        Ok(Self { text, is_folder })
    }

    /// Whether the rule is for this path.
    pub(crate) fn matches(&self, path: &str) -> bool {
        match path.strip_prefix(&*self.text) {
            Some(rest) => rest.is_empty() || (self.is_folder && rest.starts_with('/')),
            None => false,
        }
    }

    /// Whether a server that ignores letter case, or a slash at the end, may serve what the rule is
    /// for under this path.
    pub(crate) fn touches(&self, path: &str) -> bool {
        if path.is_ascii() && self.text.is_ascii() {
            return self.touches_bytes(path.as_bytes(), self.text.as_bytes());
        }
        self.touches_bytes(fold(path).as_bytes(), fold(&self.text).as_bytes())
    }

    fn touches_bytes(&self, path: &[u8], text: &[u8]) -> bool {
        let (path, text) = if self.is_folder {
            (path, text)
        } else {
            (without_slash(path), without_slash(text))
        };
        let Some((head, rest)) = path.split_at_checked(text.len()) else {
            return false;
        };
        let is_inside = rest.is_empty() || (self.is_folder && rest.starts_with(b"/"));
        is_inside && head.eq_ignore_ascii_case(text)
    }

    /// Whether it is for every path that the other is for.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        (self.is_folder || !other.is_folder) && self.matches(&other.text)
    }

    /// Whether it touches every path that the other is for.
    pub(crate) fn covers_loosely(&self, other: &Self) -> bool {
        (self.is_folder || !other.is_folder) && self.touches(&other.text)
    }
}

/// Security: rules and requests have one canonical form, made by the same function (S-020).
fn canonical(text: &str) -> Result<Box<str>, BadPattern> {
    const RAW: &AsciiSet = &CONTROLS.add(b' ');
    let encoded = utf8_percent_encode(text, RAW).to_string();
    let path = Path::parse(&encoded).map_err(BadPattern::Path)?;
    if !path.is_clear() {
        return Err(BadPattern::Unclear);
    }
    let canonical = path.canonical();
    let is_own = canonical.get(..OWN_FOLDER.len()) == Some(OWN_FOLDER)
        && matches!(
            canonical.as_bytes().get(OWN_FOLDER.len()),
            None | Some(b'/')
        );
    if is_own {
        return Err(BadPattern::Own);
    }
    Ok(canonical.into())
}

/// Letters as the widest of servers compare them, by their capital or by their small forms: the Kelvin sign is a
/// `k`, `ſ` an `s`, and `İ` an `i`, whose dot of its own counts for nothing. Caddy serves `/finance/*` for
/// `/f%C4%B0nance/` (S-025).
fn fold(text: &str) -> String {
    let capital = text.chars().flat_map(char::to_uppercase);
    let small = capital.flat_map(char::to_lowercase);
    small.filter(|letter| *letter != '\u{307}').collect()
}

fn without_slash(path: &[u8]) -> &[u8] {
    match path.strip_suffix(b"/") {
        Some(rest) if !rest.is_empty() => rest,
        _ => path,
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        f.write_str(if self.is_folder { "/*" } else { "" })
    }
}
