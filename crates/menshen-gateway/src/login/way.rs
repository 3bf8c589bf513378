//! The address of a login, for a page of ours or for the browser that is sent there.
//!
//! In: what is known of the login: where it leads, by which connector, for which site's browser. Out: path and query.
//! What is as usual is left out. It checks nothing: `start` does when the browser comes.

use form_urlencoded::Serializer;
use menshen_store::Digest;

use super::return_to::ReturnTo;
use super::{LOGIN, crossing};

/// A way to sign in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way<'a> {
    /// The connector, where it is chosen already.
    pub(super) connector: Option<&'a str>,
    /// The place to come back to.
    pub(super) return_to: &'a str,
    /// The binding that a site on another host gave the browser.
    pub(super) browser: Option<&'a Digest>,
    /// The door, where it is chosen already.
    pub(super) door: Option<&'a str>,
}

impl Way<'_> {
    /// Path and query.
    pub(super) fn address(&self) -> String {
        let mut query = Serializer::new(String::new());
        if let Some(connector) = self.connector {
            query.append_pair("connector", connector);
        }
        if self.return_to != ReturnTo::default_page().as_str() {
            query.append_pair("return_to", self.return_to);
        }
        if let Some(browser) = self.browser {
            query.append_pair("browser", &crossing::write_browser(browser));
        }
        if let Some(door) = self.door {
            query.append_pair("door", door);
        }
        format!("{LOGIN}?{}", query.finish())
    }
}
