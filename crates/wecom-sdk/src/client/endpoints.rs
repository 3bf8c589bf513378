//! Where WeCom is. Tests, the sandbox and an egress relay change this and nothing else.
//!
//! In: base addresses. Out: the same, checked: calls carry secrets, so plain http stays on this machine.

use std::net::IpAddr;

use url::{Host, Url};

/// The base addresses of WeCom. A path in them is kept as a prefix.
///
/// ```
/// use wecom_sdk::Endpoints;
///
/// assert_eq!(Endpoints::default().api.as_str(), "https://qyapi.weixin.qq.com/");
/// let sandbox = Endpoints::all_at(&"http://127.0.0.1:7700/".parse()?);
/// assert_eq!(sandbox.api, sandbox.login);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// The OAuth2 link: `https://open.weixin.qq.com`.
    pub open: Url,
    /// The web-login link: `https://login.work.weixin.qq.com`.
    pub login: Url,
    /// The calls: `https://qyapi.weixin.qq.com`.
    pub api: Url,
}

impl Default for Endpoints {
    fn default() -> Self {
        Self {
            open: https("open.weixin.qq.com"),
            login: https("login.work.weixin.qq.com"),
            api: https("qyapi.weixin.qq.com"),
        }
    }
}

impl Endpoints {
    /// All at one address, as the sandbox serves them.
    #[must_use]
    pub fn all_at(base: &Url) -> Self {
        Self {
            open: base.clone(),
            login: base.clone(),
            api: base.clone(),
        }
    }

    /// Whether calls may be sent to this address. They carry secrets, so it is `https`, or plain `http` that stays on
    /// this machine: `127.0.0.0/8`, `[::1]` or `localhost`. A name below `localhost` may lead anywhere.
    ///
    /// ```
    /// use wecom_sdk::Endpoints;
    ///
    /// assert!(Endpoints::may_be_called(&"http://127.0.0.1:7700".parse()?));
    /// assert!(!Endpoints::may_be_called(&"http://sandbox.localhost:7700".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn may_be_called(api: &Url) -> bool {
        match api.scheme() {
            "https" => api.host().is_some(),
            "http" => is_loopback(api),
            _ => false,
        }
    }

    /// The old QR page has a host of its own at WeCom; elsewhere it is beside the OAuth2 page.
    pub(crate) fn old_qr(&self) -> Url {
        if self.open == Self::default().open {
            https("open.work.weixin.qq.com")
        } else {
            self.open.clone()
        }
    }

    /// Security: the calls carry secrets in their query. They go over TLS, or stay on this machine.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        for url in [&self.open, &self.login, &self.api] {
            if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
                return Err("an endpoint is not an http or https address");
            }
            if !url.username().is_empty() || url.password().is_some() {
                return Err("an endpoint contains a user name or password");
            }
            if url.query().is_some() || url.fragment().is_some() {
                return Err("an endpoint has a query or a fragment");
            }
        }
        if !Self::may_be_called(&self.api) {
            return Err("the api endpoint is plain http on a host that is not loopback");
        }
        Ok(())
    }
}

/// Whether an address stays on this machine: `127.0.0.0/8`, `[::1]` or `localhost`.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[expect(
    clippy::expect_used,
    reason = "the three addresses are constants, and a test parses them"
)]
fn https(host: &str) -> Url {
    Url::parse(&format!("https://{host}/")).expect("a constant address")
}

#[cfg(test)]
mod tests;
