//! The cookie jar, with a browser's rules (RFC 6265bis).
//!
//! In: `Set-Cookie` lines and where they came from. Out: the cookies for a request. It refuses what browsers
//! refuse (prefixes, `Secure`, foreign domains): a jar that takes everything would hide our mistakes.

use std::time::Duration;

use url::{Host, Url};
use wecom_sdk::Timestamp;

use super::site;

/// The longest a browser keeps a cookie.
const LONGEST: u64 = 400 * 24 * 60 * 60;

/// What a request is, as far as cookies care.
#[derive(Clone, Copy, Debug)]
pub struct Journey {
    /// The site of the page that sends it is the site it goes to.
    pub is_same_site: bool,
    /// It replaces the page in the tab.
    pub is_top_level: bool,
    /// GET or HEAD.
    pub is_safe: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SameSite {
    Strict,
    Lax,
    None,
}

/// One kept cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Whether pages' scripts are kept from it.
    pub is_http_only: bool,
    host: String,
    is_host_only: bool,
    path: String,
    is_secure: bool,
    same_site: SameSite,
    expires_at: Option<Timestamp>,
}

/// What became of a `Set-Cookie`.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Kept; with `Max-Age`, if it has one.
    Set {
        name: String,
        value: String,
        max_age: Option<u64>,
    },
    /// Removed.
    Cleared { name: String },
    /// Not taken, for this reason.
    Refused { name: String, why: &'static str },
}

/// The cookies of one browser.
#[derive(Clone, Debug, Default)]
pub struct Jar(Vec<Cookie>);

impl Jar {
    /// The `Cookie` header for a request.
    pub fn header(&self, url: &Url, journey: Journey, now: Timestamp) -> Option<String> {
        let mut fitting: Vec<&Cookie> = self.live(url, now).collect();
        fitting.retain(|cookie| journey.may_carry(cookie.same_site));
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = fitting
            .iter()
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// The cookies that belong to an address.
    pub fn live(&self, url: &Url, now: Timestamp) -> impl Iterator<Item = &Cookie> {
        self.0
            .iter()
            .filter(move |cookie| cookie.expires_at.is_none_or(|end| end > now) && cookie.fits(url))
    }

    /// Takes a `Set-Cookie` of an answer from `url`.
    pub fn store(&mut self, header: &str, url: &Url, journey: Journey, now: Timestamp) -> Outcome {
        let (cookie, max_age) = parse(header, url, now);
        let name = cookie.name.clone();
        if let Err(why) = check(&cookie, header, url, journey) {
            return Outcome::Refused { name, why };
        }
        let place = self.0.iter().position(|known| known.is_same_as(&cookie));
        let is_over = cookie.expires_at.is_some_and(|end| end <= now);
        if is_over {
            if let Some(place) = place {
                self.0.remove(place);
            }
            return Outcome::Cleared { name };
        }
        let value = cookie.value.clone();
        match place {
            // A cookie keeps its place in the order when it is set again.
            Some(place) => self.0[place] = cookie,
            None => self.0.push(cookie),
        }
        Outcome::Set {
            name,
            value,
            max_age,
        }
    }

    /// Puts a cookie in, whatever the rules: what an attacker with another way in would do.
    pub fn plant(&mut self, url: &Url, name: &str, value: &str) {
        let (mut cookie, _) = parse("", url, Timestamp::from_millis(0));
        name.clone_into(&mut cookie.name);
        value.clone_into(&mut cookie.value);
        self.0.push(cookie);
    }

    /// Forgets the cookies that end with the browser.
    pub fn end_of_browser(&mut self) {
        self.0.retain(|cookie| cookie.expires_at.is_some());
    }
}

impl Journey {
    fn may_carry(self, same_site: SameSite) -> bool {
        match same_site {
            SameSite::None => true,
            SameSite::Lax => self.is_same_site || (self.is_top_level && self.is_safe),
            SameSite::Strict => self.is_same_site,
        }
    }
}

impl Cookie {
    fn fits(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let is_host =
            host == self.host || (!self.is_host_only && host.ends_with(&format!(".{}", self.host)));
        let path = url.path();
        let is_path = path == self.path
            || path
                .strip_prefix(self.path.as_str())
                .is_some_and(|rest| self.path.ends_with('/') || rest.starts_with('/'));
        is_host && is_path && (!self.is_secure || site::is_trustworthy(url))
    }

    fn is_same_as(&self, other: &Self) -> bool {
        self.name == other.name
            && self.host == other.host
            && self.is_host_only == other.is_host_only
            && self.path == other.path
    }
}

fn parse(header: &str, url: &Url, now: Timestamp) -> (Cookie, Option<u64>) {
    let mut parts = header.split(';');
    let (name, value) = parts
        .next()
        .unwrap_or_default()
        .split_once('=')
        .unwrap_or_default();
    let mut max_age = None;
    let mut cookie = Cookie {
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
        is_http_only: false,
        host: url.host_str().unwrap_or_default().to_owned(),
        is_host_only: true,
        path: default_path(url),
        is_secure: false,
        same_site: SameSite::Lax,
        expires_at: None,
    };
    for part in parts {
        let (key, value) = part.trim().split_once('=').unwrap_or((part.trim(), ""));
        match key.to_ascii_lowercase().as_str() {
            "secure" => cookie.is_secure = true,
            "httponly" => cookie.is_http_only = true,
            "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
            "domain" => {
                cookie.is_host_only = false;
                cookie.host = value.trim_start_matches('.').to_ascii_lowercase();
            }
            "max-age" => max_age = Some(value.parse::<u64>().unwrap_or(0).min(LONGEST)),
            "samesite" => {
                cookie.same_site = match value.to_ascii_lowercase().as_str() {
                    "strict" => SameSite::Strict,
                    "none" => SameSite::None,
                    _ => SameSite::Lax,
                };
            }
            other => assert!(other != "expires", "this browser wants Max-Age: {header}"),
        }
    }
    cookie.expires_at = max_age.map(|age| now.plus(Duration::from_secs(age)));
    (cookie, max_age)
}

fn check(cookie: &Cookie, header: &str, url: &Url, journey: Journey) -> Result<(), &'static str> {
    let host = url.host_str().unwrap_or_default();
    let is_covered = host == cookie.host || host.ends_with(&format!(".{}", cookie.host));
    let is_address = !matches!(url.host(), Some(Host::Domain(_)));
    let folded = cookie.name.to_ascii_lowercase();
    if cookie.name.is_empty() {
        return Err("it has no name");
    }
    if header.len() > 4096 {
        return Err("it is longer than 4096 bytes");
    }
    if header.bytes().any(|byte| byte.is_ascii_control()) {
        return Err("it holds a control character");
    }
    if !cookie.is_host_only
        && (!is_covered
            || (host != cookie.host && is_address)
            || site::is_public_suffix(&cookie.host))
    {
        return Err("its domain is not one the host may set");
    }
    if cookie.is_secure && !site::is_trustworthy(url) {
        return Err("it is Secure and came in plain text");
    }
    if folded.starts_with("__secure-") && !cookie.is_secure {
        return Err("__Secure- without Secure");
    }
    if folded.starts_with("__host-")
        && (!cookie.is_secure || !cookie.is_host_only || cookie.path != "/")
    {
        return Err("__Host- without Secure, with Domain, or with a Path other than /");
    }
    if cookie.same_site == SameSite::None && !cookie.is_secure {
        return Err("SameSite=None without Secure");
    }
    if cookie.same_site != SameSite::None && !journey.is_same_site && !journey.is_top_level {
        return Err("SameSite, in the answer to a part of another site's page");
    }
    Ok(())
}

fn default_path(url: &Url) -> String {
    match url.path().rfind('/') {
        None | Some(0) => "/".to_owned(),
        Some(at) => url.path()[..at].to_owned(),
    }
}
