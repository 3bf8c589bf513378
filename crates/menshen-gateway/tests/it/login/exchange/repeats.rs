//! The same callback comes more than once.

use std::time::Duration;

use axum::body::Body;
use http::StatusCode;

use super::{SESSION, callback, house, sessions};
use crate::visitor::{IN_WECOM, Visitor};

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
    assert_eq!(again.header("location"), "/wiki#");
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
