//! The four hosts of WeCom that sign-in touches, and which of them serves which path.
//!
//! In: a request's host and path. Out: whether WeCom serves that path there (dossier 2, 4, 4.5, 9.2,
//! 9.3), and the address of a page on another of the hosts. Only the TLS listener plays the four
//! hosts; on the plain listener every path is served whatever the name. It never looks a name up.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::room::Secure;

/// One of WeCom's hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// The OAuth link inside the client.
    Open,
    /// The old QR page, the phone's side of a scan, and what the OAuth link says no with.
    OpenWork,
    /// The web login.
    Login,
    /// The API.
    Api,
}

impl Host {
    /// All four.
    pub(crate) const ALL: [Self; 4] = [Self::Open, Self::OpenWork, Self::Login, Self::Api];

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Open => "open.weixin.qq.com",
            Self::OpenWork => "open.work.weixin.qq.com",
            Self::Login => "login.work.weixin.qq.com",
            Self::Api => "qyapi.weixin.qq.com",
        }
    }

    /// The host with this name, in any case.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|host| host.name().eq_ignore_ascii_case(name))
    }

    /// Whether WeCom serves a path on this host. The sandbox's own pages are on each of them, so
    /// that a page's form finds them.
    pub(crate) fn serves(self, path: &str) -> bool {
        let under = |folder: &str| path.starts_with(folder);
        let is_own = path == "/_sandbox" || under("/_sandbox/");
        is_own
            || match self {
                Self::Open => under("/connect/"),
                Self::OpenWork => under("/wwopen/"),
                Self::Login => under("/wwlogin/"),
                Self::Api => under("/cgi-bin/"),
            }
    }
}

/// Where the browser believes to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// `Host` of the request, with a port where it has one.
    authority: Option<String>,
    is_secure: bool,
}

impl Origin {
    fn of(headers: &HeaderMap, is_secure: bool) -> Self {
        let host = headers.get(header::HOST);
        let host = host.and_then(|host| host.to_str().ok());
        Self {
            authority: host.map(str::to_owned),
            is_secure,
        }
    }

    /// The host of WeCom that this listener plays for the request; none on the plain listener.
    pub(crate) fn host(&self) -> Option<Host> {
        let authority = self.authority.as_deref().filter(|_| self.is_secure)?;
        let name = authority
            .split_once(':')
            .map_or(authority, |(name, _)| name);
        Host::parse(name)
    }

    /// The address of a page on one of the hosts: a path, unless the browser has to change hosts.
    pub(crate) fn link(&self, host: Host, path: &str) -> String {
        match self.host() {
            Some(here) if here != host => self.absolute(host, path).unwrap_or_default(),
            _ => path.to_owned(),
        }
    }

    /// The whole address of a page on one of the hosts, as a phone needs it.
    pub(crate) fn absolute(&self, host: Host, path: &str) -> Option<String> {
        let authority = self.authority.as_deref()?;
        if self.host().is_none() {
            let scheme = if self.is_secure { "https" } else { "http" };
            return Some(format!("{scheme}://{authority}{path}"));
        }
        let port = authority.split_once(':').map(|(_, port)| port);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        Some(format!("https://{}{port}{path}", host.name()))
    }
}

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let is_secure = parts.extensions.get::<Secure>().is_some();
        Ok(Self::of(&parts.headers, is_secure))
    }
}

/// The layer: a path on the wrong host is 404 with an empty body, as in life (dossier 2).
pub(crate) async fn check(request: Request, next: Next) -> Response {
    let is_secure = request.extensions().get::<Secure>().is_some();
    let origin = Origin::of(request.headers(), is_secure);
    let is_misplaced = origin
        .host()
        .is_some_and(|host| !host.serves(request.uri().path()));
    if is_misplaced {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut response = next.run(request).await;
    if origin.host().is_some() {
        widen_cookies(response.headers_mut());
    }
    response
}

/// WeCom's pages know a person on all of their hosts; a cookie of one host would have to be chosen
/// again on each.
fn widen_cookies(headers: &mut HeaderMap) {
    let cookies: Vec<HeaderValue> = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .cloned()
        .collect();
    headers.remove(header::SET_COOKIE);
    for cookie in cookies {
        let wide = [cookie.as_bytes(), b"; Domain=weixin.qq.com; Secure"].concat();
        headers.append(
            header::SET_COOKIE,
            HeaderValue::from_bytes(&wide).unwrap_or(cookie),
        );
    }
}
