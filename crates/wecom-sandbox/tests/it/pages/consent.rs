//! The consent page and the page 个人敏感信息授权管理.

use std::time::Duration;

use wecom_sandbox::Seed;
use wecom_sandbox::world::{ConsentKey, ConsentRefusal, RefusalMemory, SensitiveField};
use wecom_sdk::{AgentId, CorpId, UserId};

use super::{code_in, oauth_link};
use crate::browser::Browser;
use crate::stage::Stage;

const PRIVATE: [(&str, &str); 1] = [("scope", "snsapi_privateinfo")];
const DAY: Duration = Duration::from_hours(24);

async fn zhangsan_asked(stage: &Stage) -> (Browser, String) {
    let mut phone = Browser::wecom(stage.addr());
    phone.become_person("member:zhangsan").await;
    let page = phone.get(&oauth_link(&PRIVATE)).await;
    page.shows("申请获取你的以下信息").shows("手机 · mobile");
    let action = page.between("method=\"post\" action=\"", "\"");
    (phone, action)
}

/// What zhangsan lets agent 1000002 read now.
fn ticked(stage: &Stage) -> Vec<&'static str> {
    let corp = CorpId::parse("ww5f1e2d3c4b5a6978").unwrap();
    let key = ConsentKey::new(
        corp,
        AgentId(1_000_002),
        &UserId::parse("zhangsan").unwrap(),
    );
    stage.world().read(|state, now| {
        let consent = state.find_consent(now, &key);
        let fields = consent.map(|consent| consent.fields.clone());
        let fields = fields.unwrap_or_default();
        fields.into_iter().map(SensitiveField::as_str).collect()
    })
}

#[tokio::test]
async fn fields_are_ticked_one_by_one_and_remembered_for_30_days() {
    let stage = Stage::start().await;
    let (mut phone, action) = zhangsan_asked(&stage).await;
    let form = [("field", "avatar"), ("field", "email"), ("answer", "allow")];
    let answer = phone.post(&action, &form).await;
    assert_eq!(answer.status, 303);
    code_in(answer.location());
    assert_eq!(ticked(&stage), ["avatar", "email"]);

    stage.clock.advance(29 * DAY);
    let silent = phone.get(&oauth_link(&PRIVATE)).await;
    assert_eq!(silent.status, 302);
    code_in(silent.location());

    stage.clock.advance(DAY);
    phone
        .get(&oauth_link(&PRIVATE))
        .await
        .shows("申请获取你的以下信息");
}

#[tokio::test]
async fn a_refusal_comes_back_with_state_only_and_is_not_remembered() {
    let stage = Stage::start().await;
    let (mut phone, action) = zhangsan_asked(&stage).await;
    let answer = phone.post(&action, &[("answer", "refuse")]).await;
    assert_eq!(answer.location(), "http://127.0.0.1:8080/cb?state=abc");
    assert!(ticked(&stage).is_empty());
    phone
        .get(&oauth_link(&PRIVATE))
        .await
        .shows("申请获取你的以下信息");
}

#[tokio::test]
async fn switches_keep_a_refusal_here_and_remember_it() {
    let mut seed = Seed::standard();
    seed.switches.consent_refusal = ConsentRefusal::Stay;
    seed.switches.refusal_memory = RefusalMemory::Remember;
    let stage = Stage::start_with(seed).await;
    let (mut phone, action) = zhangsan_asked(&stage).await;
    phone
        .post(&action, &[("answer", "refuse")])
        .await
        .shows("已取消");
    code_in(phone.get(&oauth_link(&PRIVATE)).await.location());
}

#[tokio::test]
async fn only_the_page_itself_can_answer() {
    let stage = Stage::start().await;
    let (mut phone, action) = zhangsan_asked(&stage).await;
    let form = [("field", "mobile"), ("answer", "allow")];
    for origin in [Some("http://127.0.0.1:8080"), Some("null"), None] {
        phone.origin = origin.map(str::to_owned);
        let answer = phone.post(&action, &form).await;
        assert_eq!(answer.status, 403, "{origin:?}");
    }
    assert!(ticked(&stage).is_empty());
}

#[tokio::test]
async fn a_field_nobody_selected_cannot_be_given() {
    let mut seed = Seed::standard();
    let agent = seed.corps[0].agents.get_mut(&AgentId(1_000_002)).unwrap();
    agent.sensitive_fields = [SensitiveField::Email].into();
    let stage = Stage::start_with(seed).await;
    let mut phone = Browser::wecom(stage.addr());
    phone.become_person("member:zhangsan").await;
    let page = phone.get(&oauth_link(&PRIVATE)).await;
    assert!(!page.body.contains("手机 · mobile"), "{}", page.body);
    let action = page.between("method=\"post\" action=\"", "\"");
    let form = [("field", "mobile"), ("field", "email"), ("answer", "allow")];
    phone.post(&action, &form).await.location();
    assert_eq!(ticked(&stage), ["email"]);
}

#[tokio::test]
async fn a_second_click_leads_where_the_first_one_led() {
    let stage = Stage::start().await;
    let (mut phone, action) = zhangsan_asked(&stage).await;
    let first = phone.post(&action, &[("answer", "allow")]).await;
    let second = phone.post(&action, &[("answer", "refuse")]).await;
    assert_eq!(first.location(), second.location());
    let looked = phone.get(&action).await;
    assert_eq!(looked.location(), first.location());
}

#[tokio::test]
async fn an_unknown_consent_page_is_a_page_that_says_so() {
    let stage = Stage::start().await;
    let mut phone = Browser::wecom(stage.addr());
    phone
        .get("/_sandbox/consent/nothing")
        .await
        .shows("no such consent page");
    let answer = phone
        .post("/_sandbox/consent/nothing", &[("answer", "allow")])
        .await;
    answer.shows("no such consent page");
}

#[tokio::test]
async fn the_management_page_changes_the_ticks_within_the_30_days() {
    let stage = Stage::start().await;
    let (mut phone, action) = zhangsan_asked(&stage).await;
    phone
        .get("/_sandbox/consents")
        .await
        .shows("还没有授权过任何应用");
    phone
        .post(&action, &[("field", "mobile"), ("answer", "allow")])
        .await;
    phone
        .get("/_sandbox/consents")
        .await
        .shows("门户")
        .shows("30 days left");

    let change = [("agent", "1000002"), ("field", "address")];
    let answer = phone.post("/_sandbox/consents", &change).await;
    assert_eq!(answer.location(), "/_sandbox/consents");
    assert_eq!(ticked(&stage), ["address"]);
    code_in(phone.get(&oauth_link(&PRIVATE)).await.location());

    stage.clock.advance(30 * DAY);
    phone.post("/_sandbox/consents", &change).await;
    assert!(ticked(&stage).is_empty());
}

#[tokio::test]
async fn the_management_page_is_the_members_own() {
    let stage = Stage::start().await;
    let (mut phone, action) = zhangsan_asked(&stage).await;
    phone
        .post(&action, &[("field", "mobile"), ("answer", "allow")])
        .await;
    let mut other = Browser::wecom(stage.addr());
    other.get("/_sandbox/consents").await.shows("你是谁？");
    other.become_person("member:lisi").await;
    other
        .get("/_sandbox/consents")
        .await
        .shows("还没有授权过任何应用");
    other
        .post("/_sandbox/consents", &[("agent", "1000002")])
        .await;
    assert_eq!(ticked(&stage), ["mobile"]);
}
