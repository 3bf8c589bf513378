//! The WeCom client fires a callback twice.

use e2e::stage::Stage;
use insta::assert_snapshot;

#[tokio::test]
async fn a_callback_that_is_repeated_lands_again() {
    let stage = Stage::start().await;
    let mut browser = stage.before_callback("zhangsan").await;
    let callback = browser.next_address().unwrap().clone();
    browser.follow().await;
    let first = browser.cookie(&stage.address("/"), "menshen_session");
    browser
        .trail()
        .remark("the client opens the same address again");
    browser.visit(callback.as_str()).await;
    assert_eq!(browser.page().status, 200);
    assert_eq!(
        browser.cookie(&stage.address("/"), "menshen_session"),
        first
    );
    assert!(stage.who(&browser).await.is_some());
    assert_eq!(stage.wire.count("auth/getuserinfo"), 1);
    assert_snapshot!(browser.take_trail());
    stage.end().await;
}
