//! Waiting scans and consent pages, answered from outside.

use serde_json::json;
use wecom_sandbox::world::{AuthorizeStep, ScanDoor, ScanStatus, State, WebLoginQuery};

use super::{post, status};
use crate::stage::{CORP, PORTAL, Stage, link_of, parameter};

#[tokio::test]
async fn a_waiting_consent_is_granted_or_refused_once() {
    let stage = Stage::start().await;
    let world = stage.sandbox.world();
    let link = stage.link(&link_of(PORTAL, "snsapi_privateinfo"));
    let zhangsan = stage.person("member:zhangsan");
    let first = world.open_consent_page(&link, &zhangsan).unwrap();
    let second = world.open_consent_page(&link, &zhangsan).unwrap();
    let waiting = stage.get("/_sandbox/api/waiting").await.json();
    assert_eq!(waiting, json!({ "scan": null, "consent": second }));

    let grant = json!({ "kind": "consent", "fields": ["email"] });
    let answer = post(&stage, "waiting/approve", grant.clone()).await.json();
    let location = answer["location"].as_str().unwrap();
    assert_eq!(parameter(location, "state").unwrap(), "abc123");
    let code = parameter(location, "code").unwrap();
    assert!(stage.exchange(&code).await.get("user_ticket").is_some());
    let again = json!({ "kind": "consent", "key": second });
    assert_eq!(
        status(&post(&stage, "waiting/approve", again.clone()).await),
        409
    );
    assert_eq!(status(&post(&stage, "waiting/refuse", again).await), 409);

    let refuse = json!({ "kind": "consent", "key": first });
    let answer = post(&stage, "waiting/refuse", refuse).await.json();
    let location = answer["location"].as_str().unwrap();
    assert!(parameter(location, "code").is_none());
    assert_eq!(parameter(location, "state").unwrap(), "abc123");
    let step = world.read(|state, now| state.next_step(now, &link, &zhangsan));
    assert!(
        matches!(step, AuthorizeStep::AskConsent(_)),
        "the refusal took its place"
    );
    let bad = json!({ "kind": "consent", "fields": ["name"] });
    world.open_consent_page(&link, &zhangsan).unwrap();
    assert_eq!(status(&post(&stage, "waiting/approve", bad).await), 400);
}

#[tokio::test]
async fn a_waiting_scan_is_confirmed_as_somebody_or_refused() {
    let stage = Stage::start().await;
    let world = stage.sandbox.world();
    let query = format!(
        "login_type=CorpApp&appid={CORP}&agentid={PORTAL}\
         &redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2Fback&state=a%40b"
    );
    let query = WebLoginQuery::parse(&query);
    let open = || {
        let source = Some("http://127.0.0.1:8080/");
        let check = |state: &State| state.check_web_login(ScanDoor::WebLogin, &query, source);
        let request = world.read(|state, _| check(state)).unwrap();
        world.open_scan(request).unwrap()
    };
    let key = open();
    for (person, expected) in [
        (json!(null), 400),
        (json!("member:nobody"), 404),
        (json!("member:sunqi"), 403),
        (json!("member:zhaoliu"), 403),
        (json!("stranger:oSandboxStranger0000000000001"), 403),
        (json!("member:lisi"), 200),
        (json!("member:lisi"), 409),
    ] {
        let body = json!({ "kind": "scan", "key": key, "person": person });
        let answer = post(&stage, "waiting/approve", body).await;
        assert_eq!(status(&answer), expected, "{person}");
    }
    let Some(ScanStatus::Confirmed { location }) =
        world.read(|state, now| state.scan_status(now, &key))
    else {
        unreachable!("confirmed");
    };
    assert_eq!(parameter(&location, "state").unwrap(), "a@b");
    let code = parameter(&location, "code").unwrap();
    assert_eq!(stage.exchange(&code).await["userid"], "lisi");

    let key = open();
    let answer = post(&stage, "waiting/refuse", json!({ "kind": "scan" }))
        .await
        .json();
    assert_eq!(answer["location"], "http://127.0.0.1:8080/back?state=a%40b");
    let late = open();
    stage.clock.advance(std::time::Duration::from_mins(5));
    let body = json!({ "kind": "scan", "key": late, "person": "member:lisi" });
    assert_eq!(status(&post(&stage, "waiting/approve", body).await), 409);
    assert_ne!(key, late);
}
