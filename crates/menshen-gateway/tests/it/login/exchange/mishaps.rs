//! The store fails, or the browser leaves, at each step of a login.

use std::sync::Arc;

use axum::body::Body;
use http::StatusCode;
use wecom_sdk::{AgentId, CorpId};

use super::{SESSION, callback, house, house_with, sessions};
use crate::fixtures::Fixtures;
use crate::harness::{Answer, House};
use crate::mishaps::{Mishap, Mishaps};
use crate::visitor::{IN_WECOM, Visitor};

async fn house_of_mishaps() -> (House, Fixtures, Arc<Mishaps>) {
    let mut mishaps = None;
    let (house, wecom) = house_with(|parts| {
        let store = Mishaps::before(Arc::clone(&parts.store));
        parts.store = Arc::clone(&store) as Arc<dyn menshen_store::Store>;
        mishaps = Some(store);
    })
    .await;
    (house, wecom, mishaps.unwrap())
}

fn sets_session(answer: &Answer) -> bool {
    let mut lines = answer.headers.get_all("set-cookie").iter();
    lines.any(|line| line.to_str().unwrap().starts_with(SESSION))
}

#[tokio::test]
async fn s_076_s_077_a_browser_that_leaves_while_its_attempt_is_claimed_comes_back_and_lands() {
    let (house, wecom, store) = house_of_mishaps().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "&return_to=/wiki").await;
    store.plan("take_login_attempt", Mishap::IsHeld);
    let request = visitor.request(&path).header("host", "login.example.com");
    let request = request.body(Body::empty()).unwrap();
    let first = tower::ServiceExt::oneshot(house.public.clone(), request);
    let first = house.parts.jobs.spawn(first);
    store.is_holding().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    store.release();
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{answer:?}");
    assert_eq!(answer.header("location"), "/wiki#");
    assert_eq!(wecom.calls("auth/getuserinfo"), 1);
    assert_eq!(sessions(&house).await.len(), 1);
    assert_eq!(visitor.open("/_menshen/me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn s_082_s_094_a_connector_that_was_given_to_another_corp_or_agent_ends_the_attempt() {
    type Change = fn(&mut menshen_gateway::config::ConnectorConfig);
    let changes: [Change; 2] = [
        |connector| connector.corp_id = CorpId::parse("ww00112233445566ff").unwrap(),
        |connector| connector.agent_id = AgentId(1_000_003),
    ];
    for change in changes {
        let (before, _) = house().await;
        let mut visitor = Visitor::new(&before, IN_WECOM);
        let path = callback(&mut visitor, "").await;
        let cookies = visitor.cookies.clone();
        let store = Arc::clone(&before.parts.store);
        let (after, wecom) = house_with(|parts| {
            parts.store = store;
            change(&mut Arc::make_mut(&mut parts.config).connectors[0]);
        })
        .await;
        let mut visitor = Visitor::new(&after, IN_WECOM);
        visitor.cookies = cookies;
        let answer = visitor.open(&path).await;
        assert!(answer.status.is_client_error(), "{answer:?}");
        assert!(!sets_session(&answer));
        assert_eq!(wecom.calls("gettoken"), 0, "no other credentials are used");
        assert_eq!(wecom.calls("auth/getuserinfo"), 0);
        assert_eq!(sessions(&after).await, []);
    }
}

/// Each store call of a callback, and whether it comes before the attempt is claimed.
const CALLBACK: [(&str, bool); 5] = [
    ("take_login_attempt", true),
    ("find_or_insert_subject", false),
    ("find_identity", false),
    ("upsert_identity", false),
    ("complete_login_attempt", false),
];

#[tokio::test]
async fn s_196_s_213_a_store_that_fails_at_any_step_of_a_callback_leaves_no_half_login() {
    for (call, is_before_the_claim) in CALLBACK {
        let (house, wecom, store) = house_of_mishaps().await;
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let path = callback(&mut visitor, "").await;
        store.plan(call, Mishap::Fails);
        let answer = visitor.open(&path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{call}");
        assert!(!sets_session(&answer), "{call}");
        assert_eq!(sessions(&house).await, [], "{call}");
        store.recover();
        let again = visitor.open(&path).await;
        if is_before_the_claim {
            assert_eq!(
                again.status,
                StatusCode::SEE_OTHER,
                "{call}: nothing was used up"
            );
        } else {
            assert_eq!(again.status, StatusCode::SERVICE_UNAVAILABLE, "{call}");
            assert!(!sets_session(&again), "{call}");
        }
        assert_eq!(wecom.calls("auth/getuserinfo"), 1, "{call}: never twice");
        let path = callback(&mut visitor, "").await;
        let answer = visitor.open(&path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{call}: at once");
        assert_eq!(sessions(&house).await.len(), 1, "{call}");
    }
}

#[tokio::test]
async fn s_172_s_213_a_login_that_fails_leaves_the_old_session_alone() {
    let (house, _, store) = house_of_mishaps().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    visitor.open(&path).await;
    let old = visitor.cookie(SESSION).unwrap().to_owned();
    let path = callback(&mut visitor, "").await;
    store.plan("complete_login_attempt", Mishap::Fails);
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    store.recover();
    assert_eq!(visitor.cookie(SESSION), Some(old.as_str()));
    assert_eq!(visitor.open("/_menshen/me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn s_213_when_the_answer_of_the_last_step_is_lost_the_repeat_finds_the_session() {
    let (house, wecom, store) = house_of_mishaps().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    store.plan("complete_login_attempt", Mishap::IsLost);
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!sets_session(&answer));
    store.recover();
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(visitor.open("/_menshen/me").await.status, StatusCode::OK);
    assert_eq!(wecom.calls("auth/getuserinfo"), 1);
    assert_eq!(sessions(&house).await.len(), 1);
}
