//! Those who may not come in, and what they read.

use std::time::Duration;

use e2e::browser::Device;
use e2e::stage::{Connector, Stage};
use insta::assert_snapshot;
use wecom_sandbox::world::DisabledMembers;

const STRANGER: &str = "stranger:oSandboxStranger0000000000001";
const CUSTOMER: &str = "customer:wmSandboxCustomer00000000000002";
const LINKED: &str = "linked:ww00aa11bb22cc33dd/qianba";

#[tokio::test]
async fn each_kind_of_outsider() {
    let stage = Stage::start().await;
    let mut trails = String::new();
    for person in [STRANGER, CUSTOMER, LINKED] {
        let mut browser = stage.browser_of(Device::WeChatPhone, person);
        browser.trail().remark(person);
        browser.visit(&stage.login()).await;
        assert_eq!(browser.page().status, 403);
        assert!(
            browser.text().contains("Only for members"),
            "{}",
            browser.text()
        );
        assert!(stage.who(&browser).await.is_none());
        trails.push_str(&browser.take_trail());
    }
    assert_eq!(stage.wire.count("user/get"), 0, "nobody to ask about");
    assert_snapshot!(trails);
    stage.end().await;
}

#[tokio::test]
async fn outsiders_come_in_where_the_operator_says_so() {
    let stage = Stage::with(|setup| {
        setup.connectors = vec![
            Connector::hq()
                .with("admit_external_contacts = true")
                .with("admit_linked_corps = true"),
        ];
    })
    .await;
    for (person, name) in [
        (CUSTOMER, "wmSandboxCustomer00000000000002"),
        (LINKED, "ww00aa11bb22cc33dd/qianba"),
    ] {
        let mut browser = stage.browser_of(Device::WeChatPhone, person);
        browser.visit(&stage.login()).await;
        let who = stage.who(&browser).await.expect("nobody is signed in");
        assert_eq!(who["preferred_username"], name);
    }
    let mut browser = stage.browser_of(Device::WeChatPhone, STRANGER);
    browser.visit(&stage.login()).await;
    assert!(
        stage.who(&browser).await.is_none(),
        "a stranger is nobody's contact"
    );
    stage.end().await;
}

#[tokio::test]
async fn outside_the_visible_range() {
    let stage = Stage::start().await;
    let mut browser = stage.member("sunqi");
    browser.visit(&stage.login()).await;
    assert_eq!(browser.page().status, 403);
    assert!(
        browser.text().contains("visible range"),
        "{}",
        browser.text()
    );
    assert!(stage.who(&browser).await.is_none());
    assert_snapshot!(browser.take_trail());
    stage.end().await;
}

#[tokio::test]
async fn a_disabled_member() {
    let stage = Stage::start().await;
    stage.change(|state| state.switches.disabled_members = DisabledMembers::Admit);
    let mut browser = stage.member("zhaoliu");
    browser.visit(&stage.login()).await;
    assert_eq!(browser.page().status, 403);
    assert!(browser.text().contains("disabled"), "{}", browser.text());
    assert!(stage.who(&browser).await.is_none());
    assert_snapshot!(browser.take_trail());
    stage.end().await;
}

#[tokio::test]
async fn an_attempt_that_has_expired() {
    let stage = Stage::start().await;
    let mut browser = stage.before_callback("zhangsan").await;
    stage.clock.advance(Duration::from_mins(11));
    browser.trail().remark("eleven minutes later");
    browser.follow().await;
    assert_eq!(browser.page().status, 400);
    assert!(
        browser.text().contains("no longer valid"),
        "{}",
        browser.text()
    );
    assert_eq!(stage.wire.calls().len(), 0, "WeCom's API is not asked");
    browser.click("Start again").await;
    browser.settle().await;
    assert!(stage.who(&browser).await.is_some());
    assert_snapshot!(browser.take_trail());
    stage.end().await;
}

#[tokio::test]
async fn a_callback_that_lands_in_another_browser() {
    let stage = Stage::start().await;
    let mut phone = stage.before_callback("zhangsan").await;
    let callback = phone.stop().unwrap();
    let mut desktop = stage.browser(Device::Desktop);
    desktop.visit(callback.url().as_str()).await;
    assert!(desktop.page().status.is_client_error());
    assert!(
        desktop.text().contains("another browser"),
        "{}",
        desktop.text()
    );
    assert!(stage.who(&desktop).await.is_none());
    assert_eq!(stage.wire.calls().len(), 0, "WeCom's API is not asked");
    assert_snapshot!(desktop.take_trail());
    phone.visit(callback.url().as_str()).await;
    assert!(
        stage.who(&phone).await.is_some(),
        "where it began, it still ends"
    );
    stage.end().await;
}
