//! The store fails while somebody who is signed in uses the gateway: 503, and nothing has changed.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Request, StatusCode};
use menshen_store::SubjectId;

use crate::fixtures::Fixtures;
use crate::harness::House;
use crate::mishaps::{Mishap, Mishaps};
use crate::visitor::{IN_WECOM, Visitor};

const SESSION: &str = "__Host-menshen_session";

async fn house_of_mishaps() -> (House, Fixtures, Arc<Mishaps>) {
    let wecom = Fixtures::play().await;
    let mut mishaps = None;
    let house = House::with(|parts| {
        wecom.stand_in(parts);
        let store = Mishaps::before(Arc::clone(&parts.store));
        parts.store = Arc::clone(&store) as Arc<dyn menshen_store::Store>;
        mishaps = Some(store);
    })
    .await;
    (house, wecom, mishaps.unwrap())
}

async fn sign_in(house: &House) -> Visitor<'_> {
    let mut visitor = Visitor::new(house, IN_WECOM);
    let state = visitor.start("").await;
    let path = format!("/_menshen/callback/hq?code=c0de&state={state}");
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{answer:?}");
    visitor
}

#[tokio::test]
async fn s_196_a_store_that_fails_never_reads_as_nobody() {
    let (house, wecom, store) = house_of_mishaps().await;
    let mut visitor = sign_in(&house).await;
    let fresh = Duration::from_secs(61);
    let due = Duration::from_mins(6);
    let rows = [
        ("find_session", Duration::ZERO),
        ("find_identity", Duration::ZERO),
        ("touch_session", fresh),
        ("find_subject", due),
        ("update_directory_facts", due),
        ("update_checked_at", due),
    ];
    for (call, later) in rows {
        house.clock.advance(later);
        store.plan(call, Mishap::Fails);
        for path in ["/", "/_menshen/me", "/_menshen/logout"] {
            if (call, path) == ("find_subject", "/_menshen/me") {
                continue;
            }
            let answer = visitor.open(path).await;
            assert_eq!(
                answer.status,
                StatusCode::SERVICE_UNAVAILABLE,
                "{call} {path}"
            );
            assert!(answer.headers.get("set-cookie").is_none(), "{call} {path}");
        }
        // Well again means well at once, not when some cache thinks so.
        store.recover();
        let answer = visitor.open("/_menshen/me").await;
        assert_eq!(answer.status, StatusCode::OK, "{call}: {answer:?}");
    }
    assert_eq!(wecom.calls("auth/getuserinfo"), 1);
}

#[tokio::test]
async fn s_196_a_no_of_wecom_that_cannot_be_noted_lets_nobody_in() {
    let gone = r#"{"errcode":60111,"errmsg":"userid not found"}"#;
    let disabled = r#"{"errcode":0,"userid":"zhangsan","status":2}"#;
    for (call, no) in [("retire_subject", gone), ("end_sessions_of", disabled)] {
        let (house, wecom, store) = house_of_mishaps().await;
        let mut visitor = sign_in(&house).await;
        wecom.answer_with("user/get", no);
        house.clock.advance(Duration::from_mins(6));
        store.plan(call, Mishap::Fails);
        let answer = visitor.open("/_menshen/me").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{call}");
        store.recover();
        let answer = visitor.open("/_menshen/me").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{call}");
    }
}

#[tokio::test]
async fn s_196_a_sign_out_that_the_store_did_not_take_does_not_pretend() {
    let (house, _, store) = house_of_mishaps().await;
    let mut visitor = sign_in(&house).await;
    let page = visitor.open("/_menshen/logout").await.body;
    let token = page.split("name=\"csrf_token\" value=\"").nth(1).unwrap();
    let token = token.split('"').next().unwrap().to_owned();
    let sign_out = |visitor: &Visitor<'_>| {
        Request::post("/_menshen/logout")
            .header("accept", "text/html")
            .header("origin", "https://login.example.com")
            .header("cookie", visitor.cookie_header())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(format!("csrf_token={token}")))
            .unwrap()
    };
    store.plan("end_session", Mishap::Fails);
    let request = sign_out(&visitor);
    let answer = visitor.send(request).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        visitor.cookie(SESSION).is_some(),
        "the cookie stays, to try again"
    );
    store.recover();
    let request = sign_out(&visitor);
    let answer = visitor.send(request).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(visitor.cookie(SESSION), None);
}

#[tokio::test]
async fn s_106_a_re_check_does_not_bring_back_what_a_login_replaced_meanwhile() {
    let (house, wecom, _) = house_of_mishaps().await;
    let mut visitor = sign_in(&house).await;
    let subject = visitor.open("/_menshen/me").await.json()["sub"].clone();
    let subject = SubjectId(subject.as_str().unwrap().parse().unwrap());
    let store = &house.parts.store;
    let mut identity = store.find_identity(&subject, "hq").await.unwrap().unwrap();
    identity.sealed = Some(b"consent that is withdrawn".to_vec());
    store.upsert_identity(&identity).await.unwrap();
    house.clock.advance(Duration::from_mins(6));
    wecom.hold();
    let asked = || wecom.calls("gettoken") + wecom.calls("user/get");
    let before = asked();
    let request = visitor.request("/").header("host", "login.example.com");
    let request = request.body(Body::empty()).unwrap();
    let visit = tower::ServiceExt::oneshot(house.public.clone(), request);
    let visit = house.parts.jobs.spawn(visit);
    while asked() == before {
        assert!(!visit.is_finished(), "WeCom is not asked again");
        tokio::task::yield_now().await;
    }
    identity.sealed = None;
    store.upsert_identity(&identity).await.unwrap();
    wecom.release();
    visit.await.unwrap().unwrap();
    assert_eq!(house.parts.jobs.drain(Duration::from_secs(5)).await, 0);
    assert!(wecom.calls("user/get") > 1);
    let after = store.find_identity(&subject, "hq").await.unwrap().unwrap();
    assert_eq!(after.sealed, None);
}
