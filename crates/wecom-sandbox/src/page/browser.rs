//! What the sandbox knows of a browser: whether it is, or plays, the WeCom client, and which
//! person holds it. Two cookies, nothing on our side.

use axum::http::header::{COOKIE, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Which person this browser is. Cookies do not see ports, so the name says whose they are.
pub(crate) const PERSON: &str = "wecom_sandbox_person";
/// Whether this browser plays the WeCom client.
pub(crate) const CLIENT: &str = "wecom_sandbox_client";

/// Whether the User-Agent says WeCom or `WeChat` (dossier 9.5).
pub(crate) fn is_client_by_user_agent(headers: &HeaderMap) -> bool {
    let Some(agent) = headers.get(USER_AGENT) else {
        return false;
    };
    let agent = String::from_utf8_lossy(agent.as_bytes()).to_ascii_lowercase();
    agent.contains("wxwork/") || agent.contains("micromessenger")
}

/// The User-Agent; empty when absent or no text.
pub(crate) fn user_agent(headers: &HeaderMap) -> &str {
    let agent = headers.get(USER_AGENT);
    agent
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default()
}

/// Whether this browser counts as the client: by User-Agent, or switched on by its owner.
pub(crate) fn is_client(headers: &HeaderMap) -> bool {
    is_client_by_user_agent(headers) || cookie(headers, CLIENT).as_deref() == Some("on")
}

/// A cookie's value, decoded.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let values = headers.get_all(COOKIE).iter();
    let mut pairs = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(known, _)| *known == name)?;
    let decoded = percent_decode_str(value).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

/// Adds a cookie to an answer; an empty value takes it away.
pub(crate) fn with_cookie(answer: impl IntoResponse, name: &str, value: &str) -> Response {
    let mut answer = answer.into_response();
    let encoded = utf8_percent_encode(value, NON_ALPHANUMERIC);
    let age = if value.is_empty() { "; Max-Age=0" } else { "" };
    let line = format!("{name}={encoded}; Path=/; HttpOnly; SameSite=Lax{age}");
    if let Ok(line) = HeaderValue::from_str(&line) {
        answer.headers_mut().append(SET_COOKIE, line);
    }
    answer
}
