//! From nothing to a signed-in member: the program of the guide, which a walk runs against the sandbox.
use std::sync::Arc;

use url::Url;
use wecom_sdk::{
    AgentId, Client, CorpId, Endpoints, Entropy, LoginState, OAuthLink, Scope, Secret, UserId,
    Visitor, WebLoginLink,
};

type Failure = Box<dyn std::error::Error>;

/// One client for each agent, made once: it keeps the access token.
pub fn client(wecom: Endpoints, corp: &str, agent: u32, secret: &str) -> Result<Client, Failure> {
    let secret = Arc::new(Secret::new(secret));
    let builder = Client::builder(CorpId::parse(corp)?, AgentId(agent), secret);
    Ok(builder.endpoints(wecom).build()?)
}

/// `GET /login`: where to send the browser. Keep the state in a cookie of that browser.
pub fn begin(client: &Client, callback: &Url, device: &str) -> Result<(Url, LoginState), Failure> {
    let (corp_id, wecom) = (client.corp_id(), client.endpoints());
    let agent_id = client.agent_id().ok_or("contact sync signs nobody in")?;
    let state = LoginState::draw(&Entropy::system())?;
    let link = if device.contains("wxwork") {
        OAuthLink::new(corp_id, agent_id, callback, &state, Scope::Base)?.to_url(wecom)
    } else {
        WebLoginLink::new(corp_id, agent_id, callback, &state)?.to_url(wecom)
    };
    Ok((link, state))
}

/// `GET /callback?code=…&state=…`: who came back, given the state of the browser's cookie.
pub async fn finish(client: &Client, asked_for: &Url, cookie: &str) -> Result<UserId, Failure> {
    let value = |name| {
        let mut pairs = asked_for.query_pairs();
        Some(pairs.find(|pair| pair.0 == name)?.1)
    };
    // Security: only the browser that began may finish.
    if value("state").as_deref() != Some(cookie) {
        return Err("please start again".into());
    }
    let code = Secret::new(value("code").ok_or("you declined")?);
    match client.user_info(&code).await {
        Ok(Visitor::Member { user_id, .. }) => Ok(client.member(&user_id).await?.user_id),
        Ok(_) => Err("not one of us".into()),
        Err(error) if error.is_code_spent() => Err("please start again".into()),
        Err(error) => Err(error.into()),
    }
}
