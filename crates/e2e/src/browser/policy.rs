//! What a page may tell and where its forms may go: Referrer-Policy and `form-action`.
//!
//! In: the headers of a page. Out: the Referer of its requests, and whether a form may be sent there. A word
//! that it does not know counts as absent, as it does for a browser.

use http::HeaderMap;
use url::Url;

use super::site::{self, Relation};

/// How much of its address a page tells the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ReferrerPolicy {
    NoReferrer,
    Origin,
    SameOrigin,
    StrictOrigin,
    #[default]
    StrictOriginWhenCrossOrigin,
}

impl ReferrerPolicy {
    /// Reads the header; what is absent or unknown gives `None`.
    pub(super) fn read(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get("referrer-policy")?.to_str().ok()?;
        text.rsplit(',').find_map(|word| match word.trim() {
            "no-referrer" => Some(Self::NoReferrer),
            "origin" => Some(Self::Origin),
            "same-origin" => Some(Self::SameOrigin),
            "strict-origin" => Some(Self::StrictOrigin),
            "strict-origin-when-cross-origin" => Some(Self::StrictOriginWhenCrossOrigin),
            _ => None,
        })
    }

    /// The `Referer` of a request to `to`, sent by the page `from`.
    pub(super) fn referer(self, from: &Url, to: &Url) -> Option<String> {
        let is_same = Relation::between(from, to) == Relation::SameOrigin;
        let is_downgrade = site::is_trustworthy(from) && !site::is_trustworthy(to);
        let origin = || Some(format!("{}/", from.origin().ascii_serialization()));
        let whole = || {
            let mut url = from.clone();
            url.set_fragment(None);
            Some(url.into())
        };
        match self {
            Self::NoReferrer => None,
            Self::Origin => origin(),
            Self::SameOrigin => whole().filter(|_| is_same),
            Self::StrictOrigin => origin().filter(|_| !is_downgrade),
            Self::StrictOriginWhenCrossOrigin if is_same => whole(),
            Self::StrictOriginWhenCrossOrigin => origin().filter(|_| !is_downgrade),
        }
    }

    /// The `Origin` of a form sent by the page `from`.
    pub(super) fn origin(self, from: &Url, to: &Url) -> String {
        let is_same = Relation::between(from, to) == Relation::SameOrigin;
        let is_hidden = match self {
            Self::NoReferrer => true,
            Self::SameOrigin => !is_same,
            _ => site::is_trustworthy(from) && !site::is_trustworthy(to),
        };
        if is_hidden {
            "null".to_owned()
        } else {
            from.origin().ascii_serialization()
        }
    }
}

/// Where a page's forms may be sent, redirects included (as Chromium judges it).
#[derive(Clone, Debug)]
pub(super) struct FormAction {
    page: Url,
    sources: Option<Vec<String>>,
}

impl FormAction {
    /// Reads the policy of a page.
    pub(super) fn read(page: &Url, headers: &HeaderMap) -> Self {
        let policy = headers
            .get("content-security-policy")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let sources = directive(policy, "form-action")
            .map(|value| value.split_whitespace().map(str::to_owned).collect());
        Self {
            page: page.clone(),
            sources,
        }
    }

    /// Whether a form, or a redirect behind it, may go there.
    pub(super) fn allows(&self, to: &Url) -> bool {
        let Some(sources) = &self.sources else {
            return true;
        };
        sources.iter().any(|source| match source.as_str() {
            "'self'" => Relation::between(&self.page, to) == Relation::SameOrigin,
            "*" => true,
            "'none'" => false,
            scheme if scheme.ends_with(':') => scheme.trim_end_matches(':') == to.scheme(),
            origin => Url::parse(origin).is_ok_and(|url| url.origin() == to.origin()),
        })
    }
}

/// The value of one directive of a Content-Security-Policy.
pub fn directive<'p>(policy: &'p str, name: &str) -> Option<&'p str> {
    policy.split(';').find_map(|part| {
        let part = part.trim();
        let (key, value) = part.split_once(' ').unwrap_or((part, ""));
        (key == name).then_some(value)
    })
}
