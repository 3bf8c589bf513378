//! Two-step verification (dossier 10): at login, on use, and who may not.

use std::time::Duration;

use wecom_sandbox::Fault;
use wecom_sandbox::world::{MemberStatus, TwoStepKind};
use wecom_sdk::UserId;

use crate::browser::Browser;
use crate::stage::{CORP, PORTAL, SYNC_SECRET, Stage, corp, link_of, parameter};

/// The page of a corp whose contact sync verifies.
const PAGE: &str = "http://127.0.0.1:8080/verify";

async fn staged() -> Stage {
    let stage = Stage::start().await;
    stage.set_two_step(PAGE, 1);
    stage
}

fn begin(stage: &Stage, user_id: &str, kind: TwoStepKind) -> String {
    let user_id = UserId::parse(user_id).unwrap();
    let begun = stage.world().begin_two_step(&corp(), &user_id, kind);
    begun.unwrap().unwrap()
}

fn waits(stage: &Stage, user_id: &str) -> bool {
    let user_id = UserId::parse(user_id).unwrap();
    let waits = |state: &wecom_sandbox::world::State| state.two_step_of(&corp(), &user_id);
    stage.world().read(|state, _| waits(state)).is_some()
}

#[tokio::test]
async fn a_member_who_waits_sees_the_verification_page_first_and_then_signs_in() {
    let stage = staged().await;
    // The app verifies itself: the page is its OAuth link, on a domain of its own.
    let link = format!(
        "/connect/oauth2/authorize?{}",
        link_of(PORTAL, "snsapi_base")
    );
    let mut phone = Browser::wecom(stage.addr());
    phone.become_person("member:zhangsan").await;
    assert!(phone.get(&link).await.location().contains("code="));

    stage.set_two_step("http://verify.example/page?step=2", 1);
    begin(&stage, "zhangsan", TwoStepKind::Use);
    phone.get(&link).await.shows("需要二次验证");
    let form = [("kind", "use")];
    let goes = phone.post("/_sandbox/two_step", &form).await;
    let location = goes.location().to_owned();
    assert!(
        location.starts_with("http://verify.example/page?step=2&code="),
        "{location}"
    );
    let code = parameter(&location, "code").unwrap();
    let told = stage.tfa_info(&code).await;
    assert_eq!(told["userid"], "zhangsan");
    let tfa_code = told["tfa_code"].as_str().unwrap();
    assert_eq!(stage.pass_use("ZhangSan", tfa_code).await["errcode"], 0);
    assert!(phone.get(&link).await.location().contains("code="));
}

#[tokio::test]
async fn codes_and_tfa_codes_live_five_minutes() {
    let stage = staged().await;
    let code = parameter(&begin(&stage, "zhangsan", TwoStepKind::Use), "code").unwrap();
    stage.clock.advance(Duration::from_mins(5));
    assert_eq!(stage.tfa_info(&code).await["errcode"], 40029);
    let code = parameter(&begin(&stage, "zhangsan", TwoStepKind::Use), "code").unwrap();
    let told = stage.tfa_info(&code).await;
    stage.clock.advance(Duration::from_mins(5));
    let tfa_code = told["tfa_code"].as_str().unwrap();
    assert_eq!(stage.pass_use("zhangsan", tfa_code).await["errcode"], 40207);
    assert!(waits(&stage, "zhangsan"));
}

#[tokio::test]
async fn the_contact_sync_learns_the_member_of_the_page_and_lets_one_who_joins_in() {
    let stage = staged().await;
    stage.world().change(|state, _| {
        let corp = state.corps.get_mut(&corp()).unwrap();
        let member = corp.members.get_mut(&UserId::parse("lisi").unwrap());
        member.unwrap().status = MemberStatus::NotActivated;
    });
    let code = parameter(&begin(&stage, "lisi", TwoStepKind::Login), "code").unwrap();
    let token = stage.token_of(SYNC_SECRET).await;
    let get = async |call: &str| stage.get(&format!("/cgi-bin/{call}")).await.json();
    let told = get(&format!(
        "user/getuserinfo?access_token={token}&code={code}"
    ))
    .await;
    assert_eq!(told["UserId"], "lisi", "{told}");
    let again = get(&format!(
        "user/getuserinfo?access_token={token}&code={code}"
    ))
    .await;
    assert_eq!(again["errcode"], 40029);
    let passed = get(&format!("user/authsucc?access_token={token}&userid=lisi")).await;
    assert_eq!(passed["errcode"], 0);
    assert!(!waits(&stage, "lisi"));
    let member = stage.call("user/get", "userid=lisi").await;
    assert_eq!(member["status"], 1);
    // An app's ordinary code is still none of its business.
    let code = stage.code(PORTAL, "snsapi_base", "member:zhangsan");
    let refused = get(&format!(
        "auth/getuserinfo?access_token={token}&code={code}"
    ))
    .await;
    assert_eq!(refused["errcode"], 48002);
}

#[tokio::test]
async fn more_than_twenty_at_once_are_too_many() {
    let stage = staged().await;
    let path = "/cgi-bin/user/tfa_succ";
    let script = stage.sandbox.script();
    let held = script.add(Fault::held(path).times(20));
    let token = stage.token(PORTAL).await;
    let target = format!("{path}?access_token={token}");
    let ask = || stage.post(&target, r#"{"userid":"zhangsan","tfa_code":"x"}"#);
    let crowd = async {
        let calls = (0..20).map(|_| ask());
        let mut calls: Vec<_> = calls.map(Box::pin).collect();
        std::future::poll_fn(|context| {
            calls.retain_mut(|call| call.as_mut().poll(context).is_pending());
            if calls.is_empty() {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
    };
    let one_more = async {
        while script.list()[0].holding < 20 {
            tokio::task::yield_now().await;
        }
        let refused = ask().await;
        assert_eq!(refused.errcode(), 45033);
        script.release(held);
    };
    tokio::join!(crowd, one_more);
    assert_eq!(ask().await.errcode(), 40207);
}

#[tokio::test]
async fn the_control_api_sets_begins_and_forgets() {
    let stage = Stage::start().await;
    let mut browser = Browser::desktop(stage.addr());
    let settings = r#"{"url":"http://v.example/","range":{"departments":[2]}}"#;
    let put = browser
        .json("PUT", "/_sandbox/api/two_step/settings", settings)
        .await;
    assert_eq!(put.status, 204, "{put:?}");
    let begin = "/_sandbox/api/two_step/begin";
    let started = browser
        .json("POST", begin, r#"{"user_id":"zhangsan","kind":"login"}"#)
        .await;
    started.shows("http://v.example/?code=");
    let outside = browser
        .json("POST", begin, r#"{"user_id":"lisi","kind":"login"}"#)
        .await;
    assert_eq!(outside.status, 409);
    browser.get("/_sandbox/api/two_step").await.shows(&format!(
        r#"{{"corp":"{CORP}","user_id":"zhangsan","kind":"login"}}"#
    ));
    let forgotten = browser
        .json(
            "POST",
            "/_sandbox/api/two_step/forget",
            r#"{"user_id":"zhangsan"}"#,
        )
        .await;
    assert_eq!(forgotten.status, 204);
    assert!(!waits(&stage, "zhangsan"));
}
