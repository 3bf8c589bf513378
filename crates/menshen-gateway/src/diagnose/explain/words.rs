//! How a question is read, and how an explanation is worded.
//!
//! In: an address as an operator types it, and what WeCom says. Out: host and path, and lines of text. Pure.

use std::fmt::Write as _;

use super::ExplainError;
use crate::access::path::Path;
use crate::connector::Member;

/// Host and path as they were written: nothing is normalised before it is judged.
pub(super) fn split(url: &str) -> Result<(&str, &str), ExplainError> {
    let bad = || ExplainError::Url(url.to_owned());
    let (scheme, rest) = url.split_once("://").ok_or_else(bad)?;
    if !matches!(scheme, "http" | "https") {
        return Err(bad());
    }
    let at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, target) = rest.split_at(at);
    // A browser sends neither the fragment nor an empty path.
    let target = target.split('#').next().unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    Ok((host, if path.is_empty() { "/" } else { path }))
}

/// The forms in which a path is judged.
pub(super) fn readings(path: &Path<'_>) -> String {
    let readings: Vec<&str> = path.readings().collect();
    match (path.is_clear(), readings.as_slice()) {
        (true, [only]) => return format!("{only}, read in one way"),
        (true, [canonical, sent @ ..]) => {
            return format!("{canonical}, and as it was sent {}", sent.join("  "));
        }
        _ => {}
    }
    format!(
        "can be read in several ways, so it is never public: {}",
        readings.join("  ")
    )
}

/// A member, with what rules look at.
pub(super) fn person(member: &Member) -> String {
    let mut text = format!(
        "{} {}",
        member.user_id,
        member.name.as_deref().unwrap_or("(no name)")
    );
    for department in &member.departments {
        let above: Vec<String> = department.above.iter().map(ToString::to_string).collect();
        // Writing into a string cannot fail.
        let _ = write!(text, "; department {}", department.id);
        if !above.is_empty() {
            let _ = write!(text, " (below {})", above.join(", "));
        }
    }
    match &member.tags {
        None => text.push_str("; tags unknown: WeCom does not show them to this agent"),
        Some(tags) if tags.is_empty() => text.push_str("; no tags"),
        Some(tags) => {
            let tags: Vec<String> = tags.iter().map(ToString::to_string).collect();
            let _ = write!(text, "; tags {}", tags.join(", "));
        }
    }
    text
}

/// One line.
pub(super) fn say(text: &mut String, about: &str, what: &str) {
    // Writing into a string cannot fail.
    let _ = writeln!(text, "{about:8}{what}");
}
