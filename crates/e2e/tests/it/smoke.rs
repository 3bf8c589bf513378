//! The stage stands.

use e2e::browser::Device;
use e2e::stage::Stage;

#[tokio::test]
async fn unknown_addresses_are_answered_with_a_page() {
    let stage = Stage::start().await;
    let mut browser = stage.browser(Device::Desktop);
    let address = stage.address("/nothing/here");
    let answer = browser.visit(&address).await;
    assert_eq!(answer.status, 404);
    assert!(answer.cookies_set().is_empty());
    assert!(answer.document().scripts.is_empty());
    assert_eq!(browser.take_trail(), "GET gateway /nothing/here → 404\n");
    stage.end().await;
}
