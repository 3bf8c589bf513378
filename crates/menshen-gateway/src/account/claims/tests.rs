use menshen_store::{Department, Door, Identity, Session, SubjectId, SubjectKind};
use serde_json::{Value, json};
use wecom_sdk::{CorpId, DepartmentId, TagId, Timestamp};

use super::{Claims, Facts, groups};
use crate::config::{ConnectorConfig, EmailTemplate, EndpointOverrides, SecretFile};
use crate::connector::{Gender, PersonalFields, email::Email};

fn department(id: u32, path: &[&str]) -> Department {
    Department {
        id: DepartmentId(id),
        path: path.iter().map(|name| (*name).to_owned()).collect(),
        above: Vec::new(),
        is_leader: false,
    }
}

fn identity(user_id: &str) -> Identity {
    Identity {
        subject_id: SubjectId(uuid::Uuid::nil()),
        corp_id: CorpId::parse("ww5f1e2d3c4b5a6978").unwrap(),
        connector_id: "hq".into(),
        user_id: user_id.into(),
        name: Some("张三".into()),
        alias: None,
        position: None,
        departments: vec![department(2, &["总部", "研发部"]), department(4, &[])],
        main_department: None,
        tags: vec![TagId(1)],
        sealed: None,
        consented_at: None,
        updated_at: Timestamp::from_seconds(0),
    }
}

fn connector() -> ConnectorConfig {
    ConnectorConfig {
        id: "hq".into(),
        label: "HQ".into(),
        corp_id: CorpId::parse("ww5f1e2d3c4b5a6978").unwrap(),
        agent_id: wecom_sdk::AgentId(1_000_002),
        secret: std::sync::Arc::new(SecretFile::new("/nowhere")),
        private_info: std::collections::BTreeSet::new(),
        verification_files: Vec::new(),
        endpoints: EndpointOverrides::default(),
        email_fallback: Some(EmailTemplate::parse("{userid}@corp.example").unwrap()),
        admit_external_contacts: true,
        admit_linked_corps: true,
    }
}

fn claims(user_id: &str, kind: SubjectKind, personal: PersonalFields) -> Value {
    let identity = identity(user_id);
    let session = Session {
        id_digest: menshen_store::Digest::from_bytes([0; 32]),
        subject_id: identity.subject_id,
        corp_id: identity.corp_id.clone(),
        connector_id: "hq".into(),
        door: Door::InApp,
        user_agent: String::new(),
        created_at: Timestamp::from_seconds(1_700_000_000),
        expires_at: Timestamp::from_seconds(1_700_604_800),
        last_seen_at: Timestamp::from_seconds(1_700_000_000),
        checked_at: Timestamp::from_seconds(1_700_000_000),
    };
    serde_json::to_value(Claims::of(Facts {
        session: &session,
        identity: &identity,
        kind,
        personal,
        connector: &connector(),
    }))
    .unwrap()
}

#[test]
fn everything_that_is_known_is_said_under_the_names_of_the_product() {
    let personal = PersonalFields {
        email: Some(Email {
            address: "zs@corp.example".into(),
            is_verified: true,
        }),
        mobile: Some("+8613800000000".into()),
        avatar: Some("https://img.example/a".into()),
        qr_code: Some("https://img.example/q".into()),
        gender: Some(Gender::Female),
        address: Some("广州".into()),
    };
    assert_eq!(
        claims("ZhangSan", SubjectKind::Member, personal),
        json!({
            "sub": "00000000-0000-0000-0000-000000000000",
            "preferred_username": "ZhangSan",
            "name": "张三",
            "email": "zs@corp.example",
            "email_verified": true,
            "phone_number": "+8613800000000",
            "picture": "https://img.example/a",
            "gender": "female",
            "address": {"formatted": "广州"},
            "groups": ["department:2", "department:4", "/总部/研发部", "tag:1"],
            "wecom_corp_id": "ww5f1e2d3c4b5a6978",
            "wecom_connector": "hq",
            "session": {
                "opened": "2023-11-14T22:13:20Z",
                "expires": "2023-11-21T22:13:20Z",
                "door": "in_app"
            }
        })
    );
}

#[test]
fn s_102_a_made_up_address_is_unverified_and_only_for_members() {
    let made_up = claims("zhangsan", SubjectKind::Member, PersonalFields::default());
    assert_eq!(made_up["email"], "zhangsan@corp.example");
    assert_eq!(made_up["email_verified"], false);
    for kind in [SubjectKind::ExternalContact, SubjectKind::LinkedMember] {
        let outsider = claims("zhangsan", kind, PersonalFields::default());
        assert!(outsider.get("email").is_none());
        assert!(outsider.get("email_verified").is_none());
    }
}

#[test]
fn s_106_no_department_can_be_named_like_a_number_or_a_path() {
    let mut identity = identity("zhangsan");
    identity.departments = vec![
        department(7, &["tag:2"]),
        department(8, &["a/b", "100%"]),
        department(9, &["department:1"]),
    ];
    assert_eq!(
        groups(&identity),
        [
            "department:7",
            "department:8",
            "department:9",
            "/tag:2",
            "/a%2Fb/100%25",
            "/department:1",
            "tag:1"
        ]
    );
}
