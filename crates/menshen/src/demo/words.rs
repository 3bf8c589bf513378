//! The two languages of the demo's pages, side by side where they are used.
//!
//! A choice of language goes in, a text comes out. Texts of the gateway's own pages are not here.

use axum::http::{HeaderMap, header};
use menshen_gateway::look::speaks_chinese;

/// Which language a page speaks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    is_chinese: bool,
}

impl Words {
    /// The language a browser asks for.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let asked = headers.get(header::ACCEPT_LANGUAGE);
        Self {
            is_chinese: speaks_chinese(asked.and_then(|value| value.to_str().ok())),
        }
    }

    /// The text in the page's language.
    pub(super) fn say<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        if self.is_chinese { chinese } else { english }
    }

    /// The one of two texts that is in the page's language.
    pub(super) fn pick<'a>(self, (chinese, english): (&'a str, &'a str)) -> &'a str {
        self.say(chinese, english)
    }

    /// The value of the `lang` attribute.
    pub(super) fn tag(self) -> &'static str {
        self.say("zh-CN", "en")
    }
}
