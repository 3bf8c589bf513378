//! Domains and redirect addresses, compared as WeCom compares them.
//!
//! In: the text of a `redirect_uri` after one decoding, and the domains an admin has registered.
//! Out: yes or no, and the address the browser is sent to. Host and port must be equal as texts;
//! scheme and path do not matter; there is no wildcard and a parent does not cover its children
//! (dossier 5.1). Nothing here is looked up on a network.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};

use super::switch::{DefaultPort, DomainCase};
use super::switches::Switches;

/// What must never stand raw in a `Location` header.
const UNSAFE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// A registered domain: a host, and a port where the visited address has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain(String);

impl Domain {
    /// Checks the form of a domain as the console does: no scheme, no path, no wildcard.
    ///
    /// # Errors
    /// Fails with the rule that is broken.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.contains("://") {
            return Err("a domain has no scheme");
        }
        if text.contains('*') {
            return Err("wildcards are refused");
        }
        if text.contains(['/', '?', '#', '@', '\\']) || text.contains(char::is_whitespace) {
            return Err("a domain is a host and, where the address has one, a port: nothing else");
        }
        match Url::parse(&format!("http://{text}/")) {
            Ok(url) if url.has_host() && !text.is_empty() => Ok(Self(text.to_owned())),
            _ => Err("not a host"),
        }
    }

    /// The domain as it was registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn fits(&self, redirect: &RedirectUri, switches: &Switches) -> bool {
        let (mut ours, mut theirs) = (self.0.as_str(), redirect.authority.as_str());
        if switches.default_port == DefaultPort::Same {
            let default = if redirect.is_https { ":443" } else { ":80" };
            ours = ours.strip_suffix(default).unwrap_or(ours);
            theirs = theirs.strip_suffix(default).unwrap_or(theirs);
        }
        match switches.domain_case {
            DomainCase::Exact => ours == theirs,
            DomainCase::Folded => ours.eq_ignore_ascii_case(theirs),
        }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A `redirect_uri` that is an absolute http or https address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedirectUri {
    text: String,
    authority: String,
    is_https: bool,
}

impl RedirectUri {
    /// Reads a `redirect_uri`; `None` unless it is absolute, http or https, without user
    /// info, white space or control characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // The parser would drop these; the comparison below must see what the browser will see.
        if text.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
            return None;
        }
        let url = Url::parse(text).ok()?;
        let is_https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        // The host is taken from the text itself: the parsed address has lost case and default port.
        let (_, rest) = text.split_once("://")?;
        let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
        let authority = &rest[..end];
        if !url.has_host() || authority.is_empty() || authority.contains('@') {
            return None;
        }
        Some(Self {
            text: text.to_owned(),
            authority: authority.to_owned(),
            is_https,
        })
    }

    /// Host and port as the link spells them.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.authority
    }

    /// The address as the link spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether one of the registered domains is this address's domain.
    pub fn is_on<'a>(
        &self,
        domains: impl IntoIterator<Item = &'a Domain>,
        switches: &Switches,
    ) -> bool {
        domains
            .into_iter()
            .any(|domain| domain.fits(self, switches))
    }

    /// Whether its host is a registered one or a child of it, whatever the port. A domain that was registered with
    /// a port covers nothing in this way.
    pub(super) fn is_at_or_below(&self, domain: &Domain) -> bool {
        let host = self.authority.rsplit_once(':');
        let host = host.map_or(self.authority.as_str(), |(host, _)| host);
        let rest = host.strip_suffix(domain.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// The address the browser is sent to: `code` and `state` join the query, before any fragment
    /// (dossier 4.3).
    #[must_use]
    pub fn location(&self, code: Option<&str>, state: Option<&str>) -> String {
        let (before, fragment) = match self.text.split_once('#') {
            Some((before, fragment)) => (before, Some(fragment)),
            None => (self.text.as_str(), None),
        };
        let mut location = utf8_percent_encode(before, UNSAFE).to_string();
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("code", code), ("state", state)] {
            if let Some(value) = value {
                pairs.append_pair(name, value);
            }
        }
        let pairs = pairs.finish();
        if !pairs.is_empty() {
            location.push(if before.contains('?') { '&' } else { '?' });
            location.push_str(&pairs);
        }
        if let Some(fragment) = fragment {
            location.push('#');
            location.extend(utf8_percent_encode(fragment, UNSAFE));
        }
        location
    }
}
