//! Somebody lands: with what is known of them, and with as little as WeCom may tell.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use super::{SESSION, callback, house, house_with, sessions, wants_everything};
use crate::visitor::{IN_WECOM, Visitor};

#[tokio::test]
async fn a_member_is_signed_in_and_sees_who_they_are() {
    let (house, wecom) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "&return_to=/wiki%3Fa%3Db%23c").await;
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{answer:?}");
    assert_eq!(answer.header("location"), "/wiki?a=b#c");
    assert_eq!(answer.body, "");
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    let [session, attempt] = cookies[..] else {
        panic!("{cookies:?}")
    };
    let session = session.to_str().unwrap();
    assert!(session.starts_with(&format!("{SESSION}=")), "{session}");
    assert!(session.ends_with("; Max-Age=604800; Path=/; Secure; HttpOnly; SameSite=Lax"));
    assert!(attempt.to_str().unwrap().contains("Max-Age=60;"));
    let me = visitor.open("/_menshen/me").await.json();
    assert_eq!(me["preferred_username"], "zhangsan");
    assert_eq!(me["name"], "张三");
    let groups = [
        "department:2",
        "department:4",
        "/总部/研发部",
        "/总部/研发部/平台组",
        // The fixtures name the same members for every tag.
        "tag:1",
        "tag:2",
    ];
    assert_eq!(me["groups"], json!(groups));
    assert_eq!(me["session"]["door"], "in_app");
    // The id is opaque, and nothing of it lies in the store.
    assert_eq!(visitor.cookie(SESSION).unwrap().len(), 43);
    assert_eq!(wecom.calls("auth/getuserinfo"), 1);
    assert_eq!(wecom.calls("auth/getuserdetail"), 0);
}

#[tokio::test]
async fn what_was_consented_to_is_kept_sealed_and_shown_to_the_person() {
    let (house, wecom) = house_with(wants_everything).await;
    wecom.answer("auth/getuserinfo", "member_with_ticket");
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    visitor.open(&path).await;
    let me = visitor.open("/_menshen/me").await.json();
    assert_eq!(me["email"], "zhangsan@corp.example");
    assert_eq!(me["email_verified"], true);
    assert_eq!(me["phone_number"], "+8613800000000");
    assert_eq!(me["gender"], "male");
    assert_eq!(me["address"], json!({"formatted": "广州"}));
    let [session] = &sessions(&house).await[..] else {
        panic!()
    };
    let identity = house
        .parts
        .store
        .find_identity(&session.subject_id, "hq")
        .await;
    let identity = identity.unwrap().unwrap();
    let sealed = identity.sealed.unwrap();
    assert!(!sealed.windows(11).any(|window| window == b"13800000000"));
    assert_eq!(identity.consented_at, Some(session.created_at));

    // The scan door brings no ticket: what was consented to stays, for as long as consent lasts.
    wecom.answer("auth/getuserinfo", "member_by_web_login");
    for (days, expected) in [
        (29, "zhangsan@corp.example"),
        (2, "zhangsan@made-up.example"),
    ] {
        house.clock.advance(Duration::from_hours(24 * days));
        let path = callback(&mut visitor, "").await;
        visitor.open(&path).await;
        assert_eq!(visitor.open("/_menshen/me").await.json()["email"], expected);
    }
}

#[tokio::test]
async fn s_207_without_consent_names_or_tags_a_member_still_signs_in() {
    let (house, wecom) = house_with(wants_everything).await;
    wecom.answer("auth/getuserinfo", "member_with_ticket");
    for call in ["auth/getuserdetail", "department/list", "tag/list"] {
        wecom.answer_with(call, r#"{"errcode":60011,"errmsg":"no"}"#);
    }
    let bare = r#"{"errcode":0,"userid":"zhangsan","status":1,"department":[2]}"#;
    wecom.answer_with("user/get", bare);
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    assert_eq!(visitor.open(&path).await.status, StatusCode::SEE_OTHER);
    let me = visitor.open("/_menshen/me").await.json();
    assert_eq!(me["groups"], json!(["department:2"]));
    assert_eq!(me["email"], "zhangsan@made-up.example");
    assert_eq!(me["email_verified"], false);
    assert!(me.get("name").is_none() && me.get("phone_number").is_none());
}

/// The scan door of an agent from before 2022 still reads fields in the directory: they fill the gaps of what
/// was consented to, and take nothing of it away, neither the fields nor their end.
#[tokio::test]
async fn what_the_directory_still_says_does_not_replace_what_was_consented_to() {
    let (house, wecom) = house_with(wants_everything).await;
    wecom.answer("auth/getuserinfo", "member_with_ticket");
    let consented = r#"{"errcode":0,"userid":"zhangsan","mobile":"13800000000"}"#;
    wecom.answer_with("auth/getuserdetail", consented);
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    visitor.open(&path).await;
    let consented_at = sessions(&house).await[0].created_at;

    wecom.answer("auth/getuserinfo", "member_by_web_login");
    let listed = r#"{"errcode":0,"userid":"zhangsan","status":1,"gender":"1","department":[2]}"#;
    wecom.answer_with("user/get", listed);
    for (days, mobile) in [(29, json!("+8613800000000")), (2, json!(null))] {
        house.clock.advance(Duration::from_hours(24 * days));
        let path = callback(&mut visitor, "").await;
        visitor.open(&path).await;
        let me = visitor.open("/_menshen/me").await.json();
        assert_eq!(me["phone_number"], mobile, "{me}");
        assert_eq!(me["gender"], "male", "{me}");
        let subject = sessions(&house).await[0].subject_id;
        let identity = house
            .parts
            .store
            .find_identity(&subject, "hq")
            .await
            .unwrap();
        let kept = Some(consented_at).filter(|_| !mobile.is_null());
        assert_eq!(identity.unwrap().consented_at, kept);
    }
}

#[tokio::test]
async fn s_106_a_busy_wecom_takes_nobodys_departments_and_tags_away() {
    for busy in [-1, 45009] {
        let (house, wecom) = house().await;
        let answer = format!(r#"{{"errcode":{busy},"errmsg":"later"}}"#);
        for call in ["department/list", "tag/list"] {
            wecom.answer_with(call, &answer);
        }
        let mut first = Visitor::new(&house, IN_WECOM);
        let path = callback(&mut first, "").await;
        first.open(&path).await;
        let me = first.open("/_menshen/me").await.json();
        assert_eq!(me["groups"], json!(["department:2", "department:4"]));

        // A little later, and long before the re-check.
        house.clock.advance(Duration::from_secs(61));
        for call in ["department/list", "tag/list"] {
            wecom.answer(call, "all");
        }
        let mut second = Visitor::new(&house, IN_WECOM);
        let path = callback(&mut second, "").await;
        second.open(&path).await;
        let me = second.open("/_menshen/me").await.json();
        assert_eq!(me["groups"][2], "/总部/研发部", "{busy}: {me}");
        assert_eq!(me["groups"][4], "tag:1", "{busy}: {me}");
    }
}
