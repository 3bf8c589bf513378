//! What the head of a request says that the door wants to know, found in one look at it.
//!
//! In: the headers. Out: the values of some of them, and whether each came once. A search for each name would
//! cost more than everything else at the door. Nothing is believed here.

use http::{HeaderMap, HeaderValue};

/// A header that should come once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Once<'h> {
    first: Option<&'h HeaderValue>,
    is_repeated: bool,
}

impl<'h> Once<'h> {
    /// Its text, if it came once.
    pub(super) fn text(self) -> Option<&'h str> {
        let value = self.first.filter(|_| !self.is_repeated)?;
        value.to_str().ok()
    }

    /// Whether it came at all.
    pub(super) fn came(self) -> bool {
        self.first.is_some()
    }

    /// Whether the first one says nothing else.
    pub(super) fn says_only(self, text: &str) -> bool {
        self.first
            .is_none_or(|value| value.as_bytes() == text.as_bytes())
    }

    fn take(&mut self, value: &'h HeaderValue) {
        self.is_repeated |= self.first.is_some();
        self.first = self.first.or(Some(value));
    }
}

/// What a head says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said<'h> {
    pub(super) host: Once<'h>,
    pub(super) forwarded_host: Once<'h>,
    pub(super) request_id: Once<'h>,
    pub(super) language: Once<'h>,
    pub(super) referer: Once<'h>,
    pub(super) requested_with: Once<'h>,
    pub(super) fetch_site: Once<'h>,
    pub(super) fetch_mode: Once<'h>,
    pub(super) fetch_dest: Once<'h>,
    /// Whether any `Accept` names pages.
    pub(super) accepts_pages: bool,
}

impl<'h> Said<'h> {
    /// Looks at a head.
    pub(super) fn read(headers: &'h HeaderMap) -> Self {
        let mut said = Self::default();
        for (name, value) in headers {
            let one = match name.as_str() {
                "host" => &mut said.host,
                "x-forwarded-host" => &mut said.forwarded_host,
                "x-request-id" => &mut said.request_id,
                "accept-language" => &mut said.language,
                "referer" => &mut said.referer,
                "x-requested-with" => &mut said.requested_with,
                "sec-fetch-site" => &mut said.fetch_site,
                "sec-fetch-mode" => &mut said.fetch_mode,
                "sec-fetch-dest" => &mut said.fetch_dest,
                "accept" => {
                    let text = value.to_str().unwrap_or_default();
                    said.accepts_pages |= text.contains("text/html");
                    continue;
                }
                _ => continue,
            };
            one.take(value);
        }
        said
    }

    /// Whether a browser loads a page into a tab.
    ///
    /// Browsers that do not send Sec-Fetch-* yet say it by `Accept`. Android web views put the name of
    /// their app into `X-Requested-With`, so only the value that scripts use counts.
    pub(super) fn is_navigation(&self) -> bool {
        let is_script = self
            .requested_with
            .text()
            .is_some_and(|value| value.eq_ignore_ascii_case("XMLHttpRequest"));
        let is_told = self.fetch_mode.came() || self.fetch_dest.came();
        !is_script
            && self.fetch_mode.says_only("navigate")
            && self.fetch_dest.says_only("document")
            && (is_told || self.accepts_pages)
    }
}
