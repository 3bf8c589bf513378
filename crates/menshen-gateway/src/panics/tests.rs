//! What a panic leaves behind.

use std::pin::pin;

use super::caught;

#[tokio::test]
async fn s_064_a_panic_is_an_answer_like_others() {
    assert_eq!(caught(pin!(async { 7 })).await.unwrap(), 7);
    let said = caught(pin!(async { panic!("with words") })).await;
    assert_eq!(said.map(|(): ()| ()).unwrap_err().0, "with words");
    let number = 3;
    let said = caught(pin!(async move { panic!("number {number}") })).await;
    assert_eq!(said.map(|(): ()| ()).unwrap_err().0, "number 3");
    // After it has waited once, too.
    let late = pin!(async {
        tokio::task::yield_now().await;
        std::panic::panic_any(7_u8);
    });
    let said = caught(late).await.map(|(): ()| ());
    assert_eq!(said.unwrap_err().0, "no words");
}
