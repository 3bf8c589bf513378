//! A page on which WeCom says no, and below it, in a box of the sandbox's own, why: the rule
//! that refused and what to change. WeCom's words first, so that they are recognised later.

use askama::Template;
use axum::http::header::REFERER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::said::Said;

/// A refusal, as the person sees it and as the engineer needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The stable name of the rule, also in the journal: `oauth2.domain_not_trusted`.
    pub(crate) rule: &'static str,
    /// WeCom's heading.
    pub(crate) title: &'static str,
    /// WeCom's sentence below it; may be empty.
    pub(crate) text: &'static str,
    /// WeCom's number, on the web-login page.
    pub(crate) number: Option<i32>,
    /// Sandbox only: what was wrong.
    pub(crate) why: Said,
    /// Sandbox only: the values that were compared; may be empty.
    pub(crate) shown: String,
    /// Sandbox only: what to change.
    pub(crate) remedy: Said,
    /// Sandbox only: where to go from here, if that is known.
    pub(crate) way: Option<Way>,
}

/// A link away from a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) href: String,
    pub(crate) said: Said,
}

impl Way {
    pub(crate) fn to_scan(key: &str) -> Self {
        Self {
            href: format!("/_sandbox/scan/{key}"),
            said: ("Back to the scan page", "回到扫码页").into(),
        }
    }

    /// To the switches of a chapter.
    pub(crate) fn to_switches(chapter: &str) -> Self {
        Self {
            href: format!("/_sandbox/switches#{chapter}"),
            said: ("To the switches", "前往开关页").into(),
        }
    }

    /// To choosing another person, and from there to this place again.
    pub(crate) fn as_another(corp: &str, next: &str) -> Self {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let query = query.append_pair("corp", corp).append_pair("next", next);
        Self {
            href: format!("/_sandbox/person?{}", query.finish()),
            said: ("Be somebody else, and try again", "换一个人再试").into(),
        }
    }

    /// To the page that had the link, where the browser says which it was.
    pub(crate) fn back(headers: &HeaderMap) -> Option<Self> {
        let from = headers.get(REFERER)?.to_str().ok()?;
        let url = url::Url::parse(from).ok()?;
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let place = url.origin().ascii_serialization();
        Some(Self {
            href: url.into(),
            said: (
                format!("Back to where you came from: {place}"),
                format!("回到来处：{place}"),
            )
                .into(),
        })
    }
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage<'a> {
    page: &'a Refusal,
}

impl Refusal {
    /// A refusal without a number and without values to show.
    pub(crate) fn new(
        rule: &'static str,
        title: &'static str,
        why: impl Into<Said>,
        remedy: impl Into<Said>,
    ) -> Self {
        Self {
            rule,
            title,
            text: "",
            number: None,
            why: why.into(),
            shown: String::new(),
            remedy: remedy.into(),
            way: None,
        }
    }

    /// The same, with a way on.
    pub(crate) fn with_way(self, way: Option<Way>) -> Self {
        Self { way, ..self }
    }

    /// WeCom's pages say no with status 200.
    pub(crate) fn page(&self) -> Response {
        self.page_with(StatusCode::OK)
    }

    /// The sandbox's own refusals, for forms WeCom does not have.
    pub(crate) fn page_with(&self, status: StatusCode) -> Response {
        let page = super::show_with(status, &RefusalPage { page: self });
        super::decided(page, self.rule)
    }
}
