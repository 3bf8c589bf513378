//! Two-step verification: codes are spent once, a yes is said once.

use wecom_sdk::Secret;

use crate::fixture::{Fixture, serve};
use crate::server::Reply;
use crate::stage::{self, zhangsan};

#[tokio::test]
async fn the_page_learns_who_came() {
    let fixture = Fixture::load("auth/get_tfa_info", "member");
    let code = Secret::new(fixture.sent.as_ref().unwrap()["code"].as_str().unwrap());
    let (server, _) = serve(fixture).await;
    let info = stage::client(&server).tfa_info(&code).await.unwrap();
    assert_eq!(info.user_id.as_str(), "zhangsan");
    assert!(info.tfa_code.is_same_as("Tc_invented_0001"));
    assert!(!format!("{info:?}").contains("Tc_invented"));
}

#[tokio::test]
async fn no_code_is_spent_and_no_yes_is_said_twice_although_wecom_was_busy() {
    let server = stage::answering(|_| Reply::errcode(-1)).await;
    let client = stage::client(&server);
    assert!(
        client
            .tfa_info(&Secret::new("c0de"))
            .await
            .unwrap_err()
            .is_retryable()
    );
    let tfa_code = Secret::new("tfa");
    assert!(client.admit_use(&zhangsan(), &tfa_code).await.is_err());
    assert!(client.admit_login(&zhangsan()).await.is_err());
    for call in ["auth/get_tfa_info", "user/tfa_succ", "user/authsucc"] {
        assert_eq!(server.count(call), 1, "{call}");
    }
}

#[tokio::test]
async fn an_answer_without_a_code_or_a_member_is_none() {
    let replies: [fn() -> Reply; 3] = [
        || Reply::json(r#"{"errcode":0,"userid":"zhangsan"}"#),
        || Reply::json(r#"{"errcode":0,"tfa_code":"t"}"#),
        || Reply::json(r#"{"errcode":0,"userid":"ww00aa11bb22cc33dd/qianba","tfa_code":"t"}"#),
    ];
    for reply in replies {
        let server = stage::answering(move |_| reply()).await;
        let outcome = stage::client(&server).tfa_info(&Secret::new("c0de")).await;
        assert!(outcome.unwrap_err().is_unreadable());
    }
}
