//! The address at WeCom that a browser is sent to (product rule 1).
//!
//! In: the door, the login state and a language. Out: an address of the sdk's builders, for this
//! connector's own callback path. Never: puts anything of the request into it.

use menshen_store::Door;
use url::Url;
use wecom_sdk::{InvalidRedirectUri, Lang, LoginState, OAuthLink, Scope, WebLoginLink};

use super::Connector;

impl Connector {
    /// The address behind a door, for this state. The way back is this connector's own callback path:
    /// WeCom names no issuer, so the path is what tells one corp's answer from another's.
    pub(crate) fn address(
        &self,
        door: Door,
        state: &LoginState,
        lang: Lang,
    ) -> Result<Url, InvalidRedirectUri> {
        let config = &self.0.config;
        let (corp_id, agent_id) = (&config.corp_id, config.agent_id);
        let endpoints = self.0.client.endpoints();
        let redirect_uri = &self.0.redirect_uri;
        match door {
            Door::InApp => {
                let scope = self.scope();
                let link = OAuthLink::new(corp_id, agent_id, redirect_uri, state, scope)?;
                Ok(link.to_url(endpoints))
            }
            Door::Scan => {
                let link = WebLoginLink::new(corp_id, agent_id, redirect_uri, state)?;
                Ok(link.lang(lang).to_url(endpoints))
            }
        }
    }

    /// Silent unless the operator asked for personal fields: only those need a consent page.
    fn scope(&self) -> Scope {
        if self.0.config.private_info.is_empty() {
            Scope::Base
        } else {
            Scope::PrivateInfo
        }
    }
}
