//! What the door found out about a request, for the handler.
//!
//! Made once per request, before any room sees it. Everything in it that describes *us* comes from
//! the configuration; everything that describes the caller is a hint, unless it says otherwise.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;

/// What the door found out about a request. An extractor; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// Our name for the request; in the log, on pages, in problem documents.
    pub(crate) request_id: Arc<str>,
    /// The caller's address: the peer, or what a trusted proxy says.
    pub(crate) client: IpAddr,
    /// A browser is loading a page into a tab (Sec-Fetch-*, else `Accept`). Everything else is a
    /// program and gets JSON, no redirect, no login attempt, no cookie.
    pub(crate) is_navigation: bool,
    /// The browser says that the request comes from a page of ours (Sec-Fetch-Site, else Referer).
    pub(crate) is_from_own_page: bool,
    /// The value of `Accept-Language`, for the pages.
    pub(crate) accept_language: Option<Arc<str>>,
}

impl Default for Context {
    fn default() -> Self {
        Self {
            request_id: Arc::from("unknown"),
            client: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            is_navigation: false,
            is_from_own_page: false,
            accept_language: None,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Context {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}
