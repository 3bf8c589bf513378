//! `gettoken`: order of refusals, repeated calls, the bar against wrong secrets.

use std::time::Duration;

use wecom_sandbox::world::{ForeignSecret, RepeatExpiresIn, RepeatToken};

use crate::stage::{CORP, PORTAL, Stage, secret};

async fn fetch(stage: &Stage, corp: &str, secret: &str) -> serde_json::Value {
    let path = format!("/cgi-bin/gettoken?corpid={corp}&corpsecret={secret}");
    stage.get(&path).await.json()
}

#[tokio::test]
async fn a_token_has_the_documented_form_and_length() {
    let stage = Stage::start().await;
    let answer = fetch(&stage, CORP, &secret(PORTAL)).await;
    assert_eq!(answer["errcode"], 0);
    assert_eq!(answer["errmsg"], "ok");
    assert_eq!(answer["expires_in"], 7200);
    let token = answer["access_token"].as_str().unwrap();
    assert!((100..=512).contains(&token.len()));
    assert!(
        token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    );
}

#[tokio::test]
async fn a_valid_token_comes_again_with_the_time_that_is_left() {
    let stage = Stage::start().await;
    let first = fetch(&stage, CORP, &secret(PORTAL)).await;
    stage.clock.advance(Duration::from_secs(100));
    let again = fetch(&stage, CORP, &secret(PORTAL)).await;
    assert_eq!(first["access_token"], again["access_token"]);
    assert_eq!(again["expires_in"], 7100);
    stage.clock.advance(Duration::from_secs(7100));
    let later = fetch(&stage, CORP, &secret(PORTAL)).await;
    assert_ne!(first["access_token"], later["access_token"]);
    assert_eq!(later["expires_in"], 7200);
}

#[tokio::test]
async fn the_switches_for_repeated_calls_do_what_they_say() {
    for (switch, old_is_good) in [(RepeatToken::New, true), (RepeatToken::NewEndsOld, false)] {
        let stage = Stage::with(|seed| seed.switches.repeat_token = switch).await;
        let old = stage.token(PORTAL).await;
        let new = stage.token(PORTAL).await;
        assert_ne!(old, new);
        let path = format!("/cgi-bin/tag/list?access_token={old}");
        assert_eq!(stage.get(&path).await.errcode() == 0, old_is_good);
    }
    let full = |seed: &mut wecom_sandbox::Seed| {
        seed.switches.repeat_expires_in = RepeatExpiresIn::Full;
    };
    let stage = Stage::with(full).await;
    fetch(&stage, CORP, &secret(PORTAL)).await;
    stage.clock.advance(Duration::from_secs(100));
    assert_eq!(
        fetch(&stage, CORP, &secret(PORTAL)).await["expires_in"],
        7200
    );
}

#[tokio::test]
async fn a_disabled_agents_secret_is_a_wrong_secret() {
    let stage = Stage::start().await;
    stage.change_agent(PORTAL, |agent| agent.is_enabled = false);
    assert_eq!(fetch(&stage, CORP, &secret(PORTAL)).await["errcode"], 40001);
}

#[tokio::test]
async fn another_corps_secret_is_40001_or_by_switch_40091() {
    for (switch, errcode) in [
        (ForeignSecret::Code40001, 40001),
        (ForeignSecret::Code40091, 40091),
    ] {
        let stage = Stage::with(|seed| {
            let mut other = seed.corps[0].clone();
            other.id = wecom_sdk::CorpId::parse("ww0000000000000001").unwrap();
            for agent in other.agents.values_mut() {
                agent.secret.push('B');
            }
            other.contact_sync = None;
            seed.corps.push(other);
            seed.switches.foreign_secret = switch;
        })
        .await;
        let answer = fetch(&stage, "ww0000000000000001", &secret(PORTAL)).await;
        assert_eq!(answer["errcode"], errcode);
    }
}

#[tokio::test]
async fn wrong_secrets_bar_the_address_for_an_hour_and_not_longer() {
    let stage = Stage::with(|seed| seed.limits.wrong_secrets = 3).await;
    for _ in 0..3 {
        assert_eq!(fetch(&stage, CORP, "wrong").await["errcode"], 40001);
    }
    assert_eq!(fetch(&stage, CORP, "wrong").await["errcode"], 40001);
    assert_eq!(fetch(&stage, CORP, &secret(PORTAL)).await["errcode"], 45009);
    stage.clock.advance(Duration::from_secs(3599));
    assert_eq!(fetch(&stage, CORP, &secret(PORTAL)).await["errcode"], 45009);
    stage.clock.advance(Duration::from_secs(1));
    assert_eq!(fetch(&stage, CORP, &secret(PORTAL)).await["errcode"], 0);
}
