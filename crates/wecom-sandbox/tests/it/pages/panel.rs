//! The web login in a frame (dossier 9.4) and quick login beside a desktop client (9.2). What a real
//! browser and the real SDK make of it is tried elsewhere; here are the rules.

use wecom_sandbox::world::{Domain, PanelLocalhost};

use crate::browser::Browser;
use crate::stage::{CORP, PORTAL, Stage};

const REDIRECT: &str = "https%3A%2F%2Fapp.example%2Fcallback%3Fcode%3Dold";

fn link(redirect: &str, more: &str) -> String {
    format!(
        "/wwlogin/sso/login?login_type=CorpApp&appid={CORP}&agentid={PORTAL}\
         &redirect_uri={redirect}&state=s1&{more}"
    )
}

async fn staged() -> (Stage, Browser) {
    let stage = Stage::start().await;
    stage.change_agent(PORTAL, |agent| {
        let domains = ["app.example", "localhost:8080"];
        agent.web_callback_domains = domains.map(|text| Domain::parse(text).unwrap()).into();
    });
    let mut browser = Browser::desktop(stage.addr());
    browser.referer = Some("https://app.example/");
    (stage, browser)
}

#[tokio::test]
async fn a_panel_may_be_framed_and_says_where_it_stands() {
    let (stage, mut browser) = staged().await;
    let page = browser
        .get(&link(REDIRECT, "version=2.4.4&redirect_type=callback"))
        .await;
    page.shows(r#"data-redirect="callback""#)
        .shows(r#"data-channel="true""#);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors http: https:"), "{policy}");
    assert!(policy.contains("script-src 'self'"), "{policy}");
    let key = page.between(r#"data-key=""#, "\"");
    let standing = format!("/_sandbox/panel/{key}");
    browser
        .get(&standing)
        .await
        .shows(r#"{"status":"waiting"}"#);
    let form = [("answer", "confirm"), ("person", "member:zhangsan")];
    browser.post(&format!("/_sandbox/scan/{key}"), &form).await;
    let over = browser.get(&standing).await;
    over.shows(r#""status":"confirmed""#);
    // The code of the sandbox, not the one the application's address has of its own.
    let code = over.between(r#""code":""#, "\"");
    assert_eq!(stage.exchange(&code).await["userid"], "zhangsan");
    let plain = browser.get(&link(REDIRECT, "")).await;
    let policy = plain.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
}

#[tokio::test]
async fn a_panel_that_hands_the_code_over_must_be_on_the_redirects_domain() {
    let (stage, mut browser) = staged().await;
    let callback = "version=2.4.4&redirect_type=callback";
    browser.referer = Some("https://other.example/");
    let refused = browser.get(&link(REDIRECT, callback)).await;
    refused
        .shows("页面域名与登录授权域名不一致")
        .shows(r#"data-error="0""#);
    for redirect_type in ["top", "self"] {
        let more = format!("version=2.4.4&redirect_type={redirect_type}");
        let shown = browser.get(&link(REDIRECT, &more)).await;
        shown.shows(&format!(r#"data-redirect="{redirect_type}""#));
    }
    browser.referer = Some("http://localhost:8080/");
    let local = "http%3A%2F%2Flocalhost%3A8080%2F";
    browser
        .get(&link(local, callback))
        .await
        .shows(r#"data-error="0""#);
    stage.world().change(|state, _| {
        state.switches.panel_localhost = PanelLocalhost::Admit;
    });
    browser.get(&link(local, callback)).await.shows("data-key");
}

#[tokio::test]
async fn a_fault_of_the_link_reaches_the_page_by_its_number() {
    let (_stage, mut browser) = staged().await;
    let wrong = link("https%3A%2F%2Fevil.example%2F", "version=2.4.4");
    browser.get(&wrong).await.shows(r#"data-error="-31020""#);
}

#[tokio::test]
async fn quick_login_needs_a_running_client_an_https_page_and_for_new_chromes_a_new_sdk() {
    let (stage, mut browser) = staged().await;
    let path = "/_sandbox/api/desktop_client";
    let panel = |version: &str| link(REDIRECT, &format!("version={version}"));
    let quick = r#"id="quick""#;
    let mut offered = async |referer: &'static str, version: &str| {
        browser.referer = Some(referer);
        browser.get(&panel(version)).await.body.contains(quick)
    };
    assert!(
        !offered("https://app.example/", "2.4.4").await,
        "nobody yet"
    );
    let mut admin = Browser::desktop(stage.addr());
    let on = r#"{"runs":"on","person":"member:zhangsan"}"#;
    assert_eq!(admin.json("PUT", path, on).await.status, 204);
    admin.get(path).await.shows("member:zhangsan");
    assert!(offered("https://app.example/", "2.4.4").await);
    assert!(offered("https://app.example/", "2.3.2").await);
    assert!(
        !offered("https://app.example/", "2.3.1").await,
        "Chrome 142"
    );
    assert!(!offered("http://app.example/", "2.4.4").await, "no https");
    let outside = r#"{"runs":"on","person":"member:sunqi"}"#;
    assert_eq!(admin.json("PUT", path, outside).await.status, 204);
    assert!(!offered("https://app.example/", "2.4.4").await, "range");
    assert_eq!(
        admin.json("PUT", path, r#"{"runs":"off"}"#).await.status,
        204
    );
    assert!(!offered("https://app.example/", "2.4.4").await, "off");
    let nobody = r#"{"runs":"on","person":"member:nobody"}"#;
    assert_eq!(admin.json("PUT", path, nobody).await.status, 404);
}
