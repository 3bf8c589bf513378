//! The door outside the WeCom client: scan, or confirm on the phone.

use e2e::browser::Device;
use e2e::stage::Stage;
use insta::assert_snapshot;

#[tokio::test]
async fn scan_door() {
    let stage = Stage::start().await;
    let mut browser = stage.browser(Device::Desktop);
    browser.visit(&stage.address("/")).await;
    browser.click("Sign in").await;
    browser.click("Scan or confirm").await;
    browser.settle().await;
    browser
        .trail()
        .remark("zhangsan scans the code and confirms on the phone");
    stage.confirm_scan("member:zhangsan");
    let waiting = browser.page().document().loads;
    let again = waiting
        .iter()
        .find(|url| url.contains("/scan/"))
        .expect("the page looks again");
    let again = browser.page().url.join(again).unwrap();
    browser.click_to(again.as_str()).await;
    browser.settle().await;
    assert!(browser.text().contains("张三"), "{}", browser.text());
    let who = stage.who(&browser).await.expect("nobody is signed in");
    assert_eq!(who["session"]["door"], "scan");
    assert_snapshot!(browser.take_trail());
    stage.end().await;
}

#[tokio::test]
async fn scan_door_without_a_page_of_ours_before_it_shows_that_page() {
    let stage = Stage::start().await;
    let mut browser = stage.browser(Device::Desktop);
    browser
        .visit(&stage.address("/_menshen/login?door=scan&connector=hq"))
        .await;
    assert_eq!(browser.page().status, 200);
    assert!(
        browser.text().contains("Scan or confirm"),
        "{}",
        browser.text()
    );
    assert_eq!(browser.cookies(&stage.address("/")), []);
    stage.end().await;
}

#[tokio::test]
async fn scan_refused_on_the_phone() {
    let stage = Stage::start().await;
    let mut browser = stage.browser(Device::Desktop);
    browser.visit(&stage.login()).await;
    browser.click("Scan or confirm").await;
    browser.settle().await;
    browser.press("Refuse on the phone").await;
    browser.settle().await;
    assert!(browser.text().contains("cancelled"), "{}", browser.text());
    assert!(stage.who(&browser).await.is_none());
    assert_eq!(stage.wire.calls().len(), 0, "WeCom's API is not asked");
    assert_snapshot!(browser.take_trail());
    stage.end().await;
}

#[tokio::test]
async fn a_phone_outside_wecom_is_told_to_open_the_link_there() {
    let stage = Stage::start().await;
    let mut browser = stage.browser(Device::Phone);
    browser.visit(&stage.login()).await;
    assert_eq!(browser.page().status, 200);
    assert!(
        browser.text().contains("Open this in WeCom"),
        "{}",
        browser.text()
    );
    assert!(browser.page().body.contains("<svg"), "with a QR code");
    assert_eq!(browser.cookies(&stage.address("/")), []);
    stage.end().await;
}
