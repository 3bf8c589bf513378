//! What the door found out about a request, for the handler.
//!
//! Made once per request, before any room sees it. Everything in it that describes *us* comes from
//! the configuration; everything that describes the caller is a hint, unless it says otherwise.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use url::Url;

use super::pages::{Lang, PageContext};
use super::peer;
use super::said::Said;
use crate::config::{Network, PublicUrl};

/// What the door found out about a request. An extractor; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// Our name for the request; in the log, on pages, in problem documents.
    pub(crate) request_id: Arc<str>,
    /// The caller's address: the peer, or what a trusted proxy says.
    pub(crate) caller: IpAddr,
    /// A browser is loading a page into a tab (Sec-Fetch-*, else `Accept`). Everything else is a
    /// program and gets JSON, no redirect, no login attempt, no cookie.
    pub(crate) is_navigation: bool,
    /// The browser says that the request comes from a page of ours (Sec-Fetch-Site, else Referer).
    pub(crate) is_from_own_page: bool,
    /// The language of pages.
    pub(crate) lang: Lang,
    /// The host the request is for, in words of the caller or of a trusted proxy; only ever compared.
    pub(crate) host: Option<Arc<str>>,
}

impl Context {
    /// For the pages.
    pub(crate) fn page(&self) -> PageContext<'_> {
        PageContext {
            lang: self.lang,
            request_id: &self.request_id,
        }
    }

    /// Reads a request that `peer` sent. `drawn_id` is the request id, unless a trusted proxy gave one.
    pub(super) fn read(
        (request, peer): (&Parts, IpAddr),
        public_url: &PublicUrl,
        trusted: &[Network],
        drawn_id: &str,
    ) -> Self {
        let caller = peer::caller(peer, trusted, &request.headers);
        let said = Said::read(&request.headers);
        let request_id = given_request_id(&said, caller.is_forwarded);
        let host = host((request, &said), caller.is_forwarded);
        Self {
            request_id: Arc::from(request_id.unwrap_or(drawn_id)),
            caller: caller.address,
            is_navigation: said.is_navigation(),
            is_from_own_page: is_from_own_page(&said, public_url),
            lang: Lang::from_accept_language(said.language.text()),
            host: host.map(Arc::from),
        }
    }
}

impl Default for Context {
    fn default() -> Self {
        Self {
            request_id: Arc::from("-"),
            caller: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            is_navigation: false,
            is_from_own_page: false,
            lang: Lang::from_accept_language(None),
            host: None,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Context {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

/// The name that a trusted proxy gave the request.
pub(super) fn given_request_id<'h>(said: &Said<'h>, is_forwarded: bool) -> Option<&'h str> {
    let given = said.request_id.text().filter(|_| is_forwarded)?;
    is_request_id(given).then_some(given)
}

/// The host that a request is for. Whoever is trusted may name it, once; a list of hosts is none (S-035).
fn host<'r>((request, said): (&'r Parts, &Said<'r>), is_forwarded: bool) -> Option<&'r str> {
    if is_forwarded && said.forwarded_host.came() {
        let host = said.forwarded_host.text();
        return host.filter(|host| !host.contains(','));
    }
    requested_host(request, said)
}

/// The same for a request of which nothing else is known yet.
pub(super) fn host_of<'r>(
    request: &'r Parts,
    peer: IpAddr,
    trusted: &[Network],
) -> Option<&'r str> {
    let said = Said::read(&request.headers);
    host(
        (request, &said),
        peer::is_trusted(peer.to_canonical(), trusted),
    )
}

/// The host of the request line, where there is one, must be the host of the header too.
fn requested_host<'r>(request: &'r Parts, said: &Said<'r>) -> Option<&'r str> {
    let host = said.host.text()?;
    match request.uri.authority() {
        Some(authority) if !authority.as_str().eq_ignore_ascii_case(host) => None,
        _ => Some(host),
    }
}

/// Whether a browser loads a page into a tab.
pub(crate) fn is_navigation(headers: &HeaderMap) -> bool {
    Said::read(headers).is_navigation()
}

fn is_from_own_page(said: &Said<'_>, public_url: &PublicUrl) -> bool {
    if said.fetch_site.came() {
        return said.fetch_site.text() == Some("same-origin");
    }
    let referer = said.referer.text();
    referer
        .and_then(|referer| Url::parse(referer).ok())
        .is_some_and(|referer| referer.origin() == public_url.url().origin())
}

fn is_request_id(text: &str) -> bool {
    (8..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}
