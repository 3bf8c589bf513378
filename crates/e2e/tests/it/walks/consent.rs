//! Manual authorization: the member ticks fields one by one; the choice holds for 30 days.

use std::time::Duration;

use e2e::browser::Browser;
use e2e::stage::{Connector, Stage};
use insta::assert_snapshot;

const MONTH_AND_A_DAY: Duration = Duration::from_hours(31 * 24);

async fn stage() -> Stage {
    Stage::with(|setup| {
        setup.connectors =
            vec![Connector::hq().with("private_info = [\"mobile\", \"email\", \"avatar\"]")];
    })
    .await
}

async fn consent_without_mobile(stage: &Stage, browser: &mut Browser) {
    browser.visit(&stage.login()).await;
    browser
        .submit("Allow", |form| form.tick("mobile", false))
        .await;
    browser.settle().await;
}

#[tokio::test]
async fn consent_with_one_field_unticked() {
    let stage = stage().await;
    let mut browser = stage.member("zhangsan");
    consent_without_mobile(&stage, &mut browser).await;
    assert_snapshot!(browser.take_trail());
    let who = stage.who(&browser).await.expect("nobody is signed in");
    assert_eq!(
        who.get("phone_number"),
        None,
        "what was not ticked does not arrive"
    );
    assert_eq!(who["picture"], "https://wework.qpic.example/zhangsan/0");
    assert!(who["email"].is_string());
    assert_eq!(stage.wire.count("auth/getuserdetail"), 1);
    stage.end().await;
}

#[tokio::test]
async fn within_thirty_days_consent_is_remembered_and_after_it_asked_again() {
    let stage = stage().await;
    let mut browser = stage.member("zhangsan");
    consent_without_mobile(&stage, &mut browser).await;
    stage.clock.advance(Duration::from_hours(29 * 24));
    browser.visit(&stage.login()).await;
    assert!(stage.who(&browser).await.is_some(), "silent within 30 days");
    browser.take_trail();

    stage.clock.advance(MONTH_AND_A_DAY);
    browser.trail().remark("31 days later");
    browser.visit(&stage.address("/")).await;
    assert!(
        stage.who(&browser).await.is_none(),
        "the session is past its end"
    );
    browser.click("Sign in").await;
    browser.settle().await;
    assert!(
        browser.text().contains("Allow"),
        "consent is asked again: {}",
        browser.text()
    );
    browser.press("Allow").await;
    browser.settle().await;
    let who = stage.who(&browser).await.expect("nobody is signed in");
    assert_eq!(
        who["phone_number"], "+8613800000001",
        "this time everything was ticked"
    );
    assert_snapshot!(browser.take_trail());
    stage.end().await;
}

#[tokio::test]
async fn consent_refused_is_a_cancelled_login() {
    let stage = stage().await;
    let mut browser = stage.member("zhangsan");
    browser.visit(&stage.login()).await;
    browser.press("Refuse").await;
    browser.settle().await;
    assert!(browser.text().contains("cancelled"), "{}", browser.text());
    assert!(stage.who(&browser).await.is_none());
    assert_eq!(stage.wire.calls().len(), 0, "WeCom's API is not asked");
    assert_snapshot!(browser.take_trail());
    stage.end().await;
}
