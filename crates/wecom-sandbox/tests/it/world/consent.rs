//! Consent: thirty days, field by field, and what a refusal leaves behind (dossier 4.2).

use std::collections::BTreeSet;
use std::time::Duration;

use wecom_sandbox::world::{
    AuthorizeStep, CodeScope, ConsentKey, DisabledMembers, MemberStatus, RefusalMemory,
    SensitiveField,
};
use wecom_sdk::{AgentId, UserId};

use crate::stage::{EXPENSES, PORTAL, Stage, corp, link_of};

fn key(agent: u32, user: &str) -> ConsentKey {
    ConsentKey::new(corp(), AgentId(agent), &UserId::parse(user).unwrap())
}

fn step(stage: &Stage, person: &str) -> AuthorizeStep {
    let link = stage.link(&link_of(PORTAL, "snsapi_privateinfo"));
    let person = stage.person(person);
    let world = stage.sandbox.world();
    world.read(|state, now| state.next_step(now, &link, &person))
}

fn grant(stage: &Stage, fields: &[SensitiveField]) {
    let fields: BTreeSet<_> = fields.iter().copied().collect();
    let world = stage.sandbox.world();
    world.change(|state, now| state.grant_consent(now, key(PORTAL, "ZhangSan"), fields));
}

fn open(stage: &Stage) -> Vec<SensitiveField> {
    let world = stage.sandbox.world();
    let fields = world.read(|state, now| state.open_fields(now, &key(PORTAL, "zhangsan")));
    fields.into_iter().collect()
}

#[tokio::test]
async fn a_consent_is_silent_for_thirty_days_to_the_second() {
    let stage = Stage::start().await;
    let asked = AuthorizeStep::AskConsent(SensitiveField::ALL.to_vec());
    assert_eq!(step(&stage, "member:zhangsan"), asked);
    grant(&stage, &[SensitiveField::Email]);
    let silent = AuthorizeStep::Silent(CodeScope::PrivateInfo);
    assert_eq!(step(&stage, "member:zhangsan"), silent);
    assert_eq!(
        step(&stage, "member:lisi"),
        asked,
        "each member for themselves"
    );
    stage.clock.advance(Duration::from_secs(30 * 86_400 - 1));
    assert_eq!(step(&stage, "member:zhangsan"), silent);
    assert_eq!(open(&stage), [SensitiveField::Email]);
    stage.clock.advance(Duration::from_secs(1));
    assert_eq!(step(&stage, "member:zhangsan"), asked);
    assert_eq!(open(&stage), []);
}

#[tokio::test]
async fn choices_change_within_the_thirty_days_and_do_not_prolong_them() {
    let stage = Stage::start().await;
    let world = stage.sandbox.world();
    let change = |fields: &[SensitiveField]| {
        let fields = fields.iter().copied().collect();
        world.change(|state, now| state.change_consent(now, &key(PORTAL, "zhangsan"), fields))
    };
    assert!(
        !change(&[SensitiveField::Mobile]),
        "nothing to change before the first page"
    );
    grant(&stage, &[SensitiveField::Email]);
    stage.clock.advance(Duration::from_hours(29 * 24));
    assert!(change(&[SensitiveField::Mobile]));
    assert_eq!(open(&stage), [SensitiveField::Mobile]);
    let zhangsan = UserId::parse("zhangsan").unwrap();
    let listed = world.read(|state, now| state.consents_of(now, &corp(), &zhangsan));
    assert_eq!((listed.len(), listed[0].0), (1, AgentId(PORTAL)));
    stage.clock.advance(Duration::from_hours(24));
    assert!(!change(&[]));
    assert_eq!(open(&stage), []);
}

#[tokio::test]
async fn a_consent_is_for_one_app_and_can_be_forgotten() {
    let stage = Stage::start().await;
    grant(&stage, &SensitiveField::ALL);
    let world = stage.sandbox.world();
    let other = world.read(|state, now| state.open_fields(now, &key(EXPENSES, "zhangsan")));
    assert!(other.is_empty());
    assert!(world.change(|state, _| state.forget_consent(&key(PORTAL, "zhangsan"))));
    assert!(!world.change(|state, _| state.forget_consent(&key(PORTAL, "zhangsan"))));
    assert!(matches!(
        step(&stage, "member:zhangsan"),
        AuthorizeStep::AskConsent(_)
    ));
}

#[tokio::test]
async fn a_remembered_refusal_is_silent_and_without_a_ticket_for_thirty_days() {
    let remember = |seed: &mut wecom_sandbox::Seed| {
        seed.switches.refusal_memory = RefusalMemory::Remember;
    };
    let stage = Stage::with(remember).await;
    let world = stage.sandbox.world();
    world.change(|state, now| state.refuse_consent(now, key(PORTAL, "zhangsan")));
    assert_eq!(
        step(&stage, "member:zhangsan"),
        AuthorizeStep::Silent(CodeScope::Base)
    );
    stage.clock.advance(Duration::from_hours(30 * 24));
    assert!(matches!(
        step(&stage, "member:zhangsan"),
        AuthorizeStep::AskConsent(_)
    ));
}

#[tokio::test]
async fn outside_the_range_there_is_no_page_to_agree_on() {
    let stage = Stage::start().await;
    for person in [
        "member:sunqi",
        "stranger:oSandboxStranger0000000000001",
        "customer:wmSandboxCustomer00000000000002",
    ] {
        assert_eq!(step(&stage, person), AuthorizeStep::NotVisible, "{person}");
    }
    let linked = "linked:ww00aa11bb22cc33dd/qianba";
    assert_eq!(step(&stage, linked), AuthorizeStep::Silent(CodeScope::Base));
    let barred = AuthorizeStep::CannotSignIn(MemberStatus::Disabled);
    assert_eq!(step(&stage, "member:zhaoliu"), barred);
    stage.sandbox.world().change(|state, _| {
        state.switches.disabled_members = DisabledMembers::Admit;
    });
    assert!(matches!(
        step(&stage, "member:zhaoliu"),
        AuthorizeStep::AskConsent(_)
    ));
}

#[tokio::test]
async fn a_thousand_logins_at_once_are_told_apart() {
    let stage = Stage::start().await;
    let token = stage.token(PORTAL).await;
    let people = ["member:zhangsan", "member:lisi", "member:wangwu"];
    let codes: Vec<_> = (0..1000)
        .map(|at| {
            (
                stage.code(PORTAL, "snsapi_base", people[at % 3]),
                people[at % 3],
            )
        })
        .collect();
    let mut calls = tokio::task::JoinSet::new();
    for (code, person) in codes {
        let path = format!("/cgi-bin/auth/getuserinfo?access_token={token}&code={code}");
        let request = crate::client::request("GET", &path, "");
        let addr = stage.sandbox.addr();
        calls.spawn(async move {
            let answer = crate::client::send(addr, request).await.unwrap().json();
            let user = answer["userid"].as_str();
            let user = user.unwrap_or_else(|| panic!("{answer}")).to_lowercase();
            assert_eq!(format!("member:{user}"), person);
        });
    }
    while let Some(call) = calls.join_next().await {
        call.unwrap();
    }
    assert_eq!(
        stage.sandbox.journal().count("/cgi-bin/auth/getuserinfo"),
        1000
    );
}
