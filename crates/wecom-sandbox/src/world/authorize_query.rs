//! The OAuth link as it comes, and the ways it can fail (dossier 4, 4.5, 15.2).
//!
//! In: a raw query. Out: its parameters, unjudged. [`super::authorize`] judges them.

/// The query of the OAuth link, decoded once.
#[derive(Clone, Debug, Default)]
pub struct AuthorizeQuery {
    /// `appid`
    pub appid: Option<String>,
    /// `redirect_uri`
    pub redirect_uri: Option<String>,
    /// `response_type`
    pub response_type: Option<String>,
    /// `scope`
    pub scope: Option<String>,
    /// `state`
    pub state: Option<String>,
    /// `agentid`
    pub agent_id: Option<String>,
}

impl AuthorizeQuery {
    /// Reads a query string; of a repeated parameter the first counts.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut read = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let place = match name.as_ref() {
                "appid" => &mut read.appid,
                "redirect_uri" => &mut read.redirect_uri,
                "response_type" => &mut read.response_type,
                "scope" => &mut read.scope,
                "state" => &mut read.state,
                "agentid" => &mut read.agent_id,
                _ => continue,
            };
            place.get_or_insert_with(|| value.into_owned());
        }
        read
    }
}

/// Why an OAuth link shows a page instead of going on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizeRefusal {
    /// Neither a WeCom nor a WeChat client: 请在微信客户端打开链接.
    ClientOnly,
    /// `appid` is no corp.
    UnknownCorp,
    /// `response_type` is not `code`.
    ResponseType,
    /// `redirect_uri` is missing or no absolute http(s) address: `uriconfirm?err_type=domain_err`.
    RedirectUri,
    /// The redirect's domain is not trusted, or `agentid` names no agent: `uriconfirm` with `uri=`.
    Domain {
        /// The `redirect_uri` as it came.
        uri: String,
    },
    /// The agent is disabled.
    AgentDisabled,
    /// `scope` is unknown.
    Scope,
    /// `snsapi_privateinfo` without `agentid`.
    AgentMissing,
    /// `state` is not `[A-Za-z0-9]{1,128}`.
    State,
}

impl AuthorizeRefusal {
    /// The rule that decided, with its section of the dossier.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        match self {
            Self::ClientOnly => "authorize.client_only (15.2 step 1)",
            Self::UnknownCorp => "authorize.appid_unknown (15.2 step 2)",
            Self::ResponseType => "authorize.response_type (4)",
            Self::RedirectUri => "authorize.redirect_uri_unreadable (15.2 step 3)",
            Self::Domain { .. } => "authorize.domain_not_trusted (15.2 step 4, 4.5)",
            Self::AgentDisabled => "authorize.agent_disabled (13.4, 50003)",
            Self::Scope => "authorize.scope (4.1)",
            Self::AgentMissing => "authorize.private_info_without_agent (15.2 step 5)",
            Self::State => "authorize.state (4)",
        }
    }
}
