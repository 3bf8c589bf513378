//! WeCom is asked again about somebody who is signed in.

use std::sync::Arc;

use axum::body::Body;
use http::StatusCode;

use super::super::SEVERAL;
use super::{CODE, callback, house, sessions};
use crate::fixtures::Fixtures;
use crate::harness::House;
use crate::visitor::{IN_WECOM, Visitor};

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

/// Two agents of one corp. That one of them may still see the member says nothing about the other.
#[tokio::test]
async fn s_049_s_104_each_connector_is_asked_for_its_own_sessions() {
    let (hq, branch) = (Fixtures::play().await, Fixtures::play().await);
    let house = House::with(|parts| {
        SEVERAL(parts);
        branch.stand_in(parts);
        let of_branch = parts.config.connectors[1].clone();
        hq.stand_in(parts);
        Arc::make_mut(&mut parts.config).connectors[1] = of_branch;
    })
    .await;
    let mut at_hq = Visitor::new(&house, IN_WECOM);
    let mut at_branch = Visitor::new(&house, IN_WECOM);
    for (visitor, connector) in [(&mut at_hq, "hq"), (&mut at_branch, "branch")] {
        let state = visitor.start(&format!("&connector={connector}")).await;
        let back = format!("/_menshen/callback/{connector}?code={CODE}&state={state}");
        visitor.open(&back).await;
        assert_eq!(visitor.open("/_menshen/me").await.status, StatusCode::OK);
    }
    // The member leaves the visible range of the second agent, and of that one only.
    branch.answer("user/get", "outside_range");
    let (asked_hq, asked_branch) = (hq.calls("user/get"), branch.calls("user/get"));
    house.clock.advance(house.parts.config.session.recheck);
    assert_eq!(at_hq.open("/_menshen/me").await.status, StatusCode::OK);
    assert_eq!(hq.calls("user/get"), asked_hq + 1);
    let answer = at_branch.open("/_menshen/me").await;
    assert_eq!(branch.calls("user/get"), asked_branch + 1);
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}
