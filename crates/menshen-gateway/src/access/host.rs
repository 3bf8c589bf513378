//! The one form of a host: what decides the site, its rules and its cookie.
//!
//! In: `Host`, an authority or a forwarded host, as it was sent. Out: the name in small letters,
//! without a dot at its end and without the port that the scheme has anyway. What needs to be
//! interpreted further is no host. Never: resolves a name, or guesses a scheme.

use std::borrow::Cow;
use std::net::Ipv6Addr;

#[cfg(test)]
mod tests;

/// The longest name that DNS knows.
const LONGEST: usize = 253;

/// The normal form of a host; `None` when it has none. `usual_port` is the port of our scheme.
pub(crate) fn normalize(text: &str, usual_port: u16) -> Option<Cow<'_, str>> {
    let (name, port) = split(text)?;
    let port = port.filter(|port| *port != usual_port);
    if let Some(inner) = name.strip_prefix('[') {
        let address: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        return Some(Cow::Owned(format!("[{address}]{port}")));
    }
    let bare = name.strip_suffix('.').unwrap_or(name);
    if bare.len() > LONGEST || !bare.split('.').all(is_label) {
        return None;
    }
    // The usual case costs nothing: the text is its own normal form.
    if bare.len() == name.len() && !bare.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let kept = if port.is_some() { text } else { bare };
        return Some(Cow::Borrowed(kept));
    }
    let mut normal = bare.to_ascii_lowercase();
    if let Some(port) = port {
        normal.push(':');
        normal.push_str(&port.to_string());
    }
    Some(Cow::Owned(normal))
}

/// Name and port. A port is written in digits and without a zero in front.
fn split(text: &str) -> Option<(&str, Option<u16>)> {
    let after_name = match text.rfind(']') {
        Some(at) => at + 1,
        None => text.find(':').unwrap_or(text.len()),
    };
    let (name, rest) = text.split_at_checked(after_name)?;
    if rest.is_empty() {
        return Some((name, None));
    }
    let digits = rest.strip_prefix(':')?;
    let is_plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    let port = digits.parse().ok().filter(|_| is_plain)?;
    Some((name, Some(port)))
}

/// One part of a host name. Empty ones, as after a dot at the end, make another name for browsers, for
/// cookies and for WeCom's trusted domain.
pub(crate) fn is_label(label: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=63).contains(&label.len()) && label.bytes().all(is_allowed)
}
