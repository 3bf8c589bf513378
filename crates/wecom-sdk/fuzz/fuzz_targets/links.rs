//! Any redirect address and state in every link: refused, or carried whole, once, to WeCom's own host.
#![no_main]

use libfuzzer_sys::fuzz_target;
use url::Url;
use wecom_sdk::{
    AgentId, CorpId, Endpoints, IpRange, LinkedUserId, LoginState, OAuthLink, QrLink, Scope,
    UserId, WebLoginLink,
};

fn check(url: &Url, host: &str, redirect_uri: &Url, state: &str) {
    assert_eq!((url.scheme(), url.host_str()), ("https", Some(host)));
    let again = Url::parse(url.as_str()).expect("a link is an address");
    assert_eq!(&again, url);
    let pairs: Vec<_> = url.query_pairs().collect();
    let only = |name: &str| {
        let mut named = pairs.iter().filter(|(other, _)| other == name);
        let value = named.next().expect("it is there").1.clone();
        assert!(named.next().is_none(), "{name} is there twice");
        value
    };
    assert_eq!(only("redirect_uri"), redirect_uri.as_str());
    assert_eq!(only("state"), state);
    assert_eq!(
        (only("appid").as_ref(), only("agentid").as_ref()),
        ("ww1", "7")
    );
}

fuzz_target!(|input: (&str, &str, &str)| {
    let (redirect_uri, state, other) = input;
    let _range = IpRange::parse(other).contains(std::net::Ipv4Addr::LOCALHOST.into());
    if let Ok(id) = UserId::parse(other) {
        assert!(!id.as_str().contains('/'));
    }
    if let Ok(id) = LinkedUserId::parse(other) {
        assert_eq!(id.to_string(), other);
    }
    let (Ok(corp_id), Ok(redirect_uri)) = (CorpId::parse("ww1"), Url::parse(redirect_uri)) else {
        return;
    };
    let given = "Zk3vQ9mPz81mWcYp";
    let parsed = LoginState::parse(state).or_else(|_| LoginState::parse(given));
    let parsed = parsed.expect("one of them is a state");
    let endpoints = Endpoints::default();
    let agent_id = AgentId(7);
    let Ok(link) = OAuthLink::new(&corp_id, agent_id, &redirect_uri, &parsed, Scope::Base) else {
        return;
    };
    assert!(matches!(redirect_uri.scheme(), "http" | "https"));
    assert!(redirect_uri.fragment().is_none() && redirect_uri.username().is_empty());
    let link = link.to_url(&endpoints);
    assert_eq!(link.fragment(), Some("wechat_redirect"));
    check(&link, "open.weixin.qq.com", &redirect_uri, parsed.as_str());
    let web =
        WebLoginLink::new(&corp_id, agent_id, &redirect_uri, &parsed).expect("the same rules");
    check(
        &web.to_url(&endpoints),
        "login.work.weixin.qq.com",
        &redirect_uri,
        parsed.as_str(),
    );
    let qr = QrLink::new(&corp_id, agent_id, &redirect_uri, &parsed).expect("the same rules");
    check(
        &qr.to_url(&endpoints),
        "open.work.weixin.qq.com",
        &redirect_uri,
        parsed.as_str(),
    );
});
