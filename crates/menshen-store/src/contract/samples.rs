//! Records for tests: plain, valid, told apart by a number.
//!
//! In: a number. Out: a record that every backend must take. Never: reads a clock or draws chance, so that two
//! runs see the same.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use wecom_sdk::{AgentId, CorpId, DepartmentId, TagId, Timestamp};

use crate::{
    Department, Digest, Door, Identity, LoginAttempt, Session, Store, Subject, SubjectId,
    SubjectKind, TakenAttempt, WecomToken, WecomTokenKey,
};

/// When the tests begin.
pub const START: Timestamp = Timestamp::from_seconds(1_800_000_000);
/// The connector of the samples.
pub const CONNECTOR: &str = "hq";
/// How long a sample session may be idle.
pub const IDLE: Duration = Duration::from_hours(12);

/// A digest that differs for each number, in the order of the numbers.
#[must_use]
pub fn digest(number: u32) -> Digest {
    let mut bytes = [0x5a; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    Digest::from_bytes(bytes)
}

/// The corp of the samples.
#[must_use]
pub fn corp() -> CorpId {
    CorpId::parse("ww5f1e2d3c4b5a6978").unwrap()
}

/// Another corp.
#[must_use]
pub fn other_corp() -> CorpId {
    CorpId::parse("wwffffffffffffffff").unwrap()
}

/// A login attempt of ten minutes; its browser's digest is `number` + 1,000,000.
#[must_use]
pub fn attempt(number: u32) -> LoginAttempt {
    LoginAttempt {
        state_digest: digest(number),
        browser_digest: digest(number + 1_000_000),
        connector_id: CONNECTOR.to_owned(),
        corp_id: corp(),
        agent_id: AgentId(1_000_002),
        door: Door::Scan,
        return_to: "https://wiki.example.com/首页?a=b".to_owned(),
        site_browser_digest: Some(digest(number + 6_000_000)),
        created_at: START,
        expires_at: START.plus(Duration::from_mins(10)),
    }
}

/// A member of the sample corp.
#[must_use]
pub fn subject(number: u32) -> Subject {
    Subject {
        id: SubjectId(Uuid::from_u128(u128::from(number) + 1)),
        corp_id: corp(),
        kind: SubjectKind::Member,
        key: format!("member{number}"),
        created_at: START,
        retired_at: None,
    }
}

/// A session of seven days; its digest is `number` + 2,000,000.
#[must_use]
pub fn session(number: u32, subject: &Subject) -> Session {
    Session {
        id_digest: digest(number + 2_000_000),
        subject_id: subject.id,
        corp_id: subject.corp_id.clone(),
        connector_id: CONNECTOR.to_owned(),
        door: Door::InApp,
        user_agent: "Mozilla/5.0 (测试) wxwork".to_owned(),
        created_at: START,
        expires_at: START.plus(Duration::from_hours(7 * 24)),
        last_seen_at: START,
        checked_at: START,
    }
}

/// An identity with every field filled.
#[must_use]
pub fn identity(subject: &Subject) -> Identity {
    Identity {
        subject_id: subject.id,
        corp_id: subject.corp_id.clone(),
        connector_id: CONNECTOR.to_owned(),
        user_id: "ZhangSan".to_owned(),
        name: Some("张三 \"'; DROP TABLE identity".to_owned()),
        alias: Some("三".to_owned()),
        position: Some("工程师".to_owned()),
        departments: vec![Department {
            id: DepartmentId(4),
            path: vec!["总部".to_owned(), "研发部".to_owned(), "平台组".to_owned()],
            above: Vec::new(),
            is_leader: true,
        }],
        main_department: Some(DepartmentId(u32::MAX)),
        tags: vec![TagId(1), TagId(2)],
        sealed: Some(vec![0, 255, 1]),
        consented_at: Some(START),
        updated_at: START,
    }
}

/// What a token of the sample agent belongs to.
#[must_use]
pub fn token_key() -> WecomTokenKey {
    WecomTokenKey {
        corp_id: corp(),
        agent_id: AgentId(1_000_002),
        credential: digest(7),
    }
}

/// A token of two hours.
#[must_use]
pub fn token(sealed: &[u8], fetched_at: Timestamp) -> WecomToken {
    WecomToken {
        sealed: sealed.to_vec(),
        fetched_at,
        expires_at: fetched_at.plus(Duration::from_hours(2)),
    }
}

/// Writes an attempt and claims it.
pub async fn claim(store: &Arc<dyn Store>, number: u32) -> LoginAttempt {
    let attempt = attempt(number);
    store.insert_login_attempt(&attempt).await.unwrap();
    let taken = take(store, &attempt, START).await;
    assert_eq!(taken, TakenAttempt::Claimed(attempt.clone()));
    attempt
}

/// Takes an attempt as its own browser and connector do.
pub async fn take(store: &Arc<dyn Store>, attempt: &LoginAttempt, now: Timestamp) -> TakenAttempt {
    store
        .take_login_attempt(
            &attempt.state_digest,
            &attempt.browser_digest,
            &attempt.connector_id,
            now,
        )
        .await
        .unwrap()
}

/// Writes a subject and opens a session for it, by the only way there is.
pub async fn sign_in(store: &Arc<dyn Store>, number: u32, subject: &Subject) -> Session {
    sign_in_through(store, number, subject, CONNECTOR).await
}

/// The same through another connector.
pub async fn sign_in_through(
    store: &Arc<dyn Store>,
    number: u32,
    subject: &Subject,
    connector_id: &str,
) -> Session {
    let mut attempt = attempt(number);
    connector_id.clone_into(&mut attempt.connector_id);
    store.insert_login_attempt(&attempt).await.unwrap();
    let taken = take(store, &attempt, START).await;
    assert_eq!(taken, TakenAttempt::Claimed(attempt.clone()));
    let subject = store.find_or_insert_subject(subject).await.unwrap();
    let mut session = session(number, &subject);
    connector_id.clone_into(&mut session.connector_id);
    store
        .complete_login_attempt(&attempt.state_digest, &session, None, START)
        .await
        .unwrap();
    session
}

/// The session as it is found at `now`.
pub async fn found(store: &Arc<dyn Store>, session: &Session, now: Timestamp) -> Option<Session> {
    store
        .find_session(&session.id_digest, IDLE, now)
        .await
        .unwrap()
}
