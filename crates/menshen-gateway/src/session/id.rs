//! The session id: 256 bits that only the browser keeps.
//!
//! It is computed from the login state and the browser's binding under the data key, so that the
//! same browser repeating its callback gets the same session again although nothing secret was
//! stored. Both are new for each login, so the id is too. Never printed, never stored: the store
//! knows its digest.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use menshen_store::Digest;
use wecom_sdk::Secret;

use crate::vault::{Purpose, Vault, sha256};

/// The characters of an id: 32 bytes in base64url.
const LENGTH: usize = 43;

/// A session id.
#[derive(Clone, Debug)]
pub(crate) struct SessionId(Secret);

impl SessionId {
    /// The id of the session that this state opens in the browser with this binding.
    pub(crate) fn compute(vault: &Vault, state: &str, binding: &str) -> Self {
        // Security: state and binding together; the state alone was in an address that WeCom saw.
        let mac = vault.mac(Purpose::SessionId, &[state.as_bytes(), binding.as_bytes()]);
        Self(Secret::new(URL_SAFE_NO_PAD.encode(mac)))
    }

    /// The id of the session that this ticket opens at a site, in the browser with this binding. Computed,
    /// so that the same browser repeating itself gets the same one.
    pub(crate) fn at_site(vault: &Vault, host: &str, ticket: &str, binding: &str) -> Self {
        let parts = [host.as_bytes(), ticket.as_bytes(), binding.as_bytes()];
        let mac = vault.mac(Purpose::SiteSessionId, &parts);
        Self(Secret::new(URL_SAFE_NO_PAD.encode(mac)))
    }

    /// Checks the shape of a cookie's value. Every other shape is nobody's id.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        is_token(text).then(|| Self(Secret::new(text)))
    }

    /// What the store knows of it.
    pub(crate) fn digest(&self) -> Digest {
        sha256(self.0.expose().as_bytes())
    }

    /// The value for the cookie.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// Whether a text has the shape of the values we put into cookies.
pub(crate) fn is_token(text: &str) -> bool {
    text.len() == LENGTH
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
