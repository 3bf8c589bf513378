//! `GET /_menshen/callback/{connector}`: what becomes of WeCom's documented answers.

use std::time::Duration;

use axum::body::Body;
use http::StatusCode;
use menshen_gateway::Parts;
use menshen_gateway::config::{EmailTemplate, PrivateField};
use menshen_store::{Session, SessionFilter};
use serde_json::json;

use crate::fixtures::Fixtures;
use crate::harness::House;
use crate::visitor::{IN_WECOM, Visitor};

const SESSION: &str = "__Host-menshen_session";
const CODE: &str = "c0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0d";

async fn house() -> (House, Fixtures) {
    house_with(|_| {}).await
}

async fn house_with(change: impl FnOnce(&mut Parts)) -> (House, Fixtures) {
    let wecom = Fixtures::play().await;
    let house = House::with(|parts| {
        change(parts);
        wecom.stand_in(parts);
    })
    .await;
    (house, wecom)
}

async fn sessions(house: &House) -> Vec<Session> {
    let filter = SessionFilter {
        limit: 1000,
        ..SessionFilter::default()
    };
    house.parts.store.list_sessions(&filter).await.unwrap()
}

/// A login up to the point where WeCom sends the browser back.
async fn callback(visitor: &mut Visitor<'_>, query: &str) -> String {
    let state = visitor.start(query).await;
    format!("/_menshen/callback/hq?code={CODE}&state={state}")
}

fn wants_everything(parts: &mut Parts) {
    let connector = &mut std::sync::Arc::make_mut(&mut parts.config).connectors[0];
    connector.private_info.extend(PrivateField::ALL);
    connector.email_fallback = EmailTemplate::parse("{userid}@made-up.example").ok();
}

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
    let identity = house.parts.store.find_identity(&session.subject_id).await;
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

#[tokio::test]
async fn s_095_s_096_whoever_is_no_active_member_in_range_is_refused_by_name() {
    let (house, wecom) = house().await;
    let rows = [
        ("member", "outside_range", "visible range"),
        ("member", "unknown", "visible range"),
        ("member", "disabled", "cannot sign in at the moment"),
        ("outsider", "member", "Only for members"),
        ("customer", "member", "Only for members"),
        ("linked_member", "member", "Only for members"),
    ];
    for (who, facts, words) in rows {
        wecom.answer("auth/getuserinfo", who);
        wecom.answer("user/get", facts);
        if facts == "disabled" {
            let zhaoliu = r#"{"errcode":0,"errmsg":"ok","userid":"zhaoliu"}"#;
            wecom.answer_with("auth/getuserinfo", zhaoliu);
        }
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let path = callback(&mut visitor, "").await;
        for _ in 0..2 {
            let answer = visitor.open(&path).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who} {facts}");
            assert!(
                answer.body.contains(words),
                "{who} {facts}: {}",
                answer.body
            );
            assert_eq!(visitor.cookie(SESSION), None);
        }
        assert_eq!(sessions(&house).await, [], "{who} {facts}");
    }
    assert_eq!(wecom.calls("auth/getuserinfo"), rows.len());
}

#[tokio::test]
async fn s_095_every_no_of_the_directory_is_a_no() {
    let (house, wecom) = house().await;
    for errcode in [
        60011, 60111, 60021, 50002, 46004, 48009, 48002, 40003, 60020, -1,
    ] {
        wecom.answer_with(
            "user/get",
            &format!(r#"{{"errcode":{errcode},"errmsg":"no"}}"#),
        );
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let path = callback(&mut visitor, "").await;
        let answer = visitor.open(&path).await;
        assert!(
            !answer.status.is_success() && !answer.status.is_redirection(),
            "{errcode}"
        );
        assert_eq!(visitor.cookie(SESSION), None);
    }
    for status in ["2", "4", "5", "3", "0", "null", "\"1\"x"] {
        let body = format!(r#"{{"errcode":0,"userid":"zhangsan","status":{status}}}"#);
        wecom.answer_with("user/get", &body);
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let path = callback(&mut visitor, "").await;
        let answer = visitor.open(&path).await;
        assert!(!answer.status.is_redirection(), "{status}: {answer:?}");
    }
    assert_eq!(sessions(&house).await, []);
}

#[tokio::test]
async fn s_097_s_098_s_205_an_answer_that_is_not_as_documented_signs_nobody_in() {
    let (house, wecom) = house().await;
    for body in [
        "",
        "<html>502</html>",
        "[]",
        r#"{"errcode":0,"userid":""}"#,
        r#"{"errcode":0,"userid":null}"#,
        r#"{"errcode":0,"userid":1}"#,
        r#"{"errcode":0,"userid":["zhangsan"]}"#,
        r#"{"errcode":0,"userid":{"x":"zhangsan"}}"#,
        r#"{"errcode":0,"userid":"zhangsan","UserId":"lisi"}"#,
        r#"{"errcode":0,"userid":"zhangsan","userid":"lisi"}"#,
        r#"{"errcode":0,"userid":"zhangsan","openid":"o"}"#,
        r#"{"userid":"zhangsan","errcode":"0"}"#,
        r#"{"errcode":false,"userid":"zhangsan"}"#,
        r#"{"errcode":0,"userid":"zhangsan"}{"errcode":0}"#,
        r#"{"errcode":0,"userid":"zhangsan""#,
        r#"{"errcode":0,"userid":"zhang san"}"#,
        r#"{"data":{"errcode":0,"userid":"zhangsan"}}"#,
    ] {
        wecom.answer_with("auth/getuserinfo", body);
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let path = callback(&mut visitor, "").await;
        let answer = visitor.open(&path).await;
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{body}: {answer:?}");
        assert_eq!(visitor.cookie(SESSION), None);
    }
    assert_eq!(sessions(&house).await, []);
    assert_eq!(wecom.calls("user/get"), 0);
}

#[tokio::test]
async fn s_204_what_the_operator_must_repair_stays_neutral_for_the_person() {
    let (house, wecom) = house().await;
    for case in [
        "domain_of_another_app",
        "address_not_trusted",
        "app_disabled",
    ] {
        wecom.answer("auth/getuserinfo", case);
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let path = callback(&mut visitor, "").await;
        let answer = visitor.open(&path).await;
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{case}");
        assert!(answer.body.contains(answer.header("x-request-id")));
        for inside in ["50001", "60020", "50003", "redirect_uri", "ip", "hint"] {
            let words = answer
                .body
                .split(|c: char| !c.is_alphanumeric() && c != '_');
            assert!(
                !words.into_iter().any(|word| word == inside),
                "{case}: {inside}"
            );
        }
    }
    wecom.answer("auth/getuserinfo", "code_used");
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("Start again"), "{}", answer.body);
    assert_eq!(answer.header("location"), "");
}

#[tokio::test]
async fn s_076_a_repeat_from_the_same_browser_lands_the_same_for_a_minute() {
    let (house, wecom) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "&return_to=/wiki").await;
    visitor.open(&path).await;
    let first = visitor.cookie(SESSION).unwrap().to_owned();
    house.clock.advance(Duration::from_mins(1));
    let again = visitor.open(&path).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert_eq!(again.header("location"), "/wiki");
    assert_eq!(visitor.cookie(SESSION), Some(first.as_str()));
    // Another browser gets nothing, within the minute or after it.
    let answer = Visitor::new(&house, IN_WECOM).open(&path).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    house.clock.advance(Duration::from_millis(1));
    let late = visitor.open(&path).await;
    assert_eq!(late.status, StatusCode::BAD_REQUEST);
    assert_eq!(wecom.calls("auth/getuserinfo"), 1);
    assert_eq!(sessions(&house).await.len(), 1);
    assert_eq!(visitor.open("/_menshen/me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn s_076_s_078_overlapping_repeats_share_one_exchange() {
    let (house, wecom) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    wecom.hold();
    let jobs = &house.parts.jobs;
    let visits: Vec<_> = (0..200)
        .map(|_| {
            let request = visitor.request(&path).header("host", "login.example.com");
            let request = request.body(Body::empty()).unwrap();
            let router = house.public.clone();
            jobs.spawn(async move {
                let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
                crate::harness::Answer::of(response).await
            })
        })
        .collect();
    while wecom.calls("gettoken") == 0 {
        tokio::task::yield_now().await;
    }
    wecom.release();
    let mut ids = std::collections::HashSet::new();
    for visit in visits {
        let answer = visit.await.unwrap();
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{answer:?}");
        ids.insert(answer.header("set-cookie").to_owned());
    }
    assert_eq!(ids.len(), 1);
    assert_eq!(wecom.calls("auth/getuserinfo"), 1);
    assert_eq!(sessions(&house).await.len(), 1);
}

#[tokio::test]
async fn s_077_an_exchange_ends_well_although_the_browser_is_gone() {
    let (house, wecom) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    wecom.hold();
    let request = visitor.request(&path).header("host", "login.example.com");
    let request = request.body(Body::empty()).unwrap();
    let dropped = tower::ServiceExt::oneshot(house.public.clone(), request);
    let dropped = house.parts.jobs.spawn(dropped);
    while wecom.calls("gettoken") == 0 {
        tokio::task::yield_now().await;
    }
    dropped.abort();
    assert!(dropped.await.unwrap_err().is_cancelled());
    wecom.release();
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{answer:?}");
    assert_eq!(wecom.calls("auth/getuserinfo"), 1);
    assert_eq!(visitor.open("/_menshen/me").await.status, StatusCode::OK);
}

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
async fn s_168_one_question_for_many_requests_and_a_no_ends_the_session() {
    let (house, wecom) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    visitor.open(&path).await;
    let asked = wecom.calls("user/get");
    house.clock.advance(house.parts.config.session.recheck);
    let visits: Vec<_> = (0..50)
        .map(|_| {
            let request = visitor
                .request("/_menshen/me")
                .header("host", "login.example.com");
            let request = request.body(Body::empty()).unwrap();
            let router = house.public.clone();
            house
                .parts
                .jobs
                .spawn(async move { tower::ServiceExt::oneshot(router, request).await.unwrap() })
        })
        .collect();
    for visit in visits {
        let answer = visit.await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(answer.headers().get("set-cookie").is_none());
    }
    assert_eq!(wecom.calls("user/get"), asked + 1);
    // Disabled: the next question is the last.
    wecom.answer_with(
        "user/get",
        r#"{"errcode":0,"userid":"zhangsan","status":2}"#,
    );
    assert_eq!(visitor.open("/_menshen/me").await.status, StatusCode::OK);
    house.clock.advance(house.parts.config.session.recheck);
    assert_eq!(
        visitor.open("/_menshen/me").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(sessions(&house).await, []);
    assert_eq!(wecom.calls("user/get"), asked + 2);
}

#[tokio::test]
async fn s_106_a_moved_member_is_seen_within_the_recheck() {
    let (house, wecom) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    visitor.open(&path).await;
    let moved = r#"{"errcode":0,"userid":"zhangsan","status":1,"department":[3]}"#;
    wecom.answer_with("user/get", moved);
    house.clock.advance(house.parts.config.session.recheck);
    let me = visitor.open("/_menshen/me").await.json();
    assert_eq!(me["groups"][0], "department:3");
    assert_eq!(me["groups"][1], "/总部/财务部");
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
