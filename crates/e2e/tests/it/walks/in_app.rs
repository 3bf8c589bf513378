//! The door inside the WeCom client: silent.

use e2e::browser::Device;
use e2e::stage::{Connector, Stage};
use insta::assert_snapshot;

#[tokio::test]
async fn in_app_silent() {
    let stage = Stage::start().await;
    let mut browser = stage.browser(Device::WeComPhone);
    let start = stage.address("/_menshen/login?return_to=/");
    browser.visit(&start).await;
    browser
        .trail()
        .remark("the sandbox asks once who holds the phone");
    browser.press("张三").await;
    browser.settle().await;
    assert!(browser.text().contains("张三"), "{}", browser.text());
    assert_snapshot!(browser.take_trail());

    let who = stage.who(&browser).await.unwrap();
    assert_eq!(who["preferred_username"], "zhangsan");
    assert_eq!(who["name"], "张三");
    assert_eq!(who["wecom_connector"], "hq");
    assert_eq!(who["session"]["door"], "in_app");
    assert_eq!(stage.wire.count("gettoken"), 1);
    assert_eq!(stage.wire.count("auth/getuserinfo"), 1);
    assert_eq!(stage.wire.count("user/get"), 1);
    assert_eq!(stage.wire.count("auth/getuserdetail"), 0);
    stage.end().await;
}

#[tokio::test]
async fn in_app_on_every_device_of_wecom_and_wechat() {
    let stage = Stage::start().await;
    for device in [
        Device::WeComPhone,
        Device::WeComDesktop,
        Device::WeChatPhone,
    ] {
        let mut browser = stage.browser_of(device, "member:lisi");
        browser.visit(&stage.login()).await;
        let who = stage.who(&browser).await.expect("nobody is signed in");
        assert_eq!(who["preferred_username"], "lisi", "{device:?}");
    }
    assert_eq!(stage.wire.count("gettoken"), 1, "one token serves all");
    stage.end().await;
}

#[tokio::test]
async fn several_connectors_are_offered_by_name() {
    let stage = Stage::with(|setup| {
        setup.connectors = vec![Connector::hq(), Connector::finance()];
    })
    .await;
    let mut browser = stage.member("lisi");
    browser.visit(&stage.login()).await;
    assert!(browser.text().contains("hq") && browser.text().contains("finance"));
    assert_eq!(
        browser.cookies(&stage.address("/")),
        [],
        "a page creates no attempt"
    );
    browser
        .visit(&stage.address("/_menshen/login?connector=finance"))
        .await;
    let who = stage.who(&browser).await.expect("nobody is signed in");
    assert_eq!(who["wecom_connector"], "finance");
    assert_snapshot!(browser.take_trail());
    stage.end().await;
}

#[tokio::test]
async fn plain_http_on_loopback_has_cookies_without_the_prefix() {
    let stage = Stage::with(|setup| setup.is_plain = true).await;
    let mut browser = stage.browser(Device::WeComPhone);
    browser.visit(&stage.login()).await;
    browser.press("张三").await;
    browser.settle().await;
    assert!(stage.who(&browser).await.is_some());
    let cookies = browser.cookies(&stage.address("/"));
    let names: Vec<_> = cookies.iter().map(|cookie| cookie.name.as_str()).collect();
    assert!(names.contains(&"menshen_session"), "{names:?}");
    assert!(cookies.iter().all(|cookie| cookie.is_http_only));
    stage.end().await;
}
