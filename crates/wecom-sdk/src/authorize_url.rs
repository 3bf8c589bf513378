//! The addresses at WeCom that a browser visits to sign in.
//!
//! Checked parts go in, a [`Url`] comes out: every value percent-encoded exactly once, the fragment
//! last. Nothing here talks to anybody. Source: dossier sections 4, 9.2 and 9.3 (O-91022, O-98152,
//! O-91019).

mod link;
mod login_state;
#[cfg(test)]
mod tests;

use url::Url;

use crate::client::Endpoints;
use crate::ids::{AgentId, CorpId};
pub use link::InvalidRedirectUri;
use link::{Target, build};
pub use login_state::{InvalidState, LoginState};

/// What the person is asked for inside the WeCom client.
///
/// ```
/// use wecom_sdk::Scope;
///
/// assert_eq!(Scope::PrivateInfo.as_str(), "snsapi_privateinfo");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// `snsapi_base`: who it is, silently (静默授权).
    Base,
    /// `snsapi_privateinfo`: also sensitive fields, on a consent page (手动授权).
    PrivateInfo,
}

impl Scope {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Base => "snsapi_base",
            Self::PrivateInfo => "snsapi_privateinfo",
        }
    }
}

/// The language of WeCom's own pages.
///
/// ```
/// use wecom_sdk::{AgentId, CorpId, Endpoints, Entropy, Lang, LoginState, WebLoginLink};
///
/// let corp_id = CorpId::parse("ww5f1e2d3c4b5a6978")?;
/// let redirect_uri = "https://login.example.com/callback".parse()?;
/// let state = LoginState::draw(&Entropy::system())?;
/// let link = WebLoginLink::new(&corp_id, AgentId(1_000_002), &redirect_uri, &state)?;
/// let address = link.lang(Lang::En).to_url(&Endpoints::default());
/// assert!(address.as_str().contains("lang=en"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Lang {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }
}

/// The OAuth2 link (网页授权链接), for browsers inside the WeCom or WeChat client.
///
/// The agent id is always in it: with [`Scope::PrivateInfo`] WeCom wants it, and without it the two
/// halves of the official page contradict each other.
///
/// ```
/// use url::Url;
/// use wecom_sdk::{AgentId, CorpId, Endpoints, LoginState, OAuthLink, Scope};
///
/// let corp_id = CorpId::parse("ww5f1e2d3c4b5a6978")?;
/// let callback = Url::parse("https://login.example.com/_menshen/callback/hq")?;
/// let state = LoginState::parse("Zk3vQ9mPz81mWcYp0LsKq3vTz81mWcYp")?;
/// let link = OAuthLink::new(&corp_id, AgentId(1_000_002), &callback, &state, Scope::Base)?;
/// assert_eq!(
///     link.to_url(&Endpoints::default()).as_str(),
///     "https://open.weixin.qq.com/connect/oauth2/authorize?appid=ww5f1e2d3c4b5a6978\
///      &redirect_uri=https%3A%2F%2Flogin.example.com%2F_menshen%2Fcallback%2Fhq\
///      &response_type=code&scope=snsapi_base&state=Zk3vQ9mPz81mWcYp0LsKq3vTz81mWcYp\
///      &agentid=1000002#wechat_redirect"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Official page: <https://developer.work.weixin.qq.com/document/path/91022>.
#[derive(Clone, Debug)]
pub struct OAuthLink {
    target: Target,
    scope: Scope,
}

impl OAuthLink {
    /// Takes the parts of a link.
    ///
    /// # Errors
    /// Fails when `redirect_uri` is not an http or https address of a host, or has a user name or a
    /// fragment.
    pub fn new(
        corp_id: &CorpId,
        agent_id: AgentId,
        redirect_uri: &Url,
        state: &LoginState,
        scope: Scope,
    ) -> Result<Self, InvalidRedirectUri> {
        let target = Target::new(corp_id, agent_id, redirect_uri, state)?;
        Ok(Self { target, scope })
    }

    /// The address to send the browser to.
    #[must_use]
    pub fn to_url(&self, endpoints: &Endpoints) -> Url {
        let target = &self.target;
        let mut url = build(
            &endpoints.open,
            "connect/oauth2/authorize",
            &[
                ("appid", target.corp_id.as_str()),
                ("redirect_uri", target.redirect_uri.as_str()),
                ("response_type", "code"),
                ("scope", self.scope.as_str()),
                ("state", target.state.as_str()),
                ("agentid", &target.agent_id.to_string()),
            ],
        );
        url.set_fragment(Some("wechat_redirect"));
        url
    }
}

/// The two links for desktop browsers have the same parts and differ in their address.
macro_rules! desktop_link {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            target: Target,
            lang: Option<Lang>,
        }

        impl $name {
            /// Takes the parts of a link.
            ///
            /// # Errors
            /// As [`OAuthLink::new`].
            pub fn new(
                corp_id: &CorpId,
                agent_id: AgentId,
                redirect_uri: &Url,
                state: &LoginState,
            ) -> Result<Self, InvalidRedirectUri> {
                let target = Target::new(corp_id, agent_id, redirect_uri, state)?;
                Ok(Self { target, lang: None })
            }

            /// Chooses the language of WeCom's page.
            #[must_use]
            pub fn lang(mut self, lang: Lang) -> Self {
                self.lang = Some(lang);
                self
            }

            /// The parts as they stand in the query.
            fn query(&self, before: &[(&'static str, &str)], base: &Url, path: &str) -> Url {
                let agent_id = self.target.agent_id.to_string();
                let mut pairs = before.to_vec();
                pairs.extend(self.target.pairs(&agent_id));
                pairs.extend(self.lang.map(|lang| ("lang", lang.as_str())));
                build(base, path, &pairs)
            }
        }
    };
}

desktop_link!(
    /// The web-login link (企业微信Web登录), for desktop browsers.
    ///
    /// Its code never yields a `user_ticket`: there is no scope to ask for.
    ///
    /// ```
    /// use wecom_sdk::{AgentId, CorpId, Endpoints, Lang, LoginState, WebLoginLink};
    ///
    /// let corp_id = CorpId::parse("ww5f1e2d3c4b5a6978")?;
    /// let callback = "https://login.example.com/callback".parse()?;
    /// let state = LoginState::parse("Zk3vQ9mPz81mWcYp0LsKq3vTz81mWcYp")?;
    /// let link = WebLoginLink::new(&corp_id, AgentId(1_000_002), &callback, &state)?.lang(Lang::En);
    /// let link = link.to_url(&Endpoints::default());
    /// assert!(link.as_str().starts_with("https://login.work.weixin.qq.com/wwlogin/sso/login?"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/98152>.
    WebLoginLink
);
desktop_link!(
    /// The old QR link (扫码登录), for desktop browsers. WeCom still serves it and advises against it.
    ///
    /// It is the one link whose refusal is documented: the browser comes back with a state and no code.
    ///
    /// ```
    /// use wecom_sdk::{AgentId, CorpId, Endpoints, LoginState, QrLink};
    ///
    /// let corp_id = CorpId::parse("ww5f1e2d3c4b5a6978")?;
    /// let callback = "https://login.example.com/callback".parse()?;
    /// let state = LoginState::parse("Zk3vQ9mPz81mWcYp0LsKq3vTz81mWcYp")?;
    /// let link = QrLink::new(&corp_id, AgentId(1_000_002), &callback, &state)?;
    /// let link = link.to_url(&Endpoints::default());
    /// assert!(link.as_str().starts_with("https://open.work.weixin.qq.com/wwopen/sso/qrConnect?"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/91019>.
    QrLink
);

impl WebLoginLink {
    /// The address to send the browser to.
    #[must_use]
    pub fn to_url(&self, endpoints: &Endpoints) -> Url {
        self.query(
            &[("login_type", "CorpApp")],
            &endpoints.login,
            "wwlogin/sso/login",
        )
    }
}

impl QrLink {
    /// The address to send the browser to.
    #[must_use]
    pub fn to_url(&self, endpoints: &Endpoints) -> Url {
        self.query(&[], &endpoints.old_qr(), "wwopen/sso/qrConnect")
    }
}
