//! The look of the gateway's pages, for whoever shows pages beside them.
//!
//! Out: a stylesheet and a choice of language, for the demo. It holds no page.

use crate::door::pages::Lang;

/// The stylesheet of every page.
pub const STYLE: &str = include_str!("../templates/style.css");

/// Whether a page speaks Chinese to a browser with this `Accept-Language`; English otherwise.
#[must_use]
pub fn speaks_chinese(accept_language: Option<&str>) -> bool {
    Lang::from_accept_language(accept_language) == Lang::Zh
}
