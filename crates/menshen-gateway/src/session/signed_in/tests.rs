use std::sync::Arc;
use std::time::Duration;

use menshen_store::{Department, Digest, Door, Identity, Session, SubjectId, SubjectKind};
use wecom_sdk::{AgentId, CorpId, DepartmentId, TagId, Timestamp};

use super::{SignedIn, Sources};
use crate::config::{ConnectorConfig, EmailTemplate, EndpointOverrides, SecretFile};
use crate::parts::sample;

const NOW: Timestamp = sample::NOW;

fn corp() -> CorpId {
    CorpId::parse("ww5f1e2d3c4b5a6978").unwrap()
}

fn session() -> Session {
    Session {
        id_digest: Digest::from_bytes([7; 32]),
        subject_id: SubjectId(uuid::Uuid::nil()),
        corp_id: corp(),
        connector_id: "hq".into(),
        door: Door::InApp,
        user_agent: "Mozilla/5.0".repeat(20),
        created_at: NOW,
        expires_at: NOW.plus(Duration::from_hours(1)),
        last_seen_at: NOW,
        checked_at: NOW,
    }
}

fn identity(user_id: &str, departments: &[(u32, &[u32])]) -> Identity {
    let department = |(id, above): &(u32, &[u32])| Department {
        id: DepartmentId(*id),
        path: vec!["总部".into(), "研发部".into()],
        above: above.iter().copied().map(DepartmentId).collect(),
        is_leader: false,
    };
    Identity {
        subject_id: SubjectId(uuid::Uuid::nil()),
        corp_id: corp(),
        connector_id: "hq".into(),
        user_id: user_id.into(),
        name: Some("张三".into()),
        alias: None,
        position: None,
        departments: departments.iter().map(department).collect(),
        main_department: None,
        tags: vec![TagId(1), TagId(5)],
        sealed: None,
        consented_at: None,
        updated_at: NOW,
    }
}

fn connector() -> ConnectorConfig {
    ConnectorConfig {
        id: "hq".into(),
        label: "HQ".into(),
        corp_id: corp(),
        agent_id: AgentId(1_000_002),
        secret: Arc::new(SecretFile::new("unused")),
        private_info: [].into(),
        verification_files: Vec::new(),
        endpoints: EndpointOverrides::default(),
        email_fallback: Some(EmailTemplate::parse("{userid}@corp.example").unwrap()),
        admit_external_contacts: false,
        admit_linked_corps: false,
    }
}

async fn signed_in(identity: &Identity, kind: SubjectKind) -> SignedIn {
    let parts = sample::parts().await;
    let sources = Sources {
        session: &session(),
        identity,
        kind,
        connector: &connector(),
        vault: &parts.vault,
    };
    SignedIn::new(&sources).unwrap()
}

#[tokio::test]
async fn rules_see_departments_with_those_above_and_folded_names() {
    let identity = identity("ZhangSan", &[(4, &[2, 1]), (3, &[1])]);
    let who = signed_in(&identity, SubjectKind::Member).await;
    let facts = who.facts();
    assert_eq!(facts.user_id, "zhangsan");
    assert_eq!(facts.departments, [1, 2, 3, 4].map(DepartmentId));
    assert_eq!(facts.tags, [TagId(1), TagId(5)]);
    assert_eq!(
        who.values.get(crate::config::Fact::Email),
        "ZhangSan@corp.example"
    );
}

#[tokio::test]
async fn s_096_a_linked_member_keeps_the_corp_in_the_name() {
    let identity = identity("ww00AA11bb22cc33dd/QianBa", &[]);
    let who = signed_in(&identity, SubjectKind::LinkedMember).await;
    assert_eq!(who.facts().user_id, "ww00AA11bb22cc33dd/qianba");
    assert_eq!(who.values.get(crate::config::Fact::Email), "");
}

#[tokio::test]
async fn a_session_in_memory_takes_less_than_a_kibibyte() {
    // A member of four departments, six deep, with two tags.
    let above: Vec<u32> = (1..=5).collect();
    let rows: Vec<(u32, &[u32])> = (10..14).map(|id| (id, above.as_slice())).collect();
    let who = signed_in(&identity("zhangsan", &rows), SubjectKind::Member).await;
    // The key in the map, its slot and the counts of the shared value come on top.
    let size = who.size() + 32 + 64 + 16;
    assert!(size <= 1024, "{size} bytes");
}

#[tokio::test]
async fn a_use_is_noted_by_one_request_per_throttle() {
    let who = signed_in(&identity("zhangsan", &[]), SubjectKind::Member).await;
    let minute = Duration::from_mins(1);
    assert!(!who.take_note(minute, NOW));
    let later = NOW.plus(minute);
    assert!(who.take_note(minute, later));
    assert!(!who.take_note(minute, later));
}
