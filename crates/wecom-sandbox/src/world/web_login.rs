//! The web-login page and the old QR page, judged (dossier 9.2, 9.3).
//!
//! In: the query of `/wwlogin/sso/login` or `/wwopen/sso/qrConnect`. Out: the number of the error
//! that page shows, or a checked request for a scan. It issues nothing: see [`super::scan`].

use wecom_sdk::{AgentId, CorpId};

use super::agent::Agent;
use super::authorize::parse_agent_id;
use super::domain::RedirectUri;
use super::state::State;
use super::switch::WebLoginSource;

/// Which of the two pages it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanDoor {
    /// `login.work.weixin.qq.com/wwlogin/sso/login`
    WebLogin,
    /// `open.work.weixin.qq.com/wwopen/sso/qrConnect`
    QrConnect,
}

/// The query of either page, decoded once.
#[derive(Clone, Debug, Default)]
pub struct WebLoginQuery {
    /// `login_type` (web login only)
    pub login_type: Option<String>,
    /// `appid`
    pub appid: Option<String>,
    /// `agentid`
    pub agent_id: Option<String>,
    /// `redirect_uri`
    pub redirect_uri: Option<String>,
    /// `state`
    pub state: Option<String>,
    /// `lang`
    pub lang: Option<String>,
}

impl WebLoginQuery {
    /// Reads a query string; of a repeated parameter the first counts.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut read = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let place = match name.as_ref() {
                "login_type" => &mut read.login_type,
                "appid" => &mut read.appid,
                "agentid" => &mut read.agent_id,
                "redirect_uri" => &mut read.redirect_uri,
                "state" => &mut read.state,
                "lang" => &mut read.lang,
                _ => continue,
            };
            place.get_or_insert_with(|| value.into_owned());
        }
        read
    }
}

/// Why a scan page shows an error. The web-login page names the number, the old QR page only says
/// 该链接无法访问.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginRefusal {
    /// -31040: bad `login_type`.
    LoginType,
    /// -31034: `ServiceApp` for an enterprise that is no service provider.
    NotAProvider,
    /// -31027: bad `appid`.
    Appid,
    /// -31028: bad `agentid`.
    AgentId,
    /// -31037: the agent has no login domain, or is disabled.
    NotEnabled,
    /// -31035: `redirect_uri` empty.
    RedirectUriEmpty,
    /// -31020: not on the callback domain.
    CallbackDomain,
    /// -31039: not on the trusted domain.
    TrustedDomain,
    /// -31033: the source of the request does not pass.
    Source,
}

impl LoginRefusal {
    /// The number on the page.
    #[must_use]
    pub fn number(self) -> i32 {
        match self {
            Self::LoginType => -31040,
            Self::NotAProvider => -31034,
            Self::Appid => -31027,
            Self::AgentId => -31028,
            Self::NotEnabled => -31037,
            Self::RedirectUriEmpty => -31035,
            Self::CallbackDomain => -31020,
            Self::TrustedDomain => -31039,
            Self::Source => -31033,
        }
    }

    /// The rule that decided, with its section of the dossier.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::LoginType => "web_login.login_type (9.2, -31040)",
            Self::NotAProvider => "web_login.not_a_provider (9.2, -31034)",
            Self::Appid => "web_login.appid (9.2, -31027)",
            Self::AgentId => "web_login.agentid (9.2, -31028)",
            Self::NotEnabled => "web_login.not_enabled (9.2, -31037)",
            Self::RedirectUriEmpty => "web_login.redirect_uri_empty (9.2, -31035)",
            Self::CallbackDomain => "web_login.callback_domain (9.2, -31020)",
            Self::TrustedDomain => "web_login.trusted_domain (9.2, -31039)",
            Self::Source => "web_login.source (9.2, -31033)",
        }
    }
}

/// A scan page that may be shown.
#[derive(Clone, Debug)]
pub struct ScanRequest {
    /// Which page.
    pub door: ScanDoor,
    /// The corp.
    pub corp_id: CorpId,
    /// The agent.
    pub agent_id: AgentId,
    /// Where the browser goes afterwards.
    pub redirect_uri: RedirectUri,
    /// `state`, returned unchanged.
    pub state: Option<String>,
    /// `lang`, where it is `zh` or `en`.
    pub lang: Option<String>,
}

impl State {
    /// Judges a web-login or QR link. `source` is the `Referer` or `Origin` of the request.
    ///
    /// # Errors
    /// Fails with the error of dossier 9.2; the old QR page shows the same text for all of them.
    pub fn check_web_login(
        &self,
        door: ScanDoor,
        query: &WebLoginQuery,
        source: Option<&str>,
    ) -> Result<ScanRequest, LoginRefusal> {
        if door == ScanDoor::WebLogin {
            match query.login_type.as_deref() {
                Some("CorpApp") => {}
                Some("ServiceApp") => return Err(LoginRefusal::NotAProvider),
                _ => return Err(LoginRefusal::LoginType),
            }
        }
        let appid = query.appid.as_deref();
        let corp = appid
            .and_then(|appid| CorpId::parse(appid).ok())
            .and_then(|id| self.corps.get(&id))
            .ok_or(LoginRefusal::Appid)?;
        let agent = query.agent_id.as_deref();
        let agent = agent
            .and_then(parse_agent_id)
            .and_then(|id| corp.agents.get(&id))
            .ok_or(LoginRefusal::AgentId)?;
        let redirect_uri = self.check_login_redirect(agent, query.redirect_uri.as_deref())?;
        let is_from_page = source.is_some_and(|source| RedirectUri::parse(source).is_some());
        let wants_source = self.switches.web_login_source == WebLoginSource::Required;
        if door == ScanDoor::WebLogin && wants_source && !is_from_page {
            return Err(LoginRefusal::Source);
        }
        let is_known = |lang: &String| matches!(lang.as_str(), "zh" | "en");
        Ok(ScanRequest {
            door,
            corp_id: corp.id.clone(),
            agent_id: agent.id,
            redirect_uri,
            state: query.state.clone(),
            lang: query.lang.clone().filter(is_known),
        })
    }

    fn check_login_redirect(
        &self,
        agent: &Agent,
        redirect_uri: Option<&str>,
    ) -> Result<RedirectUri, LoginRefusal> {
        if !agent.is_enabled || agent.code_domains(true).next().is_none() {
            return Err(LoginRefusal::NotEnabled);
        }
        let text = redirect_uri.unwrap_or_default();
        if text.is_empty() {
            return Err(LoginRefusal::RedirectUriEmpty);
        }
        let parsed = RedirectUri::parse(text);
        let is_on = |uri: &RedirectUri| uri.is_on(agent.code_domains(true), &self.switches);
        parsed.filter(is_on).ok_or({
            if agent.web_callback_domains.is_empty() {
                LoginRefusal::TrustedDomain
            } else {
                LoginRefusal::CallbackDomain
            }
        })
    }
}
