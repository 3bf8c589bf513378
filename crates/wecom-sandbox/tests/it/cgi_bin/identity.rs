//! Codes and tickets: single use, expiry, binding, consent (dossier 4.4, 6, 7).

use std::time::Duration;

use serde_json::{Value, json};
use wecom_sandbox::Seed;
use wecom_sandbox::world::{
    CodeAfter50001, CodeBinding, CodeErrors, DetailOutsideRange, Domain, SensitiveField,
    UserIdCasing, UserTicketUse, VisibleRange, WithheldFields,
};

use crate::stage::{EXPENSES, PORTAL, Stage};

async fn exchange_as(stage: &Stage, agent: u32, code: &str) -> Value {
    let token = stage.token(agent).await;
    let path = format!("/cgi-bin/auth/getuserinfo?access_token={token}&code={code}");
    stage.get(&path).await.json()
}

async fn detail_as(stage: &Stage, agent: u32, ticket: &str) -> Value {
    let token = stage.token(agent).await;
    let path = format!("/cgi-bin/auth/getuserdetail?access_token={token}");
    let body = json!({ "user_ticket": ticket }).to_string();
    stage.post(&path, &body).await.json()
}

async fn ticket(stage: &Stage, fields: &[SensitiveField]) -> String {
    let code = stage.code_with(PORTAL, "snsapi_privateinfo", "member:zhangsan", fields);
    let answer = stage.exchange(&code).await;
    answer["user_ticket"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_code_works_once() {
    let stage = Stage::start().await;
    let code = stage.code(PORTAL, "snsapi_base", "member:zhangsan");
    assert_eq!(code.len(), 43);
    let first = stage.exchange(&code).await;
    assert_eq!(
        (&first["errcode"], &first["userid"]),
        (&json!(0), &json!("zhangsan"))
    );
    assert!(first.get("user_ticket").is_none());
    assert_eq!(stage.exchange(&code).await["errcode"], 40029);
}

#[tokio::test]
async fn a_code_lives_300_seconds() {
    let stage = Stage::start().await;
    let code = stage.code(PORTAL, "snsapi_base", "member:zhangsan");
    let late = stage.code(PORTAL, "snsapi_base", "member:zhangsan");
    stage.clock.advance(Duration::from_secs(299));
    assert_eq!(stage.exchange(&code).await["errcode"], 0);
    stage.clock.advance(Duration::from_secs(1));
    assert_eq!(stage.exchange(&late).await["errcode"], 40029);
}

#[tokio::test]
async fn used_and_expired_codes_have_numbers_of_their_own_by_switch() {
    let specific = |seed: &mut Seed| seed.switches.code_errors = CodeErrors::Specific;
    let stage = Stage::with(specific).await;
    let code = stage.code(PORTAL, "snsapi_base", "member:zhangsan");
    let late = stage.code(PORTAL, "snsapi_base", "member:zhangsan");
    stage.exchange(&code).await;
    assert_eq!(stage.exchange(&code).await["errcode"], 42022);
    stage.clock.advance(Duration::from_mins(5));
    assert_eq!(stage.exchange(&late).await["errcode"], 42003);
    assert_eq!(stage.exchange("never-issued").await["errcode"], 40029);
    assert_eq!(stage.exchange("").await["errcode"], 41008);
}

#[tokio::test]
async fn a_code_belongs_to_the_app_and_the_domain_it_went_to() {
    let stage = Stage::start().await;
    let code = stage.code(PORTAL, "snsapi_base", "member:zhangsan");
    assert_eq!(exchange_as(&stage, EXPENSES, &code).await["errcode"], 50001);
    assert_eq!(
        stage.exchange(&code).await["errcode"],
        40029,
        "burnt by 50001"
    );

    let kept = |seed: &mut Seed| seed.switches.code_after_50001 = CodeAfter50001::Kept;
    let stage = Stage::with(kept).await;
    let code = stage.code(PORTAL, "snsapi_base", "member:zhangsan");
    assert_eq!(exchange_as(&stage, EXPENSES, &code).await["errcode"], 50001);
    assert_eq!(stage.exchange(&code).await["errcode"], 0);
}

#[tokio::test]
async fn two_apps_on_one_domain_share_codes_only_by_switch() {
    for (switch, errcode) in [(CodeBinding::App, 50001), (CodeBinding::Domain, 0)] {
        let stage = Stage::with(|seed| seed.switches.code_binding = switch).await;
        stage.change_agent(EXPENSES, |agent| {
            agent.oauth_domain = Domain::parse("127.0.0.1:8080").ok();
        });
        let code = stage.code(PORTAL, "snsapi_base", "member:zhangsan");
        assert_eq!(
            exchange_as(&stage, EXPENSES, &code).await["errcode"],
            errcode
        );
    }
}

#[tokio::test]
async fn a_domain_that_is_taken_away_spoils_the_codes_on_their_way() {
    let stage = Stage::start().await;
    let code = stage.code(PORTAL, "snsapi_base", "member:zhangsan");
    stage.change_agent(PORTAL, |agent| agent.oauth_domain = None);
    assert_eq!(stage.exchange(&code).await["errcode"], 50001);
}

#[tokio::test]
async fn outsiders_get_errcode_0_and_no_userid() {
    let stage = Stage::start().await;
    let code = stage.code(
        PORTAL,
        "snsapi_base",
        "stranger:oSandboxStranger0000000000001",
    );
    let stranger = stage.exchange(&code).await;
    assert_eq!(stranger["errcode"], 0);
    assert_eq!(stranger["openid"], "oSandboxStranger0000000000001");
    assert!(stranger.get("userid").is_none() && stranger.get("external_userid").is_none());

    let customer = "customer:wmSandboxCustomer00000000000002";
    let code = stage.code(PORTAL, "snsapi_base", customer);
    let seen = stage.exchange(&code).await;
    assert_eq!(seen["external_userid"], "wmSandboxCustomer00000000000002");
    // The member who follows the customer is outside this app's range.
    let code = stage.code(EXPENSES, "snsapi_base", customer);
    let unseen = exchange_as(&stage, EXPENSES, &code).await;
    assert_eq!(unseen["openid"], "oSandboxCustomer0000000000002");
    assert!(unseen.get("external_userid").is_none());
}

#[tokio::test]
async fn a_linked_member_has_a_slash_and_never_a_ticket() {
    let stage = Stage::start().await;
    let linked = "linked:ww00aa11bb22cc33dd/qianba";
    let code = stage.code(PORTAL, "snsapi_privateinfo", linked);
    let answer = stage.exchange(&code).await;
    assert_eq!(answer["userid"], "ww00aa11bb22cc33dd/qianba");
    assert!(answer.get("user_ticket").is_none());
}

#[tokio::test]
async fn the_casing_of_the_userid_follows_the_switch() {
    for (switch, expected) in [
        (UserIdCasing::Stored, "WangWu"),
        (UserIdCasing::Lower, "wangwu"),
        (UserIdCasing::Upper, "WANGWU"),
    ] {
        let stage = Stage::with(|seed| seed.switches.userid_casing = switch).await;
        let code = stage.code(PORTAL, "snsapi_base", "member:wangwu");
        assert_eq!(stage.exchange(&code).await["userid"], expected);
    }
}

#[tokio::test]
async fn a_valid_code_is_not_counted_and_a_bad_one_is() {
    let stage = Stage::with(|seed| seed.limits.corp_per_minute = 2).await;
    let token = stage.token(PORTAL).await;
    for _ in 0..5 {
        let code = stage.code(PORTAL, "snsapi_base", "member:zhangsan");
        let path = format!("/cgi-bin/auth/getuserinfo?access_token={token}&code={code}");
        assert_eq!(stage.get(&path).await.errcode(), 0);
    }
    let path = format!("/cgi-bin/auth/getuserinfo?access_token={token}&code=bad");
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(stage.get(&path).await.errcode());
    }
    assert_eq!(seen, [40029, 40029, 45009]);
}

#[tokio::test]
async fn a_ticket_gives_what_was_selected_and_ticked_and_no_name() {
    let stage = Stage::start().await;
    let value = ticket(&stage, &[SensitiveField::Mobile, SensitiveField::Email]).await;
    let detail = detail_as(&stage, PORTAL, &value).await;
    assert_eq!(detail["mobile"], "13800000001");
    assert_eq!(detail["gender"], "0");
    assert!(detail["avatar"].as_str().unwrap().starts_with("https://"));
    for absent in ["name", "biz_mail", "address", "qr_code"] {
        assert!(detail.get(absent).is_none(), "{absent}");
    }
    // The admin takes a field back; the consent of the member is no longer enough.
    stage.change_agent(PORTAL, |agent| {
        agent.sensitive_fields.remove(&SensitiveField::Mobile);
    });
    let value = ticket(&stage, &[]).await;
    let detail = detail_as(&stage, PORTAL, &value).await;
    assert!(detail.get("mobile").is_none());
    assert_eq!(detail["email"], "zhangsan@example.com");
}

#[tokio::test]
async fn unticked_fields_are_absent_or_by_switch_empty() {
    let empty = |seed: &mut Seed| seed.switches.withheld_fields = WithheldFields::Empty;
    let stage = Stage::with(empty).await;
    let value = ticket(&stage, &[]).await;
    let detail = detail_as(&stage, PORTAL, &value).await;
    assert_eq!(
        (&detail["mobile"], &detail["gender"]),
        (&json!(""), &json!("0"))
    );
}

#[tokio::test]
async fn a_ticket_is_the_apps_own_works_once_and_lives_1800_seconds() {
    let stage = Stage::start().await;
    let value = ticket(&stage, &SensitiveField::ALL).await;
    assert_eq!(detail_as(&stage, EXPENSES, &value).await["errcode"], 84015);
    assert_eq!(detail_as(&stage, PORTAL, &value).await["errcode"], 0);
    assert_eq!(detail_as(&stage, PORTAL, &value).await["errcode"], 84015);
    let value = ticket(&stage, &SensitiveField::ALL).await;
    stage.clock.advance(Duration::from_mins(30));
    assert_eq!(detail_as(&stage, PORTAL, &value).await["errcode"], 84014);

    let many = |seed: &mut Seed| seed.switches.user_ticket_use = UserTicketUse::Many;
    let stage = Stage::with(many).await;
    let value = ticket(&stage, &SensitiveField::ALL).await;
    assert_eq!(detail_as(&stage, PORTAL, &value).await["errcode"], 0);
    assert_eq!(detail_as(&stage, PORTAL, &value).await["errcode"], 0);
}

#[tokio::test]
async fn a_ticket_of_a_member_who_left_the_range_is_refused() {
    for (switch, errcode) in [
        (DetailOutsideRange::Code60011, 60011),
        (DetailOutsideRange::Code60021, 60021),
        (DetailOutsideRange::Code50002, 50002),
    ] {
        let stage = Stage::with(|seed| seed.switches.detail_outside_range = switch).await;
        let value = ticket(&stage, &SensitiveField::ALL).await;
        stage.change_agent(PORTAL, |agent| agent.visible = VisibleRange::default());
        assert_eq!(detail_as(&stage, PORTAL, &value).await["errcode"], errcode);
    }
}

#[tokio::test]
async fn the_legacy_detail_of_an_old_app_has_a_name() {
    let stage = Stage::start().await;
    let path = format!(
        "/cgi-bin/user/getuserdetail?access_token={}",
        stage.token(PORTAL).await
    );
    let value = ticket(&stage, &SensitiveField::ALL).await;
    let body = json!({ "user_ticket": value }).to_string();
    assert!(stage.post(&path, &body).await.json().get("name").is_none());
    stage.change_agent(PORTAL, |agent| {
        agent.created_at = wecom_sdk::Timestamp::from_seconds(1_600_000_000);
    });
    let value = ticket(&stage, &SensitiveField::ALL).await;
    let body = json!({ "user_ticket": value }).to_string();
    assert_eq!(stage.post(&path, &body).await.json()["name"], "张三");
}
