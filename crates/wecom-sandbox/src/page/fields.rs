//! The parameters of a link, and of a form that came from one of our own pages.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::Response;

use super::refusal::Refusal;

/// Decoded name and value pairs, in order. The first of a name counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `a=b&c=d`, decoding once.
    pub(crate) fn parse(encoded: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(encoded);
        Self(pairs.into_owned().collect())
    }

    /// Adds a pair, for a form that is filled in beforehand.
    pub(crate) fn push(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// The value; `None` when absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        let (_, value) = pairs.find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The value; empty when absent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Every value of a name that may come several times.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }
}

/// A form that one of our own pages sent.
///
/// Security: another site can make a browser post here; what a browser cannot do for it is say
/// that the form came from us.
#[derive(Debug)]
pub(crate) struct OwnForm(pub(crate) Fields);

impl<S: Send + Sync> FromRequest<S> for OwnForm {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        if !is_own(request.headers()) {
            return Err(foreign_form().page_with(StatusCode::FORBIDDEN));
        }
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(not_a_form().page_with(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        match Bytes::from_request(request, state).await {
            Ok(body) => Ok(Self(Fields::parse(&body))),
            Err(_) => Err(not_a_form().page_with(StatusCode::PAYLOAD_TOO_LARGE)),
        }
    }
}

/// A browser names the origin of every form; it must be the host it is sent to.
fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text(HeaderName::from_static("sec-fetch-site"));
    if site.is_some_and(|site| site != "same-origin") {
        return false;
    }
    let origin = text(ORIGIN).and_then(|origin| origin.split_once("://"));
    match (origin, text(HOST)) {
        (Some((_, origin)), Some(host)) => origin.eq_ignore_ascii_case(host),
        _ => false,
    }
}

fn foreign_form() -> Refusal {
    Refusal::new(
        "sandbox.foreign_form",
        "表单不是从这里发出的 · This form did not come from here",
        (
            "Its Origin header is missing or names another host.",
            "它没有 Origin 头，或 Origin 是别的主机。",
        ),
        (
            "Open the page in a browser and use its buttons; programs use the API below \
             /_sandbox/api/.",
            "请在浏览器里打开页面，用页面上的按钮；程序请用 /_sandbox/api/ 下的 API。",
        ),
    )
}

fn not_a_form() -> Refusal {
    Refusal::new(
        "sandbox.not_a_form",
        "这不是表单 · This is not a form",
        (
            "The body is too large, or not application/x-www-form-urlencoded.",
            "内容太大，或不是 application/x-www-form-urlencoded。",
        ),
        (
            "Open the page in a browser and use its buttons.",
            "请在浏览器里打开页面，用页面上的按钮。",
        ),
    )
}
