//! `/`, `/_menshen/me` and `/_menshen/logout`, for somebody whose session lies in the store.

use std::time::Duration;

use axum::body::Body;
use http::{Request, StatusCode};
use menshen_store::{
    Department, Door, Identity, LoginAttempt, Session, Subject, SubjectId, SubjectKind,
    TakenAttempt,
};
use wecom_sdk::{DepartmentId, TagId, Timestamp};

use crate::harness::{Answer, House};
use crate::visitor::{ON_A_DESK, Visitor};
use menshen_gateway::vault::sha256;

mod logout;
mod me;
mod mishaps;
mod session;

pub(crate) const SESSION: &str = "__Host-menshen_session";

/// Signs somebody in without WeCom, through the store's own door: an attempt that is completed.
pub(crate) async fn sign_in<'h>(house: &'h House, id: &str) -> Visitor<'h> {
    let now = house.parts.clock.now();
    let subject_id = write_zhangsan(house, now).await;
    open_session(house, subject_id, id, now).await;
    let mut visitor = Visitor::new(house, ON_A_DESK);
    visitor.cookies.push((SESSION.into(), id.into()));
    visitor
}

/// Signs in somebody else, whose userid and subject go by a number.
pub(crate) async fn sign_in_as(house: &House, id: &str, number: u128) {
    let now = house.parts.clock.now();
    let subject_id = write_member(house, now, (number, &format!("user-{number}"))).await;
    open_session(house, subject_id, id, now).await;
}

pub(crate) async fn write_zhangsan(house: &House, now: Timestamp) -> SubjectId {
    write_member(house, now, (7, "ZhangSan")).await
}

async fn write_member(house: &House, now: Timestamp, (number, user_id): (u128, &str)) -> SubjectId {
    let store = &house.parts.store;
    let config = &house.parts.config.connectors[0];
    let subject = Subject {
        id: SubjectId(uuid::Uuid::from_u128(number)),
        corp_id: config.corp_id.clone(),
        kind: SubjectKind::Member,
        key: user_id.to_ascii_lowercase(),
        created_at: now,
        retired_at: None,
    };
    let subject = store.find_or_insert_subject(&subject).await.unwrap();
    let identity = Identity {
        subject_id: subject.id,
        corp_id: config.corp_id.clone(),
        connector_id: config.id.clone(),
        user_id: user_id.into(),
        name: Some("张三".into()),
        alias: None,
        position: Some("工程师".into()),
        departments: vec![Department {
            id: DepartmentId(2),
            path: vec!["总部".into(), "研发部".into()],
            above: vec![DepartmentId(1)],
            is_leader: false,
        }],
        main_department: Some(DepartmentId(2)),
        tags: vec![TagId(1)],
        sealed: None,
        consented_at: None,
        updated_at: now,
    };
    store.upsert_identity(&identity).await.unwrap();
    subject.id
}

async fn open_session(house: &House, subject_id: SubjectId, id: &str, now: Timestamp) {
    let store = &house.parts.store;
    let config = &house.parts.config.connectors[0];
    let attempt = LoginAttempt {
        state_digest: sha256(id.as_bytes()),
        browser_digest: sha256(b"browser"),
        connector_id: config.id.clone(),
        corp_id: config.corp_id.clone(),
        agent_id: config.agent_id,
        door: Door::Scan,
        return_to: "/".into(),
        site_browser_digest: None,
        created_at: now,
        expires_at: now.plus(Duration::from_mins(10)),
    };
    store.insert_login_attempt(&attempt).await.unwrap();
    let taken = store
        .take_login_attempt(&attempt.state_digest, &attempt.browser_digest, "hq", now)
        .await;
    assert!(matches!(taken, Ok(TakenAttempt::Claimed(_))));
    let lifetime = house.parts.config.session.lifetime;
    let session = Session {
        id_digest: sha256(id.as_bytes()),
        subject_id,
        corp_id: config.corp_id.clone(),
        connector_id: config.id.clone(),
        door: Door::Scan,
        user_agent: String::new(),
        created_at: now,
        expires_at: now.plus(lifetime),
        last_seen_at: now,
        checked_at: now,
    };
    store
        .complete_login_attempt(&attempt.state_digest, &session, None, now)
        .await
        .unwrap();
}

/// A session id of the right shape.
pub(crate) fn id(letter: char) -> String {
    letter.to_string().repeat(43)
}

/// What `/_menshen/me` says to a request with this cookie header.
async fn me(house: &House, cookie: &str) -> Answer {
    let request = Request::get("/_menshen/me").header("cookie", cookie);
    house.send(request.body(Body::empty()).unwrap()).await
}

fn assert_nobody(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
    assert_eq!(answer.problem(), "request.not_signed_in");
    assert_eq!(answer.header("set-cookie"), "");
}
