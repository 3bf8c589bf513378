//! Which addresses count as one site: what browsers build `SameSite` and Sec-Fetch-Site on.
//!
//! In: two addresses. Out: their relation. The list of public suffixes is as short as the hosts of the tests
//! need; it is no list for the world.

use url::{Host, Url};

/// Suffixes under which the public registers: enough of the public suffix list for our hosts.
const SUFFIXES: [&str; 4] = ["com.cn", "co.uk", "localhost", "internal"];

/// How the sender of a request stands to its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Relation {
    /// Same scheme, host and port.
    SameOrigin,
    /// Same scheme and registrable domain.
    SameSite,
    /// Another site.
    CrossSite,
}

impl Relation {
    /// How `to` is seen from `from`.
    pub(super) fn between(from: &Url, to: &Url) -> Self {
        if from.origin() == to.origin() {
            Self::SameOrigin
        } else if from.scheme() == to.scheme() && registrable(from) == registrable(to) {
            Self::SameSite
        } else {
            Self::CrossSite
        }
    }

    /// The word in `Sec-Fetch-Site`.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::SameOrigin => "same-origin",
            Self::SameSite => "same-site",
            Self::CrossSite => "cross-site",
        }
    }
}

/// Whether the browser takes the address for one that nobody on the way can read.
pub(super) fn is_trustworthy(url: &Url) -> bool {
    url.scheme() == "https"
        || match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            None => false,
        }
}

/// Whether `domain` is one under which the public registers.
pub(super) fn is_public_suffix(domain: &str) -> bool {
    !domain.contains('.') || SUFFIXES.contains(&domain)
}

fn registrable(url: &Url) -> String {
    let Some(Host::Domain(name)) = url.host() else {
        return url.host_str().unwrap_or_default().to_owned();
    };
    let mut at = name.len();
    while let Some(dot) = name[..at].rfind('.') {
        if !is_public_suffix(&name[dot + 1..]) {
            return name[dot + 1..].to_owned();
        }
        at = dot;
    }
    name.to_owned()
}
