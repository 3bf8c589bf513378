//! Makes foreign values fit to be shown. Escaping is the templates' work; this is about values
//! that stay harmful, or ugly, when escaped.
//!
//! A name or a link goes in, text that may stand in a page comes out. It never decides whether to show it.

/// The longest name shown, in characters.
const NAME_LENGTH: usize = 120;

/// A name as text: no control characters, no marks that turn the text around, no walls of it.
pub(super) fn name(name: &str) -> String {
    let mut shown = name.chars().filter(|c| !is_unseen(*c));
    let mut text: String = shown.by_ref().take(NAME_LENGTH).collect();
    if shown.next().is_some() {
        text.push('…');
    }
    text
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// An address that may stand in `href` or `action`: a path of our own host, or http(s).
/// Anything else becomes the home page.
///
/// Security: escaping does not stop `javascript:`. Callers pass addresses we built ourselves;
/// this holds even if one of them forgets.
pub(super) fn link(address: &str) -> &str {
    let is_own = address.starts_with('/') && !address.starts_with("//");
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    let is_plain = !address.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\');
    if (is_own || is_web) && is_plain {
        address
    } else {
        "/"
    }
}
