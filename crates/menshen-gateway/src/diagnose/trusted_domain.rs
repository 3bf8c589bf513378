//! Does the trusted domain (可信域名) at WeCom fit our address?
//!
//! WeCom compares host and port as text: no wildcard, no parent domain, no scheme, and a port that the
//! address has must be in the setting. Source: dossier 5.1 (O-91335, O-98151).

#[cfg(test)]
mod tests;

use crate::config::PublicUrl;

/// What must stand in the console: host, and the port if it is not the usual one.
pub(super) fn of(public_url: &PublicUrl) -> &str {
    let origin = public_url.origin();
    origin.split_once("://").map_or(origin, |(_, host)| host)
}

/// How a setting differs from what is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Same,
    Missing,
    HasScheme,
    HasPath,
    HasSpace,
    Wildcard,
    PortMissing,
    PortExtra,
    PortDiffers,
    ParentDomain,
    CaseDiffers,
    OtherHost,
}

impl Verdict {
    /// The mistake in one sentence.
    pub(super) const fn cause(self) -> &'static str {
        match self {
            Self::Same => "there is none",
            Self::Missing => "no trusted domain is set for the agent",
            Self::HasScheme => {
                "the setting begins with http:// or https://; only the host belongs there"
            }
            Self::HasPath => "the setting has a path; only the host belongs there",
            Self::HasSpace => "the setting has white space in it",
            Self::Wildcard => "wildcards are not accepted; the whole host must be written out",
            Self::PortMissing => "public_url has a port, and the setting lacks it",
            Self::PortExtra => "the setting has a port that public_url lacks",
            Self::PortDiffers => "the ports differ",
            Self::ParentDomain => {
                "a domain does not stand for the hosts below it, nor a host for those above"
            }
            Self::CaseDiffers => "upper and lower case differ; WeCom compares the text",
            Self::OtherHost => "the hosts differ: another agent's settings, or an old public_url",
        }
    }
}

/// Compares a setting with the host and port that are needed.
pub(super) fn compare(set: &str, needed: &str) -> Verdict {
    if set == needed {
        return Verdict::Same;
    }
    if set.trim().is_empty() {
        return Verdict::Missing;
    }
    if set.contains(char::is_whitespace) {
        return Verdict::HasSpace;
    }
    if set.contains("://") {
        return Verdict::HasScheme;
    }
    if set.contains('/') {
        return Verdict::HasPath;
    }
    if set.contains('*') {
        return Verdict::Wildcard;
    }
    let ((set_host, set_port), (host, port)) = (split(set), split(needed));
    if set_host == host {
        return match (set_port, port) {
            (None, Some(_)) => Verdict::PortMissing,
            (Some(_), None) => Verdict::PortExtra,
            _ => Verdict::PortDiffers,
        };
    }
    if set.eq_ignore_ascii_case(needed) {
        return Verdict::CaseDiffers;
    }
    if is_below(host, set_host) || is_below(set_host, host) {
        return Verdict::ParentDomain;
    }
    Verdict::OtherHost
}

/// Host and port. An IPv6 address keeps its brackets.
fn split(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    }
}

fn is_below(host: &str, parent: &str) -> bool {
    host.strip_suffix(parent)
        .is_some_and(|rest| rest.ends_with('.'))
}
