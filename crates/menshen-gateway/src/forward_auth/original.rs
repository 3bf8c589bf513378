//! The request that a proxy asks about, as the proxy describes it.
//!
//! In: the headers of the question. Out: host, method, path and query. Two descriptions are known and
//! no other: `X-Forwarded-Host`, `-Method` and `-Uri`; or `X-Original-Method` and `X-Original-URL`.
//! Where both came, or a part of the other, they must agree: the one that is missing in the proxy's
//! configuration was written by the caller. Envoy sends the request's own head instead. Never: falls
//! back to the question's own path (S-024), or takes the first or the last of two values (S-035).

use http::request::Parts as Head;
use http::{HeaderMap, HeaderValue, header};

#[cfg(test)]
mod tests;

/// What a description may consist of.
#[derive(Clone, Copy, Debug)]
enum Part {
    Host,
    Method,
    Uri,
    OriginalMethod,
    OriginalUrl,
}

const HOST: &str = "host";
/// How the names of all parts begin: most headers do not.
const BEGINNING: &str = "x-";
/// The names of the parts.
const NAMES: [&str; 5] = [
    "x-forwarded-host",
    "x-forwarded-method",
    "x-forwarded-uri",
    "x-original-method",
    "x-original-url",
];

impl Part {
    /// Its header, also for an operator.
    fn name(self) -> &'static str {
        NAMES[self as usize]
    }
}

/// What a proxy asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Original<'h> {
    /// The host, as the browser sent it.
    pub(super) host: &'h str,
    /// The method.
    pub(super) method: &'h str,
    /// Path and query.
    pub(super) target: &'h str,
}

/// Why the description is none. The word is the header's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadDescription {
    #[error("the header {0} is missing: the proxy must send it with every question")]
    Missing(&'static str),
    #[error("the header {0} came twice, or disagrees with another")]
    Conflict(&'static str),
    #[error("{0} cannot be read")]
    Unreadable(&'static str),
}

impl<'h> Original<'h> {
    /// The path, without the query.
    pub(super) fn path(&self) -> &'h str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Reads the description in the headers.
    pub(super) fn of_headers(headers: &'h HeaderMap) -> Result<Self, BadDescription> {
        let said = Said::read(headers);
        let host = said.only(Part::Host)?;
        let method = said.only(Part::Method)?;
        let target = said.only(Part::Uri)?;
        let original_method = said.only(Part::OriginalMethod)?;
        let url = said.only(Part::OriginalUrl)?.map(split_url).transpose()?;
        let (original_host, original_target) = url.unzip();
        let is_original = original_target.is_some();
        let missing = |part: Part, other: Part| {
            BadDescription::Missing(if is_original { other } else { part }.name())
        };
        Ok(Self {
            host: agreed(host, original_host, Part::Host.name())?
                .ok_or(missing(Part::Host, Part::OriginalUrl))?,
            method: agreed(method, original_method, Part::Method.name())?
                .ok_or(missing(Part::Method, Part::OriginalMethod))?,
            target: agreed(target, original_target, Part::Uri.name())?
                .ok_or(missing(Part::Uri, Part::OriginalUrl))?,
        })
    }

    /// Reads Envoy's question: the request's own method and host, its path behind ours.
    pub(super) fn of_envoy(head: &'h Head) -> Result<Self, BadDescription> {
        let host = only_host(&head.headers)?;
        let authority = head.uri.authority().map(http::uri::Authority::as_str);
        let target = head
            .uri
            .path_and_query()
            .map_or("", |target| target.as_str());
        let target = target.strip_prefix(super::ENVOY).unwrap_or_default();
        if !target.starts_with('/') {
            return Err(BadDescription::Missing("path"));
        }
        Ok(Self {
            host: agreed(host, authority, HOST)?.ok_or(BadDescription::Missing(HOST))?,
            method: head.method.as_str(),
            target,
        })
    }
}

/// What a head holds of a description, found in one look at it.
#[derive(Debug, Default)]
struct Said<'h>([Option<&'h HeaderValue>; NAMES.len()], [bool; NAMES.len()]);

impl<'h> Said<'h> {
    fn read(headers: &'h HeaderMap) -> Self {
        let mut said = Self::default();
        for (name, value) in headers {
            let name = name.as_str();
            if !name.starts_with(BEGINNING) {
                continue;
            }
            if let Some(part) = NAMES.iter().position(|known| *known == name) {
                said.1[part] |= said.0[part].replace(value).is_some();
            }
        }
        said
    }

    /// The one value of a part, if it is there.
    fn only(&self, part: Part) -> Result<Option<&'h str>, BadDescription> {
        if self.1[part as usize] {
            return Err(BadDescription::Conflict(part.name()));
        }
        let value = self.0[part as usize];
        value.map(|value| text(value, part.name())).transpose()
    }
}

fn text<'h>(value: &'h HeaderValue, name: &'static str) -> Result<&'h str, BadDescription> {
    let text = value.to_str();
    let text = text.map_err(|_| BadDescription::Unreadable(name))?;
    if text.is_empty() {
        return Err(BadDescription::Missing(name));
    }
    Ok(text)
}

/// The one `Host` of a request, if it is there.
fn only_host(headers: &HeaderMap) -> Result<Option<&str>, BadDescription> {
    let mut values = headers.get_all(header::HOST).iter();
    let value = values.next();
    if values.next().is_some() {
        return Err(BadDescription::Conflict(HOST));
    }
    value.map(|value| text(value, HOST)).transpose()
}

fn agreed<'h>(
    one: Option<&'h str>,
    other: Option<&'h str>,
    name: &'static str,
) -> Result<Option<&'h str>, BadDescription> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => Err(BadDescription::Conflict(name)),
        (one, other) => Ok(one.or(other)),
    }
}

/// `https://wiki.example.com/page?x=1` gives the host and `/page?x=1`.
fn split_url(url: &str) -> Result<(&str, &str), BadDescription> {
    let unreadable = BadDescription::Unreadable(Part::OriginalUrl.name());
    let (scheme, rest) = url.split_once("://").ok_or(unreadable)?;
    if !matches!(scheme, "http" | "https") {
        return Err(unreadable);
    }
    let at = rest.find('/').filter(|at| *at > 0).ok_or(unreadable)?;
    Ok(rest.split_at(at))
}
