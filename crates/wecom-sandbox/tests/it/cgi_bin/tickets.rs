//! JS-SDK tickets and what is signed with them (dossier 11), bars that can be seen and lifted (13.1),
//! and answers that break off.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;
use sha1::{Digest as _, Sha1};
use wecom_sandbox::Fault;
use wecom_sandbox::world::{CallbackIps, Domain, Frequency, RepeatTicket};

use crate::browser::Browser;
use crate::client::{request, send};
use crate::stage::{EXPENSES, PORTAL, Stage};

async fn ticket_of(stage: &Stage, agent: u32, call: &str) -> String {
    let token = stage.token(agent).await;
    let path = format!("/cgi-bin/{call}access_token={token}");
    let answer = stage.get(&path).await.json();
    answer["ticket"].as_str().unwrap().to_owned()
}

const CORP_TICKET: &str = "get_jsapi_ticket?";
const AGENT_TICKET: &str = "ticket/get?type=agent_config&";

#[tokio::test]
async fn a_ticket_is_the_same_while_it_lives() {
    let stage = Stage::start().await;
    let first = stage.call("get_jsapi_ticket", "").await;
    assert_eq!(first["expires_in"], 7200);
    stage.clock.advance(Duration::from_secs(7199));
    let second = stage.call("get_jsapi_ticket", "").await;
    assert_eq!(second["ticket"], first["ticket"]);
    assert_eq!(second["expires_in"], 1);
    stage.clock.advance(Duration::from_secs(1));
    let third = stage.call("get_jsapi_ticket", "").await;
    assert_ne!(third["ticket"], first["ticket"]);
    let changing = Stage::with(|seed| seed.switches.repeat_ticket = RepeatTicket::New).await;
    let first = changing.call("ticket/get", "type=agent_config").await;
    let second = changing.call("ticket/get", "type=agent_config").await;
    assert_ne!(second["ticket"], first["ticket"]);
}

fn sign(ticket: &str, url: &str) -> String {
    let url = url.split('#').next().unwrap();
    let text = format!("jsapi_ticket={ticket}&noncestr=N1&timestamp=1700000000&url={url}");
    let digest = Sha1::digest(text.as_bytes());
    digest.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

async fn judge(stage: &Stage, call: &str, url: &str, signature: &str) -> Value {
    let page = serde_json::json!({
        "agent": PORTAL, "call": call, "nonce_str": "N1", "timestamp": "1700000000",
        "url": url, "signature": signature,
    });
    let mut browser = Browser::desktop(stage.addr());
    let path = "/_sandbox/api/jssdk/check";
    let answer = browser.json("POST", path, &page.to_string()).await;
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn tickets_end_early_by_the_control_api_and_on_the_console() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let url = "http://127.0.0.1:8080/page";
    let corp = ticket_of(&stage, PORTAL, CORP_TICKET).await;
    let app = ticket_of(&stage, PORTAL, AGENT_TICKET).await;
    let others = ticket_of(&stage, EXPENSES, CORP_TICKET).await;
    let end = r#"{"agent":1000002,"kind":"config"}"#;
    let path = "/_sandbox/api/tickets/end";
    let ended = desktop.json("POST", path, end).await;
    assert_eq!(ended.body, r#"{"ended":1}"#);
    let refused = judge(&stage, "config", url, &sign(&corp, url)).await;
    assert_eq!(refused["rule"], "js.ticket_expired (11)", "{refused}");
    let kept = judge(&stage, "agent_config", url, &sign(&app, url)).await;
    assert_eq!(kept["ok"], true, "{kept}");
    assert_ne!(ticket_of(&stage, PORTAL, CORP_TICKET).await, corp);
    assert_eq!(ticket_of(&stage, EXPENSES, CORP_TICKET).await, others);
    let form = [
        ("corp", "ww5f1e2d3c4b5a6978"),
        ("agent", "1000002"),
        ("kind", "agent_config"),
    ];
    let answer = desktop.post("/_sandbox/grants/tickets", &form).await;
    assert_eq!(answer.status, 303);
    assert_ne!(ticket_of(&stage, PORTAL, AGENT_TICKET).await, app);

    let code = stage.code(PORTAL, "snsapi_privateinfo", "member:lisi");
    let ticket = stage.exchange(&code).await["user_ticket"].clone();
    let form = [form[0], form[1], ("kind", "user"), ("member", "LISI")];
    desktop.post("/_sandbox/grants/tickets", &form).await;
    let token = stage.token(PORTAL).await;
    let path = format!("/cgi-bin/auth/getuserdetail?access_token={token}");
    let body = serde_json::json!({ "user_ticket": ticket }).to_string();
    let answer = desktop.json("POST", &path, &body).await;
    assert!(answer.body.contains("84014"), "{}", answer.body);
    let unknown = desktop
        .json("POST", "/_sandbox/api/tickets/end", r#"{"agent":7}"#)
        .await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn a_signature_is_judged_as_the_client_does() {
    let stage = Stage::start().await;
    let corp = ticket_of(&stage, PORTAL, CORP_TICKET).await;
    let app = ticket_of(&stage, PORTAL, AGENT_TICKET).await;
    let other = ticket_of(&stage, EXPENSES, AGENT_TICKET).await;
    let url = "http://127.0.0.1:8080/page?a=b#part";
    for (call, ticket, errcode) in [
        ("config", &corp, 0),
        ("agent_config", &app, 0),
        ("agent_config", &corp, 42012),
        ("config", &app, 42012),
        ("agent_config", &other, 42012),
        ("config", &"nobodys".to_owned(), 40093),
    ] {
        let verdict = judge(&stage, call, url, &sign(ticket, url)).await;
        assert_eq!(verdict["errcode"], errcode, "{call} {verdict}");
        assert_eq!(verdict["ok"], errcode == 0);
    }
    let signed_elsewhere = sign(&corp, "http://127.0.0.1:8080/page");
    let verdict = judge(&stage, "config", url, &signed_elsewhere).await;
    assert_eq!(verdict["errmsg"], "invalid signature");
    let foreign = "http://h.example/";
    let verdict = judge(&stage, "config", foreign, &sign(&corp, foreign)).await;
    assert_eq!(verdict["errmsg"], "invalid url domain");
    stage.change_agent(PORTAL, |agent| {
        agent.js_domains = vec![Domain::parse("h.example").unwrap()];
    });
    let verdict = judge(&stage, "config", foreign, &sign(&corp, foreign)).await;
    assert_eq!(verdict["ok"], true);
    // A registered domain covers its children, and no stranger whose name ends like it (5.1).
    for (page, is_covered) in [
        ("https://a.h.example:8443/", true),
        ("http://h.example:81/", true),
        ("http://notmyh.example/", false),
        ("http://h.example.evil/", false),
    ] {
        let verdict = judge(&stage, "config", page, &sign(&corp, page)).await;
        assert_eq!(verdict["ok"], is_covered, "{page}");
    }
    stage.clock.advance(Duration::from_hours(2));
    let verdict = judge(&stage, "config", foreign, &sign(&corp, foreign)).await;
    assert_eq!(verdict["rule"], "js.ticket_expired (11)");
}

#[tokio::test]
async fn a_corp_asks_for_its_ticket_four_hundred_times_an_hour_and_an_app_a_hundred() {
    let stage = Stage::with(|seed| seed.limits.js_tickets_per_corp = 3).await;
    for _ in 0..2 {
        assert_eq!(stage.call("get_jsapi_ticket", "").await["errcode"], 0);
    }
    ticket_of(&stage, EXPENSES, CORP_TICKET).await;
    assert_eq!(stage.call("get_jsapi_ticket", "").await["errcode"], 45009);
    let rules = stage.rules("/cgi-bin/get_jsapi_ticket");
    assert_eq!(
        rules.last().unwrap(),
        "limits.js_tickets_per_corp (11, 13.1)"
    );
    stage.clock.advance(Duration::from_hours(1));
    assert_eq!(stage.call("get_jsapi_ticket", "").await["errcode"], 0);
}

#[tokio::test]
async fn a_bar_can_be_seen_lifted_and_switched_off() {
    let stage = Stage::with(|seed| seed.limits.ip_per_minute = 2).await;
    let path = "/_sandbox/api/limits";
    let mut browser = Browser::desktop(stage.addr());
    // One token for all: `gettoken` counts too.
    let token = stage.token(PORTAL).await;
    let tags = format!("/cgi-bin/tag/list?access_token={token}");
    for errcode in [0, 0, 45009] {
        assert_eq!(stage.get(&tags).await.errcode(), errcode);
    }
    browser.get(path).await.shows("127.0.0.1");
    browser
        .json("POST", "/_sandbox/api/limits/lift", "{}")
        .await;
    browser.get(path).await.shows("[]");
    assert_eq!(stage.get(&tags).await.errcode(), 0);
    let free = r#"{"switches":{"frequency":"unlimited"}}"#;
    let set = browser.json("PUT", "/_sandbox/api/switches", free).await;
    assert_eq!(set.status, 204);
    for _ in 0..5 {
        assert_eq!(stage.get(&tags).await.errcode(), 0);
    }
    let unlimited = |state: &wecom_sandbox::world::State| state.switches.frequency;
    let word = stage.world().read(|state, _| unlimited(state));
    assert_eq!(word, Frequency::Unlimited);
    let wrong = r#"{"switches":{"frequency":"often"}}"#;
    let set = browser.json("PUT", "/_sandbox/api/switches", wrong).await;
    assert_eq!(set.status, 400);
}

#[tokio::test]
async fn addresses_of_callbacks_have_two_forms() {
    let stage = Stage::start().await;
    let plain = stage.call("getcallbackip", "").await;
    assert_eq!(plain["ip_list"], serde_json::json!(["127.0.0.1"]));
    let wild = Stage::with(|seed| seed.switches.callback_ips = CallbackIps::Wildcard).await;
    let wild = wild.call("getcallbackip", "").await;
    assert_eq!(wild["ip_list"], serde_json::json!(["127.0.0.*"]));
}

#[tokio::test]
async fn an_answer_breaks_off_where_the_script_says() {
    let stage = Stage::start().await;
    let path = "/cgi-bin/gettoken";
    stage.sandbox.script().add(Fault::broken(path, 10));
    let answer = send(stage.addr(), request("GET", path, "")).await;
    assert!(answer.is_none(), "{answer:?}");
    let whole = send(stage.addr(), request("GET", path, "")).await.unwrap();
    assert_eq!(whole.errcode(), 41004);
}
