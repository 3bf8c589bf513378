//! What is kept in memory about a session, and when it goes.

use std::time::Duration;

use http::StatusCode;
use menshen_gateway::vault::sha256;
use menshen_store::SubjectId;

use super::{Question, house, id, sign_in};
use crate::harness::House;

async fn status(house: &House, letter: char) -> StatusCode {
    Question::about("/page")
        .of(&id(letter))
        .ask(house)
        .await
        .status
}

#[tokio::test]
async fn s_170_a_session_that_ends_here_is_gone_at_once() {
    let house = house().await;
    let mut visitor = sign_in(&house, &id('a')).await;
    assert_eq!(status(&house, 'a').await, StatusCode::OK);
    let page = visitor.open("/_menshen/logout").await;
    let (_, rest) = page
        .body
        .split_once("name=\"csrf_token\" value=\"")
        .unwrap();
    let token = rest.split('"').next().unwrap();
    let form = visitor
        .request("/_menshen/logout")
        .method("POST")
        .header("origin", "https://login.example.com")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("csrf_token={token}").into())
        .unwrap();
    assert_eq!(visitor.send(form).await.status, StatusCode::OK);
    assert_eq!(status(&house, 'a').await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn s_154_a_session_that_ends_elsewhere_is_gone_within_five_seconds() {
    let house = house().await;
    sign_in(&house, &id('a')).await;
    assert_eq!(status(&house, 'a').await, StatusCode::OK);
    let digest = sha256(id('a').as_bytes());
    assert!(house.parts.store.end_session(&digest).await.unwrap());
    house.clock.advance(Duration::from_millis(4_999));
    assert_eq!(
        status(&house, 'a').await,
        StatusCode::OK,
        "the store's word is still good"
    );
    house.clock.advance(Duration::from_millis(1));
    assert_eq!(status(&house, 'a').await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn s_170_nobody_is_not_kept_so_a_new_session_is_known_at_once() {
    let house = house().await;
    assert_eq!(status(&house, 'a').await, StatusCode::UNAUTHORIZED);
    sign_in(&house, &id('a')).await;
    assert_eq!(status(&house, 'a').await, StatusCode::OK);
}

#[tokio::test]
async fn s_049_what_changes_is_seen_when_the_record_is_newer() {
    let house = house().await;
    sign_in(&house, &id('a')).await;
    assert_eq!(status(&house, 'a').await, StatusCode::OK);
    let subject = SubjectId(uuid::Uuid::from_u128(7));
    let store = &house.parts.store;
    let mut identity = store.find_identity(&subject, "hq").await.unwrap().unwrap();
    identity.departments.clear();
    identity.name = Some("张叁".into());
    store.upsert_identity(&identity).await.unwrap();
    house.clock.advance(Duration::from_secs(5));
    let now = house.parts.clock.now();
    store.update_checked_at(&subject, "hq", now).await.unwrap();
    let answer = Question::about("/page").of(&id('a')).ask(&house).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{answer:?}");
    let desk = Question::about("/desk").of(&id('a')).ask(&house).await;
    assert_eq!(desk.header("x-menshen-name"), "%E5%BC%A0%E5%8F%81");
    assert_eq!(desk.header("x-menshen-groups"), "tag:1");
}

#[tokio::test]
async fn s_190_a_store_that_fails_is_503_and_not_nobody() {
    let house = house().await;
    sign_in(&house, &id('a')).await;
    house.parts.store.close().await;
    let answer = Question::about("/page").of(&id('a')).ask(&house).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{answer:?}");
    assert_eq!(answer.problem(), "gateway.store_unavailable");
    assert!(!answer.headers.contains_key("set-cookie"));
    // Without a cookie there is nothing to look up.
    let public = Question::about("/public/x").ask(&house).await;
    assert_eq!(public.status, StatusCode::OK);
}

#[tokio::test]
async fn s_166_a_session_in_memory_idles_and_ends_like_any_other() {
    let house = house().await;
    sign_in(&house, &id('a')).await;
    assert_eq!(status(&house, 'a').await, StatusCode::OK);
    let idle = house.parts.config.session.idle;
    house.clock.advance(idle);
    assert_eq!(status(&house, 'a').await, StatusCode::UNAUTHORIZED);
}
