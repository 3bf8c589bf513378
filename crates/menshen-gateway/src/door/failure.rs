//! A failure on its way out: the only thing from which error pages and problem documents are made.
//!
//! In: a public code from a room's error enum, with detail for the log. Out: the handler returns it;
//! the door turns it into a page or into JSON (RFC 9457) and writes its one log line. Never: shows
//! the detail to anybody outside.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use menshen_store::StoreError;
use wecom_sdk::EntropyError;

use super::codes::{self, Code};
use crate::connector::Trouble;
use crate::vault::VaultError;

/// A failure. Rooms make one from each variant of their error enums.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(super) code: &'static Code,
    pub(super) detail: Option<String>,
    pub(super) trouble: Option<Arc<Trouble>>,
    pub(super) way_on: Option<String>,
    pub(super) person: Option<String>,
    pub(super) retry_after: Option<u32>,
    pub(super) is_for_programs: bool,
}

impl Failure {
    /// A failure with nothing to add.
    pub(crate) fn new(code: &'static Code) -> Self {
        Self {
            code,
            detail: None,
            trouble: None,
            way_on: None,
            person: None,
            retry_after: None,
            is_for_programs: false,
        }
    }

    /// Adds what the operator should read in the log. Must hold no secret and no personal data.
    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds what the operator should read about a call to WeCom.
    pub(crate) fn with_trouble(mut self, trouble: Option<Arc<Trouble>>) -> Self {
        self.trouble = trouble;
        self
    }

    /// Adds where the page's button leads: a path of ours, such as the login that starts afresh.
    pub(crate) fn with_way_on(mut self, address: impl Into<String>) -> Self {
        self.way_on = Some(address.into());
        self
    }

    /// Adds the name of whoever is signed in, for their own page. It is never logged.
    pub(crate) fn with_person(mut self, name: impl Into<String>) -> Self {
        self.person = Some(name.into());
        self
    }

    /// Adds after how many seconds it makes sense to ask again.
    pub(crate) fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// A problem document even for a person: at addresses that only ever answer JSON.
    pub(crate) fn for_programs(mut self) -> Self {
        self.is_for_programs = true;
        self
    }

    /// The public code.
    pub(crate) fn code(&self) -> &'static Code {
        self.code
    }
}

/// The answer that only the door can finish: it knows the request id, the language, and whether a
/// person or a program asks.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.code.status.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Security: a store that fails is 503 and never reads as "there is none".
impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(codes::STORE_UNAVAILABLE)
            .with_detail(error.to_string())
            .with_retry_after(5)
    }
}

impl From<EntropyError> for Failure {
    fn from(error: EntropyError) -> Self {
        Self::new(codes::INTERNAL).with_detail(error.to_string())
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        Self::new(codes::INTERNAL).with_detail(error.to_string())
    }
}
