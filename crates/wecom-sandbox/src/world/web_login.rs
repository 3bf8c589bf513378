//! The web-login page and the old QR page, judged (dossier 9.2, 9.3).
//!
//! In: the query of `/wwlogin/sso/login` or `/wwopen/sso/qrConnect`. Out: the number of the error
//! that page shows, or a checked request for a scan. It issues nothing: see [`super::scan`].

use serde::{Deserialize, Serialize};
use wecom_sdk::{AgentId, CorpId};

use super::agent::Agent;
use super::authorize::parse_agent_id;
use super::domain::RedirectUri;
use super::state::State;
use super::switch::{PanelLocalhost, WebLoginSource};

/// Which of the two pages it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// `version`: what the SDK's panel adds (9.4)
    pub version: Option<String>,
    /// `redirect_type` of a panel
    pub redirect_type: Option<String>,
    /// `panel_size` of a panel
    pub panel_size: Option<String>,
}

/// How a panel ends (9.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RedirectType {
    /// The top window goes to the application.
    #[default]
    Top,
    /// The page that embeds the panel gets the code.
    Callback,
    /// The frame itself goes to the application.
    Itself,
}

impl RedirectType {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Top => "top",
            Self::Callback => "callback",
            Self::Itself => "self",
        }
    }
}

/// A web login inside a frame (9.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panel {
    /// How it ends.
    pub redirect: RedirectType,
    /// `version`: that of the SDK.
    pub version: String,
    /// `panel_size=small`
    pub is_small: bool,
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
                "version" => &mut read.version,
                "redirect_type" => &mut read.redirect_type,
                "panel_size" => &mut read.panel_size,
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
    /// The page of a panel with `callback` is not on the redirect's domain. Its number is not on record.
    PanelDomain,
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
            Self::PanelDomain => 0,
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
            Self::PanelDomain => "web_login.panel_domain (9.4)",
            Self::Source => "web_login.source (9.2, -31033)",
        }
    }
}

/// A scan page that may be shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    /// The frame it is shown in.
    pub panel: Option<Panel>,
}

impl WebLoginQuery {
    /// The frame that the link says it is in.
    fn panel(&self) -> Option<Panel> {
        let redirect = match self.redirect_type.as_deref() {
            Some("callback") => RedirectType::Callback,
            Some("self") => RedirectType::Itself,
            _ => RedirectType::Top,
        };
        Some(Panel {
            redirect,
            version: self.version.clone()?,
            is_small: self.panel_size.as_deref() == Some("small"),
        })
    }
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
        let panel = query.panel().filter(|_| door == ScanDoor::WebLogin);
        if let Some(panel) = &panel {
            self.check_panel(panel, &redirect_uri, source)?;
        }
        let is_known = |lang: &String| matches!(lang.as_str(), "zh" | "en");
        Ok(ScanRequest {
            door,
            corp_id: corp.id.clone(),
            agent_id: agent.id,
            redirect_uri,
            state: query.state.clone(),
            lang: query.lang.clone().filter(is_known),
            panel,
        })
    }

    /// With `callback` the page gets the code itself: it must be on the redirect's own domain (9.4).
    fn check_panel(
        &self,
        panel: &Panel,
        redirect_uri: &RedirectUri,
        source: Option<&str>,
    ) -> Result<(), LoginRefusal> {
        if panel.redirect != RedirectType::Callback {
            return Ok(());
        }
        let page = source.and_then(RedirectUri::parse);
        let page = page.as_ref().map_or("", RedirectUri::domain);
        let name = page.split_once(':').map_or(page, |(name, _)| name);
        let is_local =
            name == "localhost" && self.switches.panel_localhost == PanelLocalhost::Refuse;
        if page == redirect_uri.domain() && !is_local {
            Ok(())
        } else {
            Err(LoginRefusal::PanelDomain)
        }
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
