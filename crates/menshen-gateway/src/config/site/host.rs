//! The host of a site.
//!
//! In: what the operator wrote. Out: a name or an address, with a port where it is not the usual one; or what
//! is wrong, with its remedy. It looks nothing up.

use rustls::pki_types::ServerName;

use super::super::findings::Wrong;
use super::super::parse;
use crate::access::host;

/// Reads a host: a name or an address, with a port where it is not the usual one.
pub(super) fn parse_host(text: &str, usual_port: u16) -> Result<String, Wrong> {
    let wrong = || {
        let remedy = "write the host alone, such as wiki.example.com or wiki.example.com:8443";
        Wrong::new(format!("is \"{text}\", which is no host"), remedy)
    };
    if text.is_ascii() {
        return host::normalize(text, usual_port)
            .map(std::borrow::Cow::into_owned)
            .ok_or_else(wrong);
    }
    // A name in other letters goes by the form that browsers send (IDNA).
    let (name, port) = match text.split_once(':') {
        Some((name, port)) => (name, format!(":{port}")),
        None => (text, String::new()),
    };
    let url::Host::Domain(name) = url::Host::parse(name).map_err(|_| wrong())? else {
        return Err(wrong());
    };
    host::normalize(&format!("{name}{port}"), usual_port)
        .map(std::borrow::Cow::into_owned)
        .ok_or_else(wrong)
}

/// Reads the address of an upstream. A path is refused: what is judged is what is forwarded.
pub(super) fn parse_upstream(text: &str) -> Result<url::Url, Wrong> {
    let remedy = "write scheme, host and port only, such as http://10.0.0.5:3000";
    let wrong = |what: &str| Wrong::new(format!("holds \"{text}\", which {what}"), remedy);
    let url = url::Url::parse(text).map_err(|_| wrong("is no address"))?;
    if !matches!(url.scheme(), "http" | "https" | "h2c") || url.host().is_none() {
        return Err(wrong("is not http://, https:// or h2c:// and a host"));
    }
    if url.scheme() == "https" && server_name(&url).is_none() {
        return Err(wrong("has a host that no certificate can name"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a user name or a password"));
    }
    // An address of a scheme that the standard does not know has no path, where others have `/`.
    if !matches!(url.path(), "/" | "") || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(
            "has a path or a query: paths are forwarded as they came",
        ));
    }
    Ok(url)
}

/// The name that the certificate of an upstream must have.
pub(crate) fn server_name(url: &url::Url) -> Option<ServerName<'static>> {
    let bare = url.host_str()?.trim_matches(['[', ']']).to_owned();
    ServerName::try_from(bare).ok()
}

/// Reads an origin as a browser writes it.
pub(super) fn parse_origin(text: &str) -> Result<http::HeaderValue, Wrong> {
    let wrong = || {
        let remedy = "write an origin as browsers do, such as https://app.example.com; `*` and null are never allowed";
        Wrong::new(format!("holds \"{text}\", which is no origin"), remedy)
    };
    let url = parse_upstream(text).map_err(|_| wrong())?;
    if url.origin().ascii_serialization() != text {
        return Err(wrong());
    }
    http::HeaderValue::from_str(text).map_err(|_| wrong())
}

/// Reads the name of a header that an application expects.
pub(super) fn parse_header_name(text: &str) -> Result<http::HeaderName, Wrong> {
    let name = http::HeaderName::from_bytes(text.as_bytes())
        .map_err(|_| Wrong::new("is no name of a header", "write letters, digits and `-`"))?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if !text.bytes().all(is_plain) {
        let what = "has a character that nginx, CGI and WSGI drop or change";
        return Err(Wrong::new(what, "write letters, digits and `-` only"));
    }
    if !crate::identity_headers::names::is_free(text) {
        let what = "has a meaning of its own, or is a name of the gateway's";
        let remedy =
            "choose a name that carries an identity, such as X-Forwarded-User or Remote-User";
        return Err(Wrong::new(what, remedy));
    }
    Ok(name)
}

/// `401` or `302`.
pub(super) fn parse_signed_out(text: &str) -> Result<super::SignedOut, Wrong> {
    match text {
        "401" => Ok(super::SignedOut::Unauthorized),
        "302" => Ok(super::SignedOut::Redirect),
        _ => Err(Wrong::new(
            format!("is \"{text}\""),
            "write 401 for nginx, 302 for Caddy, Traefik, Envoy and HAProxy",
        )),
    }
}

/// The id of a connector.
pub(super) fn parse_connector(text: &str, known: &[&str]) -> Result<String, Wrong> {
    parse::connector_id(text)?;
    if known.contains(&text) {
        return Ok(text.to_owned());
    }
    let what = format!("names \"{text}\", which no [[connector]] has");
    let remedy = if known.is_empty() {
        "add a [[connector]]".to_owned()
    } else {
        format!("choose from {}", known.join(", "))
    };
    Err(Wrong::new(what, remedy))
}
