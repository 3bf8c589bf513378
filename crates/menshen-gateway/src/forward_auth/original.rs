//! The request that a proxy asks about, as the proxy describes it.
//!
//! In: the headers of the question. Out: host, method, path and query. Two descriptions are known and
//! no other: `X-Forwarded-Host`, `-Method` and `-Uri`; or `X-Original-Method` and `X-Original-URL`.
//! Where both came, or a part of the other, they must agree: the one that is missing in the proxy's
//! configuration was written by the caller. Envoy sends the request's own head instead. Never: falls
//! back to the question's own path (S-024), or takes the first or the last of two values (S-035).

use http::request::Parts as Head;
use http::{HeaderMap, HeaderName, header};

#[cfg(test)]
mod tests;

const FORWARDED_HOST: Named = named("x-forwarded-host");
const FORWARDED_METHOD: Named = named("x-forwarded-method");
const FORWARDED_URI: Named = named("x-forwarded-uri");
const ORIGINAL_METHOD: Named = named("x-original-method");
const ORIGINAL_URL: Named = named("x-original-url");

/// A header, and its name for an operator.
type Named = (HeaderName, &'static str);

const fn named(name: &'static str) -> Named {
    (HeaderName::from_static(name), name)
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
        let host = only(headers, &FORWARDED_HOST)?;
        let method = only(headers, &FORWARDED_METHOD)?;
        let target = only(headers, &FORWARDED_URI)?;
        let original_method = only(headers, &ORIGINAL_METHOD)?;
        let url = only(headers, &ORIGINAL_URL)?.map(split_url).transpose()?;
        let (original_host, original_target) = url.unzip();
        let is_original = original_target.is_some();
        let missing = |name: Named, other: Named| {
            BadDescription::Missing(if is_original { other.1 } else { name.1 })
        };
        Ok(Self {
            host: agreed(host, original_host, FORWARDED_HOST.1)?
                .ok_or(missing(FORWARDED_HOST, ORIGINAL_URL))?,
            method: agreed(method, original_method, FORWARDED_METHOD.1)?
                .ok_or(missing(FORWARDED_METHOD, ORIGINAL_METHOD))?,
            target: agreed(target, original_target, FORWARDED_URI.1)?
                .ok_or(missing(FORWARDED_URI, ORIGINAL_URL))?,
        })
    }

    /// Reads Envoy's question: the request's own method and host, its path behind ours.
    pub(super) fn of_envoy(head: &'h Head) -> Result<Self, BadDescription> {
        let host = only(&head.headers, &(header::HOST, "host"))?;
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
            host: agreed(host, authority, "host")?.ok_or(BadDescription::Missing("host"))?,
            method: head.method.as_str(),
            target,
        })
    }
}

/// The one value of a header, if it is there.
fn only<'h>(
    headers: &'h HeaderMap,
    (header, name): &Named,
) -> Result<Option<&'h str>, BadDescription> {
    let mut values = headers.get_all(header).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(BadDescription::Conflict(name));
    }
    let text = value
        .to_str()
        .map_err(|_| BadDescription::Unreadable(name))?;
    if text.is_empty() {
        return Err(BadDescription::Missing(name));
    }
    Ok(Some(text))
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
    let unreadable = BadDescription::Unreadable(ORIGINAL_URL.1);
    let (scheme, rest) = url.split_once("://").ok_or(unreadable)?;
    if !matches!(scheme, "http" | "https") {
        return Err(unreadable);
    }
    let at = rest.find('/').ok_or(unreadable)?;
    Ok(rest.split_at(at))
}
