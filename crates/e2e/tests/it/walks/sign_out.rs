//! Leaving, and staying out.

use e2e::stage::Stage;
use insta::assert_snapshot;

#[tokio::test]
async fn sign_out_and_stay_out() {
    let stage = Stage::start().await;
    let mut browser = stage.signed_in("zhangsan").await;
    browser.visit(&stage.address("/")).await;
    browser.press("Sign out").await;
    browser.settle().await;
    assert!(
        browser.text().contains("You are signed out"),
        "{}",
        browser.text()
    );
    assert!(stage.who(&browser).await.is_none());
    browser.trail().remark("the home page waits for a click");
    browser.visit(&stage.address("/")).await;
    assert!(
        browser.text().contains("not signed in"),
        "{}",
        browser.text()
    );
    assert_snapshot!(browser.take_trail());
    stage.end().await;
}

#[tokio::test]
async fn a_link_asks_before_it_ends_the_session() {
    let stage = Stage::start().await;
    let mut browser = stage.signed_in("zhangsan").await;
    browser.visit(&stage.address("/_menshen/logout")).await;
    assert!(browser.text().contains("Sign out?"), "{}", browser.text());
    assert!(stage.who(&browser).await.is_some());
    browser.press("Sign out").await;
    browser.settle().await;
    assert!(stage.who(&browser).await.is_none());
    assert_snapshot!(browser.take_trail());
    stage.end().await;
}
