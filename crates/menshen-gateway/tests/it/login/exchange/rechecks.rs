//! WeCom is asked again about somebody who is signed in.

use std::sync::Arc;

use axum::body::Body;
use http::StatusCode;

use super::{CODE, callback, house, house_with, sessions};
use crate::fixtures::Fixtures;
use crate::harness::House;
use crate::login::SEVERAL;
use crate::visitor::{IN_WECOM, Visitor};

const MEMBER: &str = r#"{"errcode":0,"userid":"zhangsan","status":1,"department":[2]}"#;
const DISABLED: &str = r#"{"errcode":0,"userid":"zhangsan","status":2}"#;
const HIDDEN: &str =
    r#"{"errcode":60011,"errmsg":"no privilege to access/modify contact/party/agent"}"#;
const UNKNOWN: &str = r#"{"errcode":60111,"errmsg":"userid not found"}"#;

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

/// One member, signed in through two agents of one corp, with a browser for each.
struct Two {
    house: House,
    wecom: Fixtures,
}

impl Two {
    async fn agents() -> Self {
        let (house, wecom) = house_with(SEVERAL).await;
        wecom.answer_with("user/get", MEMBER);
        Self { house, wecom }
    }

    async fn sign_in(&self, connector: &str) -> Visitor<'_> {
        let mut visitor = Visitor::new(&self.house, IN_WECOM);
        let state = visitor.start(&format!("&connector={connector}")).await;
        let path = format!("/_menshen/callback/{connector}?code={CODE}&state={state}");
        visitor.open(&path).await;
        visitor
    }

    fn wait(&self) {
        self.house
            .clock
            .advance(self.house.parts.config.session.recheck);
    }
}

async fn sub(visitor: &mut Visitor<'_>) -> Option<String> {
    let answer = visitor.open("/_menshen/me").await;
    (answer.status == StatusCode::OK).then(|| answer.json()["sub"].to_string())
}

#[tokio::test]
async fn s_049_what_one_agent_may_not_see_ends_what_it_admitted_and_nothing_else() {
    let two = Two::agents().await;
    let (mut hq, mut branch) = (two.sign_in("hq").await, two.sign_in("branch").await);
    let before = sub(&mut hq).await;
    assert!(before.is_some());
    assert_eq!(sub(&mut branch).await, before);
    two.wait();
    two.wecom.answer_with("user/get", HIDDEN);
    assert_eq!(sub(&mut branch).await, None);
    two.wecom.answer_with("user/get", MEMBER);
    assert_eq!(sub(&mut hq).await, before);
    let [left] = &sessions(&two.house).await[..] else {
        panic!("one session is left")
    };
    assert_eq!(left.connector_id, "hq");
}

#[tokio::test]
async fn s_049_a_yes_of_one_agent_keeps_no_session_of_another() {
    let two = Two::agents().await;
    let (mut hq, mut branch) = (two.sign_in("hq").await, two.sign_in("branch").await);
    two.wait();
    assert!(sub(&mut hq).await.is_some());
    let asked = two.wecom.calls("user/get");
    two.wecom.answer_with("user/get", HIDDEN);
    assert_eq!(sub(&mut branch).await, None);
    assert_eq!(two.wecom.calls("user/get"), asked + 1);
}

#[tokio::test]
async fn s_106_departments_that_one_agent_learned_judge_no_session_of_another() {
    let two = Two::agents().await;
    let (mut hq, mut branch) = (two.sign_in("hq").await, two.sign_in("branch").await);
    let moved = r#"{"errcode":0,"userid":"zhangsan","status":1,"department":[3]}"#;
    two.wecom.answer_with("user/get", moved);
    two.wait();
    let me = hq.open("/_menshen/me").await.json();
    assert_eq!(me["groups"][0], "department:3");
    // WeCom is silent for the other one: what it was told before stays.
    two.wecom
        .answer_with("user/get", r#"{"errcode":-1,"errmsg":"busy"}"#);
    let me = branch.open("/_menshen/me").await.json();
    assert_eq!(me["groups"][0], "department:2");
}

#[tokio::test]
async fn s_160_a_disabled_person_is_signed_out_of_every_agent() {
    let two = Two::agents().await;
    let (mut hq, mut branch) = (two.sign_in("hq").await, two.sign_in("branch").await);
    two.wait();
    two.wecom.answer_with("user/get", DISABLED);
    assert_eq!(sub(&mut hq).await, None);
    two.wecom.answer_with("user/get", MEMBER);
    assert_eq!(sub(&mut branch).await, None);
    assert_eq!(sessions(&two.house).await, []);
}

/// "Unknown" may mean "hidden": then the other agent vouches for the person. Whom nobody sees is gone, and the
/// userid is another person's from then on.
#[tokio::test]
async fn s_100_a_member_unknown_to_one_agent_is_gone_unless_another_sees_them() {
    for (other, is_same) in [(MEMBER, true), (UNKNOWN, false), (HIDDEN, false)] {
        let two = Two::agents().await;
        let (mut hq, mut branch) = (two.sign_in("hq").await, two.sign_in("branch").await);
        let before = sub(&mut hq).await;
        two.wait();
        two.wecom
            .answer_in_turn("user/get", &[UNKNOWN, other, MEMBER]);
        assert_eq!(sub(&mut branch).await, None);
        let kept = before.clone().filter(|_| is_same);
        assert_eq!(sub(&mut hq).await, kept, "{other}");
        let mut again = two.sign_in("branch").await;
        let after = sub(&mut again).await;
        assert!(after.is_some());
        assert_eq!(after == before, is_same, "{other}");
    }
}
