//! What the pages say besides WeCom's own words: in both languages, fitting who stands there and where.

use http_body_util::Full;
use hyper::Request;

use super::{login_query, oauth_link};
use crate::browser::Browser;
use crate::client::send;
use crate::stage::Stage;

/// The address of a scan page that waits.
async fn scan(stage: &Stage) -> String {
    let mut desktop = Browser::desktop(stage.addr());
    desktop.referer = Some("http://127.0.0.1:8080/");
    let shown = desktop
        .get(&format!("/wwlogin/sso/login?{}", login_query(&[])))
        .await;
    shown.between("content=\"2; url=", "\"")
}

#[tokio::test]
async fn every_explanation_stands_there_in_english_and_in_chinese() {
    let stage = Stage::start().await;
    let mut phone = Browser::wecom(stage.addr());
    phone.become_person("member:sunqi").await;
    let mut paths = vec![
        oauth_link(&[("appid", "ww1")]),
        oauth_link(&[("scope", "x")]),
        oauth_link(&[("scope", "snsapi_privateinfo")]),
        "/wwopen/uriconfirm?err_type=domain_err&uri=http%3A%2F%2Fa.example%2F".to_owned(),
        "/wwopen/sso/confirm2?k=unknown".to_owned(),
        "/_sandbox/consent/unknown".to_owned(),
    ];
    for (name, value) in [
        ("login_type", "x"),
        ("login_type", "ServiceApp"),
        ("appid", "ww1"),
        ("agentid", "1"),
        ("redirect_uri", ""),
        ("redirect_uri", "http://a.example/"),
        ("state", "x"),
    ] {
        paths.push(format!(
            "/wwlogin/sso/login?{}",
            login_query(&[(name, value)])
        ));
    }
    for path in paths {
        let page = phone.get(&path).await;
        page.shows("<p lang=\"en\"><strong>What to do:</strong> ")
            .shows("<p><strong>怎么办：</strong>")
            .shows("<html lang=\"zh-CN\">");
        let why = page.between("仅沙箱可见</h2>", "<strong>");
        let (en, zh) = why.split_once("</p>").unwrap();
        let is_chinese = |text: &str| text.chars().any(|c| ('一'..='龥').contains(&c));
        assert!(en.contains("<p lang=\"en\">"), "{path}: {why}");
        assert!(
            !is_chinese(en.trim_start_matches("<p lang=\"en\">")),
            "{path}: {en}"
        );
        assert!(is_chinese(zh), "{path}: {zh}");
    }
}

#[tokio::test]
async fn only_a_member_is_told_to_be_put_into_the_visible_range() {
    let stage = Stage::start().await;
    let scan = scan(&stage).await;
    let mut desktop = Browser::desktop(stage.addr());
    for (person, remedy) in [
        ("member:sunqi", "Add the member"),
        (
            "stranger:oSandboxStranger0000000000001",
            "Be one of the members",
        ),
        (
            "customer:wmSandboxCustomer00000000000002",
            "Be one of the members",
        ),
        (
            "linked:ww00aa11bb22cc33dd/qianba",
            "Be one of the corp's own members",
        ),
    ] {
        let form = [("answer", "confirm"), ("person", person)];
        let page = desktop.post(&scan, &form).await;
        page.shows("无权限");
        let told = page.body.replace("&#39;", "'");
        assert!(told.contains(remedy), "{person}: {told}");
    }
}

#[tokio::test]
async fn a_phone_is_spoken_of_only_where_one_can_come() {
    let stage = Stage::start().await;
    let scan = scan(&stage).await;
    for (host, can_a_phone) in [
        ("127.0.0.1:7700", false),
        ("localhost:7700", false),
        ("[::1]:7700", false),
        ("192.168.1.5:7700", true),
        ("sandbox.example", true),
    ] {
        let request = Request::get(&scan).header("host", host);
        let request = request.body(Full::default()).unwrap();
        let page = send(stage.addr(), request).await.unwrap();
        let page = String::from_utf8(page.body.to_vec()).unwrap();
        assert_eq!(
            page.contains("a phone that reaches this address can"),
            can_a_phone,
            "{host}"
        );
        assert_eq!(
            page.contains("which a phone cannot open"),
            !can_a_phone,
            "{host}"
        );
    }
}

#[tokio::test]
async fn every_page_has_a_way_back_and_no_link_a_stray_ampersand() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    desktop.become_person("member:zhangsan").await;
    desktop
        .get("/_sandbox/client")
        .await
        .shows("href=\"/_sandbox/\"");
    desktop
        .get("/_sandbox/consents")
        .await
        .shows("href=\"/_sandbox/grants\"");
    for page in [
        "agents",
        "members",
        "departments",
        "tags",
        "agents/edit?agent=1000002",
    ] {
        let page = desktop.get(&format!("/_sandbox/{page}")).await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("?&"), "{}", page.body);
    }
}
