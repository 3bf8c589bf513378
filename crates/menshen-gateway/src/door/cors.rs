//! The one exception to "no other origin ever reads an answer of ours": an answer that a room marked for one
//! origin, which a site's configuration names.
//!
//! In: the mark on an answer. Out: its CORS headers. Never: `*`, an origin that was not compared with the
//! configuration, or a header for an answer without a mark.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, HeaderMap, HeaderName, HeaderValue, VARY,
};

/// How long a browser may keep the answer to a preflight, in seconds.
const KEPT_FOR: HeaderValue = HeaderValue::from_static("60");

/// Marks an answer that scripts of one origin may read.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    origin: HeaderValue,
    may: Option<(HeaderValue, Option<HeaderValue>)>,
}

impl Shared {
    /// Security: only for an origin that was found in the configuration as a whole.
    pub(crate) fn with(origin: HeaderValue) -> Self {
        Self { origin, may: None }
    }

    /// The answer to a preflight: this method, with these headers, may be tried.
    pub(crate) fn and_may(self, method: HeaderValue, headers: Option<HeaderValue>) -> Self {
        Self {
            may: Some((method, headers)),
            ..self
        }
    }

    /// Puts the headers on.
    pub(super) fn put_on(self, headers: &mut HeaderMap) {
        let resource_policy = HeaderName::from_static("cross-origin-resource-policy");
        headers.insert(resource_policy, HeaderValue::from_static("cross-origin"));
        headers.append(VARY, HeaderValue::from_static("origin"));
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.origin);
        headers.insert(
            ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
        let Some((method, names)) = self.may else {
            return;
        };
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, method);
        if let Some(names) = names {
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names);
        }
        headers.insert(ACCESS_CONTROL_MAX_AGE, KEPT_FOR);
    }
}
