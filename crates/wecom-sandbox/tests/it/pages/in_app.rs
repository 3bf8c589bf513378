//! `/connect/oauth2/authorize` and `/wwopen/uriconfirm`.

use wecom_sandbox::Seed;
use wecom_sandbox::world::{
    AbsentState, BadState, DisabledMembers, PrivateInfoWithoutAgent, UserInfoScope,
};

use super::{code_in, oauth_link};
use crate::browser::Browser;
use crate::stage::Stage;

async fn as_zhangsan(stage: &Stage) -> Browser {
    let mut phone = Browser::wecom(stage.addr());
    phone.become_person("member:zhangsan").await;
    phone
}

#[tokio::test]
async fn a_known_person_is_sent_back_at_once_each_time_with_another_code() {
    let stage = Stage::start().await;
    let mut phone = as_zhangsan(&stage).await;
    let answer = phone.get(&oauth_link(&[])).await;
    assert_eq!(answer.status, 302);
    let first = code_in(answer.location());
    let expected = format!("http://127.0.0.1:8080/cb?code={first}&state=abc");
    assert_eq!(answer.location(), expected);
    let second = code_in(phone.get(&oauth_link(&[])).await.location());
    assert_ne!(first, second);
    let rules = stage.rules("/connect/oauth2/authorize");
    assert_eq!(rules, ["authorize.code (15.2 step 6)"; 2]);
}

#[tokio::test]
async fn an_ordinary_browser_gets_the_client_only_page_until_it_plays_the_client() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    desktop.become_person("member:zhangsan").await;
    let answer = desktop.get(&oauth_link(&[])).await;
    answer.shows("抱歉，出错了").shows("请在微信客户端打开链接");
    desktop.post("/_sandbox/client", &[("client", "on")]).await;
    code_in(desktop.get(&oauth_link(&[])).await.location());
    desktop.post("/_sandbox/client", &[("client", "off")]).await;
    desktop
        .get(&oauth_link(&[]))
        .await
        .shows("请在微信客户端打开链接");
}

#[tokio::test]
async fn a_browser_is_asked_once_who_it_is() {
    let stage = Stage::start().await;
    let mut phone = Browser::wecom(stage.addr());
    let link = oauth_link(&[]);
    let asked = phone.get(&link).await;
    asked
        .shows("你是谁？")
        .shows("张三")
        .shows("孙七")
        .shows("qianba");
    let chosen = [("person", "member:lisi"), ("next", link.as_str())];
    let answer = phone.post("/_sandbox/person", &chosen).await;
    assert_eq!((answer.status, answer.location()), (303, link.as_str()));
    code_in(phone.get(&link).await.location());
}

#[tokio::test]
async fn code_and_state_stand_before_the_fragment_and_after_the_query() {
    let stage = Stage::start().await;
    let mut phone = as_zhangsan(&stage).await;
    let uri = "http://127.0.0.1:8080/a?x=1#/login";
    let answer = phone.get(&oauth_link(&[("redirect_uri", uri)])).await;
    let code = code_in(answer.location());
    let expected = format!("http://127.0.0.1:8080/a?x=1&code={code}&state=abc#/login");
    assert_eq!(answer.location(), expected);
}

/// Each of these ends on the page of the domain, and no code is issued.
#[tokio::test]
async fn foreign_domains_and_wrong_agents_end_on_uriconfirm() {
    let stage = Stage::start().await;
    let mut phone = as_zhangsan(&stage).await;
    for (name, value) in [
        ("redirect_uri", "http://127.0.0.1/cb"),
        ("redirect_uri", "http://127.0.0.1:8081/cb"),
        ("redirect_uri", "http://127.0.0.1:8090/cb"),
        ("redirect_uri", "https://evil.example/cb"),
        ("redirect_uri", "http://127.0.0.1:8080.evil.example/cb"),
        ("redirect_uri", "http://127.0.0.1:8080@evil.example/cb"),
        ("redirect_uri", "http%3A%2F%2F127.0.0.1%3A8080%2Fcb"),
        ("redirect_uri", "/cb"),
        ("redirect_uri", "ftp://127.0.0.1:8080/cb"),
        ("redirect_uri", ""),
        ("agentid", "null"),
        ("agentid", "1000009"),
        ("agentid", "+1000002"),
        ("agentid", "1000003"),
    ] {
        let answer = phone.get(&oauth_link(&[(name, value)])).await;
        let location = answer.location().to_owned();
        let is_right = location.starts_with("/wwopen/uriconfirm?err_type=domain_err");
        assert!(is_right, "{name}={value}: {location}");
        let page = phone.get(&location).await;
        page.shows("redirect_uri需使用应用可信域名")
            .shows("127.0.0.1:8080");
    }
    let rules = stage.rules("/connect/oauth2/authorize");
    assert_eq!(rules.len(), 14);
    let issued = rules
        .iter()
        .filter(|rule| rule.starts_with("authorize.code"));
    assert_eq!(issued.count(), 0, "{rules:?}");
}

#[tokio::test]
async fn the_page_of_the_domain_says_what_is_probably_wrong() {
    let stage = Stage::start().await;
    let mut phone = Browser::wecom(stage.addr());
    for (uri, hint) in [
        ("", "has no redirect_uri"),
        ("http%253A%252F%252Fa.example", "encoded twice"),
        ("%2Fcb", "not an absolute"),
        (
            "http%3A%2F%2F127.0.0.1%3A8090%2F",
            "trusted by agent 1000003",
        ),
        ("http%3A%2F%2F127.0.0.1%2F", "with another port"),
        ("http%3A%2F%2Fa.example%2F", "equals no trusted domain"),
    ] {
        let path = format!("/wwopen/uriconfirm?err_type=domain_err&uri={uri}");
        phone.get(&path).await.shows(hint);
    }
    let hostile = "/wwopen/uriconfirm?err_type=domain_err&uri=%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let page = phone.get(hostile).await;
    assert!(!page.body.contains("<script"), "{}", page.body);
}

/// Each of these is a page with WeCom's heading, and no code is issued.
#[tokio::test]
async fn other_faults_of_the_link_are_pages() {
    let stage = Stage::start().await;
    let mut phone = as_zhangsan(&stage).await;
    let long = "a".repeat(129);
    for (name, value, hint) in [
        ("appid", "ww0000000000000000", "is no corp"),
        ("appid", "", "is no corp"),
        ("response_type", "token", "response_type=code"),
        ("response_type", "", "response_type=code"),
        ("scope", "snsapi_userinfo", "snsapi_privateinfo"),
        ("scope", "", "snsapi_privateinfo"),
        ("state", "a-b", "letters and digits"),
        ("state", "状态", "letters and digits"),
        ("state", long.as_str(), "letters and digits"),
    ] {
        let answer = phone.get(&oauth_link(&[(name, value)])).await;
        answer.shows("抱歉，出错了").shows(hint);
    }
    let without = [("scope", "snsapi_privateinfo"), ("agentid", "")];
    phone
        .get(&oauth_link(&without))
        .await
        .shows("came without agentid");
}

#[tokio::test]
async fn a_state_of_128_letters_and_no_state_are_fine() {
    let stage = Stage::start().await;
    let mut phone = as_zhangsan(&stage).await;
    let longest = "Az9x".repeat(32);
    let answer = phone.get(&oauth_link(&[("state", &longest)])).await;
    assert!(answer.location().ends_with(&format!("&state={longest}")));
    let answer = phone.get(&oauth_link(&[("state", "")])).await;
    assert!(
        !answer.location().contains("state"),
        "{}",
        answer.location()
    );
}

#[tokio::test]
async fn without_agentid_base_needs_only_some_agent_with_the_domain() {
    let stage = Stage::start().await;
    let mut phone = as_zhangsan(&stage).await;
    code_in(phone.get(&oauth_link(&[("agentid", "")])).await.location());
    let foreign = [("agentid", ""), ("redirect_uri", "http://a.example/")];
    let answer = phone.get(&oauth_link(&foreign)).await;
    assert!(answer.location().starts_with("/wwopen/uriconfirm?"));
}

#[tokio::test]
async fn base_is_silent_for_everybody_but_a_disabled_member() {
    let stage = Stage::start().await;
    let mut phone = Browser::wecom(stage.addr());
    let people = stage.world().read(|state, _| {
        let corp = state.corps.values().next().unwrap();
        corp.people()
    });
    assert!(people.len() > 6);
    for person in people {
        let key = person.key().to_string();
        phone.become_person(&key).await;
        let answer = phone.get(&oauth_link(&[])).await;
        if key == "member:zhaoliu" {
            answer.shows("抱歉，出错了").shows("disabled");
        } else {
            code_in(answer.location());
        }
    }
}

#[tokio::test]
async fn private_info_is_refused_outside_the_visible_range() {
    let stage = Stage::start().await;
    let mut phone = Browser::wecom(stage.addr());
    for (key, hint) in [
        ("member:sunqi", "visible range"),
        ("member:zhaoliu", "disabled"),
    ] {
        phone.become_person(key).await;
        let answer = phone
            .get(&oauth_link(&[("scope", "snsapi_privateinfo")]))
            .await;
        answer.shows("抱歉，出错了").shows(hint);
    }
}

#[tokio::test]
async fn switches_choose_the_other_reading() {
    let mut seed = Seed::standard();
    seed.switches.private_info_without_agent = PrivateInfoWithoutAgent::Base;
    seed.switches.user_info_scope = UserInfoScope::Base;
    seed.switches.bad_state = BadState::Pass;
    seed.switches.absent_state = AbsentState::Empty;
    seed.switches.disabled_members = DisabledMembers::Admit;
    let stage = Stage::start_with(seed).await;
    let mut phone = Browser::wecom(stage.addr());
    phone.become_person("member:zhaoliu").await;
    for changes in [
        [("scope", "snsapi_privateinfo"), ("agentid", "")],
        [("scope", "snsapi_userinfo"), ("state", "a")],
    ] {
        code_in(phone.get(&oauth_link(&changes)).await.location());
    }
    let answer = phone.get(&oauth_link(&[("state", "a@b&c")])).await;
    assert!(answer.location().ends_with("&state=a%40b%26c"));
    let answer = phone.get(&oauth_link(&[("state", "")])).await;
    assert!(answer.location().ends_with("&state="));
}
