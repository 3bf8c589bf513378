//! What all three links share: the checked parts, and the one place that encodes.
//!
//! In: checked parts. Out: an address, each part encoded exactly once. It never opens a connection.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::LoginState;
use crate::ids::{AgentId, CorpId};

/// Everything but the unreserved characters of RFC 3986 is encoded.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// An address that WeCom cannot send a browser back to.
///
/// ```
/// use wecom_sdk::{AgentId, CorpId, Entropy, LoginState, WebLoginLink};
///
/// let corp_id = CorpId::parse("ww5f1e2d3c4b5a6978")?;
/// let state = LoginState::draw(&Entropy::system())?;
/// let mail = "mailto:somebody@example.com".parse()?;
/// assert!(WebLoginLink::new(&corp_id, AgentId(1_000_002), &mail, &state).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidRedirectUri(&'static str);

impl fmt::Display for InvalidRedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a redirect_uri: {}", self.0)
    }
}

impl std::error::Error for InvalidRedirectUri {}

#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) corp_id: CorpId,
    pub(super) agent_id: AgentId,
    pub(super) redirect_uri: Url,
    pub(super) state: LoginState,
}

impl Target {
    pub(super) fn new(
        corp_id: &CorpId,
        agent_id: AgentId,
        redirect_uri: &Url,
        state: &LoginState,
    ) -> Result<Self, InvalidRedirectUri> {
        check_redirect_uri(redirect_uri).map_err(InvalidRedirectUri)?;
        Ok(Self {
            corp_id: corp_id.clone(),
            agent_id,
            redirect_uri: redirect_uri.clone(),
            state: state.clone(),
        })
    }

    /// The parameters of the two links for desktop browsers.
    pub(super) fn pairs<'t>(&'t self, agent_id: &'t str) -> [(&'static str, &'t str); 4] {
        [
            ("appid", self.corp_id.as_str()),
            ("agentid", agent_id),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("state", self.state.as_str()),
        ]
    }
}

fn check_redirect_uri(uri: &Url) -> Result<(), &'static str> {
    if !matches!(uri.scheme(), "http" | "https") {
        return Err("it is neither http nor https");
    }
    if uri.host_str().is_none_or(str::is_empty) {
        return Err("it has no host");
    }
    if !uri.username().is_empty() || uri.password().is_some() {
        return Err("it contains a user name or password");
    }
    // WeCom puts the code before a fragment, so that the fragment would reach the page: we have no
    // use for one, and a callback that is compared byte for byte has none.
    if uri.fragment().is_some() {
        return Err("it contains a fragment");
    }
    Ok(())
}

/// Appends `path` to `base` and sets the query, each value encoded exactly once.
pub(super) fn build(base: &Url, path: &str, pairs: &[(&str, &str)]) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    let query: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, RESERVED)))
        .collect();
    url.set_query(Some(&query.join("&")));
    url.set_fragment(None);
    url
}
