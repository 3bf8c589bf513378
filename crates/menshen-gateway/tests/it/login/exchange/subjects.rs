//! Who is who, and which session is whose.

use http::StatusCode;

use super::{SESSION, callback, house, house_with, sessions, wants_everything};
use crate::visitor::{IN_WECOM, Visitor};

#[tokio::test]
async fn s_162_s_172_a_login_opens_a_new_session_and_ends_the_one_presented() {
    let (house, _) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    // An id that was planted is never adopted.
    let planted = "P".repeat(43);
    visitor.cookies.push((SESSION.into(), planted.clone()));
    let path = callback(&mut visitor, "").await;
    visitor.open(&path).await;
    let first = visitor.cookie(SESSION).unwrap().to_owned();
    assert_ne!(first, planted);

    let path = callback(&mut visitor, "").await;
    visitor.open(&path).await;
    let second = visitor.cookie(SESSION).unwrap().to_owned();
    assert_ne!(second, first);
    for (id, expected) in [(&planted, 401), (&first, 401), (&second, 200)] {
        let mut other = Visitor::new(&house, IN_WECOM);
        other.cookies.push((SESSION.into(), id.clone()));
        let answer = other.open("/_menshen/me").await;
        assert_eq!(answer.status.as_u16(), expected);
    }
}

#[tokio::test]
async fn s_173_a_person_may_be_signed_in_in_several_browsers() {
    let (house, _) = house().await;
    for _ in 0..5 {
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let path = callback(&mut visitor, "").await;
        visitor.open(&path).await;
    }
    let sessions = sessions(&house).await;
    assert_eq!(sessions.len(), 5);
    assert!(
        sessions
            .iter()
            .all(|s| s.subject_id == sessions[0].subject_id)
    );
}

#[tokio::test]
async fn s_100_a_recycled_userid_is_a_new_subject_and_the_old_sessions_are_dead() {
    let (house, wecom) = house().await;
    let mut before = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut before, "").await;
    before.open(&path).await;
    let old = before.open("/_menshen/me").await.json()["sub"].clone();
    // The member is deleted, which the next re-check hears.
    wecom.answer("user/get", "unknown");
    house.clock.advance(house.parts.config.session.recheck);
    assert_eq!(
        before.open("/_menshen/me").await.status,
        StatusCode::UNAUTHORIZED
    );
    // Somebody else is given the same userid.
    wecom.answer("user/get", "member");
    let mut after = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut after, "").await;
    after.open(&path).await;
    let new = after.open("/_menshen/me").await.json()["sub"].clone();
    assert_ne!(new, old);
    assert_eq!(
        before.open("/_menshen/me").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn s_101_a_renamed_userid_is_a_new_subject() {
    let (house, wecom) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    visitor.open(&path).await;
    let old = visitor.open("/_menshen/me").await.json()["sub"].clone();
    wecom.answer_with("auth/getuserinfo", r#"{"errcode":0,"userid":"zhang.san"}"#);
    let renamed = r#"{"errcode":0,"userid":"zhang.san","name":"张三","status":1}"#;
    wecom.answer_with("user/get", renamed);
    let path = callback(&mut visitor, "").await;
    visitor.open(&path).await;
    let me = visitor.open("/_menshen/me").await.json();
    assert_ne!(me["sub"], old);
    // Casing alone is no rename.
    wecom.answer_with("auth/getuserinfo", r#"{"errcode":0,"userid":"ZHANG.san"}"#);
    let path = callback(&mut visitor, "").await;
    visitor.open(&path).await;
    assert_eq!(visitor.open("/_menshen/me").await.json()["sub"], me["sub"]);
}

#[tokio::test]
async fn s_096_an_admitted_outsider_is_in_a_namespace_of_their_own() {
    let (house, wecom) = house_with(|parts| {
        let connector = &mut std::sync::Arc::make_mut(&mut parts.config).connectors[0];
        connector.admit_linked_corps = true;
        connector.admit_external_contacts = true;
    })
    .await;
    let mut subjects = std::collections::HashSet::new();
    let linked = r#"{"errcode":0,"userid":"ww00aa11bb22cc33dd/zhangsan"}"#;
    let customer = r#"{"errcode":0,"openid":"o1","external_userid":"zhangsan"}"#;
    let member = r#"{"errcode":0,"userid":"zhangsan"}"#;
    for answer in [linked, customer, member] {
        wecom.answer_with("auth/getuserinfo", answer);
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let path = callback(&mut visitor, "").await;
        let landed = visitor.open(&path).await;
        assert_eq!(landed.status, StatusCode::SEE_OTHER, "{landed:?}");
        let me = visitor.open("/_menshen/me").await.json();
        subjects.insert(me["sub"].to_string());
        house.clock.advance(house.parts.config.session.recheck);
        assert_eq!(visitor.open("/_menshen/me").await.status, StatusCode::OK);
    }
    assert_eq!(subjects.len(), 3);
    // An openid alone admits nobody, whatever the settings.
    wecom.answer("auth/getuserinfo", "outsider");
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    assert_eq!(visitor.open(&path).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn s_099_the_same_userid_in_two_corps_is_two_people() {
    let (house, _) = house_with(|parts| {
        crate::login::SEVERAL(parts);
        let branch = &mut std::sync::Arc::make_mut(&mut parts.config).connectors[1];
        branch.corp_id = wecom_sdk::CorpId::parse("ww00aa11bb22cc33dd").unwrap();
    })
    .await;
    let mut subjects = Vec::new();
    for connector in ["hq", "branch"] {
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let state = visitor.start(&format!("&connector={connector}")).await;
        let code = "code".repeat(10);
        let path = format!("/_menshen/callback/{connector}?code={code}&state={state}");
        visitor.open(&path).await;
        let me = visitor.open("/_menshen/me").await.json();
        assert_eq!(me["preferred_username"], "zhangsan");
        assert_eq!(me["wecom_connector"], connector);
        subjects.push((me["sub"].clone(), me["wecom_corp_id"].clone()));
    }
    assert_ne!(subjects[0].0, subjects[1].0);
    assert_ne!(subjects[0].1, subjects[1].1);
}

#[tokio::test]
async fn consent_given_to_one_app_is_not_shown_by_another() {
    let (house, wecom) = house_with(|parts| {
        wants_everything(parts);
        crate::login::SEVERAL(parts);
    })
    .await;
    wecom.answer("auth/getuserinfo", "member_with_ticket");
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "&connector=hq").await;
    visitor.open(&path).await;
    let me = visitor.open("/_menshen/me").await.json();
    assert_eq!(me["phone_number"], "+8613800000000");
    wecom.answer("auth/getuserinfo", "member_by_web_login");
    let state = visitor.start("&connector=branch").await;
    let path = format!("/_menshen/callback/branch?code=another&state={state}");
    visitor.open(&path).await;
    let other = visitor.open("/_menshen/me").await.json();
    assert_eq!(other["sub"], me["sub"]);
    assert!(other.get("phone_number").is_none(), "{other}");
}

/// The other way round: who consents at one app does not thereby consent at another, in whatever browser.
#[tokio::test]
async fn consent_given_to_one_app_does_not_reach_a_session_of_another() {
    let (house, wecom) = house_with(|parts| {
        wants_everything(parts);
        crate::login::SEVERAL(parts);
    })
    .await;
    wecom.answer("auth/getuserinfo", "member_by_web_login");
    let mut desk = Visitor::new(&house, IN_WECOM);
    let state = desk.start("&connector=branch").await;
    let path = format!("/_menshen/callback/branch?code=another&state={state}");
    desk.open(&path).await;

    wecom.answer("auth/getuserinfo", "member_with_ticket");
    let mut phone = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut phone, "&connector=hq").await;
    phone.open(&path).await;
    let there = phone.open("/_menshen/me").await.json();
    assert_eq!(there["phone_number"], "+8613800000000");
    let here = desk.open("/_menshen/me").await.json();
    assert_eq!(here["sub"], there["sub"]);
    assert_eq!(here["wecom_connector"], "branch");
    for field in ["phone_number", "address", "gender", "picture"] {
        assert!(here.get(field).is_none(), "{field}: {here}");
    }
}
