//! Fetching the ownership file: over http, and over https where http does not have it.
//!
//! In: a domain, a path, the token that must be there. Out: the scheme that had it, or what was in the way, for
//! each scheme that was tried. On this machine and in private networks only.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use hyper::body::Bytes;
use url::Url;

use crate::errand::{self, Errand, Reach};
use crate::trust::Trust;

const TAKES: Duration = Duration::from_secs(5);
/// A token is 16 characters; whatever is longer is a page that caught the address.
const MOST: usize = 1024;

/// Why a file is not what it has to be.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(
        "the name leads out of this machine and its private networks, and the sandbox looks no further"
    )]
    NotHere,
    #[error("no answer within {} seconds", TAKES.as_secs())]
    TooSlow,
    #[error("the answer is HTTP {0}, not 200; redirects are not followed")]
    Status(StatusCode),
    #[error("the body is longer than {MOST} bytes: a page, not the file")]
    TooLong,
    #[error("the body is not the token alone: no white space, no line break, nothing else")]
    OtherBody,
    #[error(transparent)]
    Other(errand::Trouble),
}

impl From<errand::Trouble> for Trouble {
    fn from(trouble: errand::Trouble) -> Self {
        match trouble {
            errand::Trouble::NotHere => Self::NotHere,
            errand::Trouble::TooSlow => Self::TooSlow,
            errand::Trouble::NotWhole(StatusCode::OK) => Self::TooLong,
            errand::Trouble::NotWhole(status) => Self::Status(status),
            other => Self::Other(other),
        }
    }
}

impl Trouble {
    /// Whether somebody else may answer under the other scheme, though the domain names its port.
    fn is_silence(&self) -> bool {
        matches!(self, Self::TooSlow | Self::Other(errand::Trouble::NoAnswer))
    }
}

/// Looks at the file; the scheme that had it, or every trouble.
pub(super) async fn look(
    domain: &str,
    path: &str,
    token: &str,
    trust: &Trust,
) -> Result<&'static str, String> {
    let mut troubles = Vec::new();
    for scheme in ["http", "https"] {
        let address = format!("{scheme}://{domain}{path}");
        let looked = fetch(&address, trust).await.and_then(|body| {
            if body == token.as_bytes() {
                Ok(())
            } else {
                Err(Trouble::OtherBody)
            }
        });
        let Err(trouble) = looked else {
            return Ok(scheme);
        };
        // A port of its own that speaks http does not speak https as well.
        let is_final = has_port(domain) && !trouble.is_silence();
        troubles.push(format!("{address}: {trouble}"));
        if is_final {
            break;
        }
    }
    Err(troubles.join("; "))
}

async fn fetch(address: &str, trust: &Trust) -> Result<Bytes, Trouble> {
    let url = Url::parse(address).map_err(|_| errand::Trouble::NoAddress)?;
    let errand = Errand {
        method: Method::GET,
        url,
        body: String::new(),
        reach: Reach::Near,
        most: MOST,
        trust,
    };
    match errand::send(errand, TAKES).await? {
        (StatusCode::OK, body) => Ok(body),
        (status, _) => Err(Trouble::Status(status)),
    }
}

/// Whether a domain names its port.
fn has_port(domain: &str) -> bool {
    // The last part of an address in brackets is no port.
    let port = domain.rsplit_once(':').map(|(_, port)| port);
    port.is_some_and(|port| port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::has_port;

    #[test]
    fn a_port_is_what_stands_behind_the_last_colon() {
        for (domain, expected) in [
            ("h.example:8443", true),
            ("[::1]:8443", true),
            ("[::1]", false),
            ("h.example", false),
        ] {
            assert_eq!(has_port(domain), expected, "{domain}");
        }
    }
}
