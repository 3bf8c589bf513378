//! Whose session a request has, seen through `/_menshen/me`.

use std::time::Duration;

use http::StatusCode;

use super::{SESSION, assert_nobody, id, me, sign_in};
use crate::harness::House;
use crate::wecom::Nobody;

async fn status(house: &House) -> StatusCode {
    me(house, &format!("{SESSION}={}", id('a'))).await.status
}

#[tokio::test]
async fn s_164_two_session_cookies_are_nobody() {
    let house = House::new().await;
    sign_in(&house, &id('a')).await;
    let (good, bad) = (
        format!("{SESSION}={}", id('a')),
        format!("{SESSION}={}", id('b')),
    );
    for cookie in [
        format!("{good}; {bad}"),
        format!("{bad}; {good}"),
        format!("{good}; {good}"),
    ] {
        assert_nobody(&me(&house, &cookie).await);
    }
    assert_eq!(me(&house, &good).await.status, StatusCode::OK);
}

#[tokio::test]
async fn s_165_no_other_spelling_is_the_session_cookie() {
    let house = House::new().await;
    sign_in(&house, &id('a')).await;
    let value = id('a');
    for cookie in [
        format!("\u{2000}{SESSION}={value}"),
        format!("$Version=1; {SESSION}={value}"),
        format!("={SESSION}={value}"),
        format!("__HOST-menshen_session={value}"),
        format!("menshen_session={value}"),
        format!("{SESSION}=\"{value}\""),
        format!("\t{SESSION}={value}"),
        format!("{SESSION}={value} "),
        format!("{SESSION}={value}a"),
    ] {
        let request = http::Request::get("/_menshen/me");
        let header = http::HeaderValue::from_bytes(cookie.as_bytes()).unwrap();
        let request = request
            .header("cookie", header)
            .body(axum::body::Body::empty());
        assert_nobody(&house.send(request.unwrap()).await);
    }
}

#[tokio::test]
async fn s_166_a_session_that_idles_ends() {
    let house = House::new().await;
    sign_in(&house, &id('a')).await;
    house.clock.advance(house.parts.config.session.idle);
    assert_eq!(status(&house).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn s_166_no_activity_moves_the_absolute_end() {
    let nobody = Nobody::listen();
    let house = House::with(|parts| nobody.stand_in(parts)).await;
    sign_in(&house, &id('a')).await;
    let config = house.parts.config.session;
    let step = config.idle / 2;
    let mut age = Duration::ZERO;
    while age + step < config.lifetime {
        house.clock.advance(step);
        age += step;
        assert_eq!(status(&house).await, StatusCode::OK, "after {age:?}");
    }
    house.clock.advance(config.lifetime.saturating_sub(age));
    assert_eq!(status(&house).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn s_196_a_silent_wecom_ends_no_session() {
    let nobody = Nobody::listen();
    let house = House::with(|parts| nobody.stand_in(parts)).await;
    sign_in(&house, &id('a')).await;
    for _ in 0..6 {
        house.clock.advance(house.parts.config.session.recheck);
        assert_eq!(status(&house).await, StatusCode::OK);
    }
    assert!(nobody.calls() > 0);
}

#[tokio::test]
async fn s_170_nothing_is_remembered_of_a_session_that_was_ended() {
    let house = House::new().await;
    let cookie = format!("{SESSION}={}", id('a'));
    // A no before the session exists does not stick either.
    assert_nobody(&me(&house, &cookie).await);
    sign_in(&house, &id('a')).await;
    assert_eq!(status(&house).await, StatusCode::OK);
    let digest = menshen_gateway::vault::sha256(id('a').as_bytes());
    assert!(house.parts.store.end_session(&digest).await.unwrap());
    assert_nobody(&me(&house, &cookie).await);
}

#[tokio::test]
async fn s_170_a_session_of_a_connector_that_changed_hands_is_nobody() {
    let before = House::new().await;
    sign_in(&before, &id('a')).await;
    let store = before.parts.store.clone();
    let other = wecom_sdk::CorpId::parse("ww00aa11bb22cc33dd").unwrap();
    let after = House::with(|parts| {
        parts.store = store;
        std::sync::Arc::make_mut(&mut parts.config).connectors[0].corp_id = other;
    })
    .await;
    assert_eq!(status(&after).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(&before).await, StatusCode::OK);
}

#[tokio::test]
async fn s_219_a_clock_that_steps_back_makes_nothing_immortal() {
    let nobody = Nobody::listen();
    let house = House::with(|parts| nobody.stand_in(parts)).await;
    sign_in(&house, &id('a')).await;
    house.clock.step_back(Duration::from_hours(1));
    assert_eq!(status(&house).await, StatusCode::OK);
    assert!(
        nobody.calls() > 0,
        "the check from the future must be asked again"
    );
    house.clock.advance(Duration::from_hours(1));
    house.clock.advance(house.parts.config.session.lifetime);
    assert_eq!(status(&house).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn s_158_a_late_touch_brings_no_session_back() {
    let house = House::new().await;
    sign_in(&house, &id('a')).await;
    let digest = menshen_gateway::vault::sha256(id('a').as_bytes());
    let store = &house.parts.store;
    store.end_session(&digest).await.unwrap();
    let now = house.parts.clock.now();
    store.touch_session(&digest, now).await.unwrap();
    let subject = menshen_store::SubjectId(uuid::Uuid::from_u128(7));
    store.update_checked_at(&subject, "hq", now).await.unwrap();
    assert_eq!(status(&house).await, StatusCode::UNAUTHORIZED);
}
