//! The gateway's own address. Everything we say about ourselves is built from it, nothing from a
//! request.

use std::fmt;

use url::{Host, Url};

use crate::access::host::is_label;

/// The gateway's own address: scheme, host and port, nothing else.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicUrl {
    url: Url,
    origin: String,
}

impl PublicUrl {
    /// Checks an address; the error says what is wrong and what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("is not an address: {error}"))?;
        if url.host().is_none() {
            return Err("has no host".to_owned());
        }
        if let Some(Host::Domain(name)) = url.host()
            && !name.split('.').all(is_label)
        {
            return Err(format!("has the host {name}, which no browser asks for"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a user name or a password".to_owned());
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(
                "must be scheme, host and port only, without path, query or fragment".to_owned(),
            );
        }
        let this = Self {
            origin: url.origin().ascii_serialization(),
            url,
        };
        match this.url.scheme() {
            "https" => Ok(this),
            // Security: elsewhere cookies and codes would travel in plain text.
            "http" if this.is_loopback() => Ok(this),
            "http" => Err("is plain http on a host that others can reach".to_owned()),
            _ => Err("must begin with https://".to_owned()),
        }
    }

    /// `https://login.example.com`: scheme, host and port without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The address as a URL, with the path `/`.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// An address of ours. `path` begins with a slash.
    #[must_use]
    pub fn join(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(path);
        url
    }

    /// Host and port in the form in which hosts are compared: the port only when it is not the usual one.
    #[must_use]
    pub fn site_host(&self) -> &str {
        self.origin.split_once("://").map_or("", |(_, host)| host)
    }

    /// The port that our scheme has when none is written. The sites behind the gate have our scheme.
    #[must_use]
    pub fn usual_port(&self) -> u16 {
        if self.is_secure() { 443 } else { 80 }
    }

    /// Whether browsers come by TLS, so that cookies are `Secure` and carry the `__Host-` prefix.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether the host names this very machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

impl fmt::Debug for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicUrl({})", self.origin)
    }
}

/// Whether the host of an address names this very machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}
