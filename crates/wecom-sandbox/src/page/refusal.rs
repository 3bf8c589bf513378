//! A page on which WeCom says no, and below it, in a box of the sandbox's own, why: the rule
//! that refused and what to change. WeCom's words first, so that they are recognised later.

use askama::Template;
use axum::http::StatusCode;
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
        }
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
