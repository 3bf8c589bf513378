use std::sync::Arc;
use std::time::Duration;

use menshen_store::{
    Door, Identity, LoginAttempt, Store, Subject, SubjectId, SubjectKind, TakenAttempt,
};
use wecom_sdk::{AgentId, Clock as _, CorpId, ManualClock};

use super::sweep;
use crate::parts::{Parts, sample};
use crate::vault::sha256;

const TEN_MINUTES: Duration = Duration::from_mins(10);

async fn house() -> (Parts, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(sample::NOW));
    let mut parts = sample::parts().await;
    parts.clock = clock.clone();
    (parts, clock)
}

async fn begin(store: &dyn Store, state: &str, clock: &ManualClock) {
    let now = clock.now();
    let attempt = LoginAttempt {
        state_digest: sha256(state.as_bytes()),
        browser_digest: sha256(b"browser"),
        connector_id: "hq".to_owned(),
        corp_id: CorpId::parse("ww5f1e2d3c4b5a6978").unwrap(),
        agent_id: AgentId(1_000_002),
        door: Door::InApp,
        return_to: "/".to_owned(),
        site_browser_digest: None,
        created_at: now,
        expires_at: now.plus(TEN_MINUTES),
    };
    store.insert_login_attempt(&attempt).await.unwrap();
}

async fn is_kept(parts: &Parts, state: &str) -> bool {
    let found = parts
        .store
        .find_login_attempt(&sha256(state.as_bytes()))
        .await;
    found.unwrap().is_some()
}

#[tokio::test]
async fn what_is_past_its_end_goes_and_what_is_not_stays() {
    let (parts, clock) = house().await;
    begin(&*parts.store, "old", &clock).await;
    clock.advance(Duration::from_mins(9));
    begin(&*parts.store, "young", &clock).await;
    clock.advance(Duration::from_mins(3));
    sweep(&parts).await;
    assert!(!is_kept(&parts, "old").await);
    assert!(is_kept(&parts, "young").await);
    let counted = "menshen_swept_rows_total{record=\"login_attempt\"} 1\n";
    assert!(parts.metrics.to_text().contains(counted));
}

#[tokio::test]
async fn s_219_a_clock_that_steps_loses_nothing_and_makes_nothing_immortal() {
    let (parts, clock) = house().await;
    begin(&*parts.store, "before", &clock).await;
    clock.step_back(Duration::from_hours(1));
    begin(&*parts.store, "during", &clock).await;
    sweep(&parts).await;
    assert!(is_kept(&parts, "before").await && is_kept(&parts, "during").await);

    clock.advance(Duration::from_hours(25));
    let (state, browser) = (sha256(b"before"), sha256(b"browser"));
    let taken = parts
        .store
        .take_login_attempt(&state, &browser, "hq", clock.now())
        .await;
    assert_eq!(
        taken.unwrap(),
        TakenAttempt::Absent,
        "expired, though not swept yet"
    );
    sweep(&parts).await;
    assert!(!is_kept(&parts, "before").await && !is_kept(&parts, "during").await);
}

/// Somebody consents and never comes back.
#[tokio::test]
async fn personal_fields_go_when_the_consent_is_over() {
    let (parts, clock) = house().await;
    let subject = Subject {
        id: SubjectId(uuid::Uuid::from_u128(7)),
        corp_id: CorpId::parse("ww5f1e2d3c4b5a6978").unwrap(),
        kind: SubjectKind::Member,
        key: "zhangsan".to_owned(),
        created_at: clock.now(),
        retired_at: None,
    };
    parts.store.find_or_insert_subject(&subject).await.unwrap();
    let identity = Identity {
        subject_id: subject.id,
        corp_id: subject.corp_id.clone(),
        connector_id: "hq".to_owned(),
        user_id: "zhangsan".to_owned(),
        name: Some("张三".to_owned()),
        alias: None,
        position: None,
        departments: Vec::new(),
        main_department: None,
        tags: Vec::new(),
        sealed: Some(b"sealed".to_vec()),
        consented_at: Some(clock.now()),
        updated_at: clock.now(),
    };
    parts.store.upsert_identity(&identity).await.unwrap();
    let has_fields = async || {
        let found = parts.store.find_identity(&subject.id, "hq").await.unwrap();
        let found = found.expect("the person is still known");
        assert_eq!(found.sealed.is_some(), found.consented_at.is_some());
        found.sealed.is_some()
    };
    clock.advance(Duration::from_hours(24 * 30));
    sweep(&parts).await;
    assert!(has_fields().await, "WeCom remembers it for 30 days");
    clock.advance(Duration::from_millis(1));
    sweep(&parts).await;
    assert!(!has_fields().await);
    let counted = "menshen_swept_rows_total{record=\"consent\"} 1\n";
    assert!(parts.metrics.to_text().contains(counted));
}

#[test]
fn s_092_a_round_deletes_more_than_a_period_lets_be_written() {
    let written = u64::from(crate::door::rate::ALL.1) * super::PERIOD.as_secs();
    assert!(u64::from(super::MOST * super::STATEMENTS) > written);
}

#[tokio::test]
async fn a_store_that_fails_ends_the_round_and_nothing_else() {
    let (parts, _) = house().await;
    parts.store.close().await;
    sweep(&parts).await;
    assert!(parts.store.ping().await.is_err());
}
