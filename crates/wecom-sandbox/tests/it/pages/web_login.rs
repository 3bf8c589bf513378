//! `/wwlogin/sso/login` and `/wwopen/sso/qrConnect`: who gets a QR code.

use wecom_sandbox::Seed;
use wecom_sandbox::world::{Domain, WebLoginSource};
use wecom_sdk::AgentId;

use super::login_query;
use crate::browser::Browser;
use crate::stage::Stage;

const APP: &str = "http://127.0.0.1:8080/";

fn web_login(changes: &[(&str, &str)]) -> String {
    format!("/wwlogin/sso/login?{}", login_query(changes))
}

fn qr_connect(changes: &[(&str, &str)]) -> String {
    format!("/wwopen/sso/qrConnect?{}", login_query(changes))
}

fn from_app(stage: &Stage) -> Browser {
    let mut desktop = Browser::desktop(stage.addr());
    desktop.referer = Some(APP);
    desktop
}

#[tokio::test]
async fn both_pages_show_a_qr_code_and_ask_again_by_themselves() {
    let stage = Stage::start().await;
    let mut desktop = from_app(&stage);
    for path in [web_login(&[]), qr_connect(&[])] {
        let page = desktop.get(&path).await;
        page.shows("企业微信登录")
            .shows("class=\"qr\"")
            .shows("门户");
        let refresh = page.between("http-equiv=\"refresh\" content=\"", "\"");
        assert!(refresh.starts_with("2; url=/_sandbox/scan/"), "{refresh}");
    }
}

#[tokio::test]
async fn each_fault_of_the_web_login_has_its_number() {
    let stage = Stage::start().await;
    let mut desktop = from_app(&stage);
    for (name, value, number) in [
        ("login_type", "", "-31040"),
        ("login_type", "corpapp", "-31040"),
        ("login_type", "ServiceApp", "-31034"),
        ("appid", "", "-31027"),
        ("appid", "ww0000000000000000", "-31027"),
        ("agentid", "", "-31028"),
        ("agentid", "1000009", "-31028"),
        ("agentid", "null", "-31028"),
        ("agentid", "+1000002", "-31028"),
        ("redirect_uri", "", "-31035"),
        ("redirect_uri", "http://127.0.0.1/cb", "-31020"),
        ("redirect_uri", "http://127.0.0.1:8090/cb", "-31020"),
        (
            "redirect_uri",
            "http%3A%2F%2F127.0.0.1%3A8080%2Fcb",
            "-31020",
        ),
    ] {
        let page = desktop.get(&web_login(&[(name, value)])).await;
        page.shows(&format!("<code>{number}</code>"));
        assert!(!page.body.contains("class=\"qr\""), "{name}={value}");
    }
}

#[tokio::test]
async fn an_app_without_callback_domain_names_the_trusted_domain() {
    let stage = Stage::start_with(seed_with(|agent| agent.web_callback_domains.clear())).await;
    let mut desktop = from_app(&stage);
    desktop.get(&web_login(&[])).await.shows("class=\"qr\"");
    let foreign = web_login(&[("redirect_uri", "http://a.example/")]);
    desktop.get(&foreign).await.shows("-31039");
}

#[tokio::test]
async fn an_app_without_any_domain_or_switched_off_has_no_web_login() {
    let bare = seed_with(|agent| {
        agent.web_callback_domains.clear();
        agent.oauth_domain = None;
    });
    let off = seed_with(|agent| agent.is_enabled = false);
    for seed in [bare, off] {
        let stage = Stage::start_with(seed).await;
        from_app(&stage).get(&web_login(&[])).await.shows("-31037");
    }
}

#[tokio::test]
async fn the_callback_domain_counts_for_web_logins_only() {
    let other = Domain::parse("app.example").unwrap();
    let stage = Stage::start_with(seed_with(|agent| {
        agent.web_callback_domains = vec![other];
    }))
    .await;
    let uri = [("redirect_uri", "https://app.example/cb")];
    from_app(&stage)
        .get(&web_login(&uri))
        .await
        .shows("class=\"qr\"");
    let mut phone = Browser::wecom(stage.addr());
    let answer = phone.get(&super::oauth_link(&uri)).await;
    assert!(answer.location().starts_with("/wwopen/uriconfirm?"));
}

fn seed_with(change: impl FnOnce(&mut wecom_sandbox::world::Agent)) -> Seed {
    let mut seed = Seed::standard();
    change(seed.corps[0].agents.get_mut(&AgentId(1_000_002)).unwrap());
    seed
}

#[tokio::test]
async fn the_web_login_wants_to_know_where_the_visitor_comes_from() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    desktop.get(&web_login(&[])).await.shows("-31033");
    desktop.get(&qr_connect(&[])).await.shows("class=\"qr\"");

    let mut seed = Seed::standard();
    seed.switches.web_login_source = WebLoginSource::Unchecked;
    let stage = Stage::start_with(seed).await;
    let mut desktop = Browser::desktop(stage.addr());
    desktop.get(&web_login(&[])).await.shows("class=\"qr\"");
}

#[tokio::test]
async fn the_old_page_has_one_sentence_for_every_fault() {
    let stage = Stage::start().await;
    let mut desktop = from_app(&stage);
    for (name, value) in [
        ("appid", "x"),
        ("agentid", ""),
        ("redirect_uri", ""),
        ("redirect_uri", "https://evil.example/"),
    ] {
        let page = desktop.get(&qr_connect(&[(name, value)])).await;
        page.shows("该链接无法访问");
        assert!(!page.body.contains("errCode"), "{name}={value}");
    }
}
