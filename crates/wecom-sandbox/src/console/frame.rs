//! What every page of the console has around it: language, navigation, headers.
//!
//! In: which page it is. Out: the frame the templates ask, and the answer with its headers. Security: the
//! console's pages take style and script from here alone, and their forms go here alone.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::lang::Lang;
use crate::admin::Mistakes;
use crate::page::fields::Fields;

/// Security: no inline style, no inline script, nothing from outside, no frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// A page's place in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    pub(crate) path: &'static str,
    pub(crate) en: &'static str,
    pub(crate) zh: &'static str,
}

const fn stop(path: &'static str, en: &'static str, zh: &'static str) -> Stop {
    Stop { path, en, zh }
}

const STOPS: [Stop; 7] = [
    stop("/_sandbox/", "Overview", "总览"),
    stop("/_sandbox/journal", "Journal", "日志"),
    stop("/_sandbox/corps", "Corps", "企业"),
    stop("/_sandbox/pushes", "Pushes", "推送"),
    stop("/_sandbox/grants", "Tokens", "令牌"),
    stop("/_sandbox/faults", "Faults", "故障"),
    stop("/_sandbox/switches", "Switches", "开关"),
];
/// What lies below the stop of the corps.
const WITHIN: [Stop; 6] = [
    stop("/_sandbox/corps", "Corps", "企业"),
    stop("/_sandbox/agents", "Apps", "应用"),
    stop("/_sandbox/members", "Members", "成员"),
    stop("/_sandbox/departments", "Departments", "部门"),
    stop("/_sandbox/tags", "Tags", "标签"),
    stop(
        "/_sandbox/verification",
        "Two-step verification",
        "二次验证",
    ),
];

/// The frame of one page.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) lang: Lang,
    /// Path and query, for the way back from the language switch.
    pub(crate) here: String,
    pub(crate) stops: &'static [Stop],
    /// The second row: what lies beside this page in a corp; empty elsewhere.
    pub(crate) beside: Vec<(&'static Stop, String)>,
    path: String,
}

impl Frame {
    /// The text in the page's language.
    pub(crate) fn say<'a>(&self, en: &'a str, zh: &'a str) -> &'a str {
        self.lang.say(en, zh)
    }

    /// Whether this is the stop's own page, or one below it.
    pub(crate) fn is_at(&self, stop: &Stop) -> bool {
        is_below(&self.path, stop)
    }

    /// Whether the first row marks this stop.
    pub(crate) fn is_in(&self, stop: &Stop) -> bool {
        self.is_at(stop) || (stop.path == WITHIN[0].path && !self.beside.is_empty())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Frame {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let lang = Lang::from_request_parts(parts, state).await?;
        let path = parts.uri.path().to_owned();
        // After a form was refused the page is shown where it was sent; the way back is the same page, empty.
        let here = parts.uri.path_and_query();
        let here = here.map_or_else(|| path.clone(), ToString::to_string);
        let is_within = WITHIN.iter().any(|stop| is_below(&path, stop));
        let asked = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let corp = query(&[("corp", asked.text("corp"))]);
        let beside = WITHIN.iter().filter(|_| is_within);
        let beside = beside.map(|stop| (stop, format!("{}{corp}", stop.path)));
        Ok(Self {
            lang,
            here,
            stops: &STOPS,
            beside: beside.collect(),
            path,
        })
    }
}

fn is_below(path: &str, stop: &Stop) -> bool {
    let below = path.strip_prefix(stop.path);
    below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A page with a status.
pub(super) fn show_with(status: StatusCode, page: &impl Template) -> Response {
    // Writing into a string cannot fail.
    let html = page.render().unwrap_or_default();
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (VARY, "cookie, accept-language"),
    ];
    (status, headers, html).into_response()
}

/// A page with a form: 422 when there are mistakes.
pub(super) fn show_with_mistakes(mistakes: &Mistakes, page: &impl Template) -> Response {
    let status = if mistakes.list().is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    show_with(status, page)
}

/// A page.
pub(super) fn show(page: &impl Template) -> Response {
    show_with(StatusCode::OK, page)
}

/// The query of an address, percent-encoded: `?a=b&c=d`.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let mut encoded = form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
    encoded.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    encoded.finish()
}
