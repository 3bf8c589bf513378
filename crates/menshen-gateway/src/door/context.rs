//! What the door found out about a request, for the handler.
//!
//! Made once per request, before any room sees it. Everything in it that describes *us* comes from
//! the configuration; everything that describes the caller is a hint, unless it says otherwise.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, HeaderName, header};
use url::Url;

use super::pages::{Lang, PageContext};
use super::peer;
use crate::config::{Network, PublicUrl};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

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
        let headers = &request.headers;
        let caller = peer::caller(peer, trusted, headers);
        let request_id = given_request_id(headers, caller.is_forwarded)
            .map_or_else(|| Arc::from(drawn_id), Arc::from);
        let host = host(request, caller.is_forwarded);
        Self {
            request_id,
            caller: caller.address,
            is_navigation: is_navigation(headers),
            is_from_own_page: is_from_own_page(headers, public_url),
            lang: Lang::from_accept_language(only(headers, &header::ACCEPT_LANGUAGE)),
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
pub(super) fn given_request_id(headers: &HeaderMap, is_forwarded: bool) -> Option<&str> {
    let given = only(headers, &REQUEST_ID).filter(|_| is_forwarded)?;
    is_request_id(given).then_some(given)
}

/// The value of a header that must not be repeated.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// The host that a request is for. Whoever is trusted may name it, once; a list of hosts is none (S-035).
fn host(request: &Parts, is_forwarded: bool) -> Option<&str> {
    if is_forwarded && request.headers.contains_key(&FORWARDED_HOST) {
        return only(&request.headers, &FORWARDED_HOST).filter(|host| !host.contains(','));
    }
    requested_host(request)
}

/// The same for a request of which nothing else is known yet.
pub(super) fn host_of<'r>(
    request: &'r Parts,
    peer: IpAddr,
    trusted: &[Network],
) -> Option<&'r str> {
    host(request, peer::is_trusted(peer.to_canonical(), trusted))
}

/// The host of the request line, where there is one, must be the host of the header too.
fn requested_host(request: &Parts) -> Option<&str> {
    let host = only(&request.headers, &header::HOST)?;
    match request.uri.authority() {
        Some(authority) if !authority.as_str().eq_ignore_ascii_case(host) => None,
        _ => Some(host),
    }
}

/// Whether a browser loads a page into a tab.
///
/// Browsers that do not send Sec-Fetch-* yet say it by `Accept`. Android web views put the name of
/// their app into `X-Requested-With`, so only the value that scripts use counts.
pub(crate) fn is_navigation(headers: &HeaderMap) -> bool {
    let is_script = only(headers, &REQUESTED_WITH)
        .is_some_and(|value| value.eq_ignore_ascii_case("XMLHttpRequest"));
    let is = |name: &HeaderName, expected: &str| match headers.get(name) {
        Some(value) => value.as_bytes() == expected.as_bytes(),
        None => true,
    };
    let accepts_pages = || {
        let mut values = headers.get_all(header::ACCEPT).iter();
        values.any(|value| value.to_str().is_ok_and(|text| text.contains("text/html")))
    };
    let is_told = headers.contains_key(&FETCH_MODE) || headers.contains_key(&FETCH_DEST);
    !is_script
        && is(&FETCH_MODE, "navigate")
        && is(&FETCH_DEST, "document")
        && (is_told || accepts_pages())
}

fn is_from_own_page(headers: &HeaderMap, public_url: &PublicUrl) -> bool {
    if headers.contains_key(&FETCH_SITE) {
        return only(headers, &FETCH_SITE) == Some("same-origin");
    }
    only(headers, &header::REFERER)
        .and_then(|referer| Url::parse(referer).ok())
        .is_some_and(|referer| referer.origin() == public_url.url().origin())
}

fn is_request_id(text: &str) -> bool {
    (8..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}
