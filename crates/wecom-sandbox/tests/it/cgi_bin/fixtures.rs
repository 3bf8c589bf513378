//! The sandbox against the referee: every fixture's request must get that fixture's answer.
//!
//! The fixtures are written from the documentation and are the client's tests too, so that the two
//! cannot agree on one mistake.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Map, Value};
use wecom_sandbox::world::{ScanDoor, SensitiveField, TrustedIps, WebLoginQuery};

use crate::client::{request, send};
use crate::stage::{CORP, EXPENSES, PORTAL, SYNC_SECRET, Stage, parameter, secret};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wecom")
}

/// Every case as `user/get/member`.
fn cases(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            cases(&path, found);
            continue;
        }
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
        if let Some(case) = name.strip_suffix(".request.json") {
            found.push(case.replace('\\', "/"));
        }
    }
}

fn read(case: &str, kind: &str) -> Value {
    let path = root().join(format!("{case}.{kind}.json"));
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[tokio::test]
async fn every_fixture_is_answered_as_it_says() {
    let mut found = Vec::new();
    cases(&root(), &mut found);
    assert!(found.len() > 50, "the fixtures are there");
    let mut wrong = Vec::new();
    for case in found {
        if let Err(reason) = judge(&case).await {
            wrong.push(format!("{case}: {reason}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn judge(case: &str) -> Result<(), String> {
    let stage = Stage::start().await;
    let asked = read(case, "request");
    let expected = read(case, "response");
    let values = set_up(&stage, case, &asked).await;
    let (call, _) = case.rsplit_once('/').unwrap();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in asked["query"].as_object().unwrap() {
        query.append_pair(name, &fill(value, &values));
    }
    let target = format!("/cgi-bin/{call}?{}", query.finish());
    let body = asked
        .get("body")
        .map(|body| filled(body, &values).to_string());
    let method = asked["method"].as_str().unwrap();
    let sent = request(method, &target, &body.unwrap_or_default());
    let answer = send(stage.sandbox.addr(), sent).await.unwrap();
    if u64::from(answer.status.as_u16()) != expected["status"].as_u64().unwrap() {
        return Err(format!("status {}", answer.status));
    }
    match expected.get("body") {
        None if answer.body.is_empty() => Ok(()),
        None => Err("a body where none is expected".to_owned()),
        Some(body) => {
            let may_add = expected.get("may_add").and_then(Value::as_array);
            let may_add = may_add.cloned().unwrap_or_default();
            same_object(body, &answer.json(), &may_add, "")
        }
    }
}

/// What the placeholders of a request stand for, after everything in `given` was made true.
async fn set_up(stage: &Stage, case: &str, asked: &Value) -> Map<String, Value> {
    let (_, name) = case.rsplit_once('/').unwrap();
    set_two_step(stage, case);
    let asks_for = |key: &str| asked.to_string().contains(key);
    let token = token_for(stage, case).await;
    let code = if asks_for("{code}") {
        code_for(stage, name).await
    } else {
        String::new()
    };
    let ticket = if asks_for("{user_ticket}") {
        ticket_for(stage, name).await
    } else {
        String::new()
    };
    let tfa_code = if asks_for("{tfa_code}") {
        tfa_code_for(stage, name).await
    } else {
        String::new()
    };
    match name {
        "token_expired" => stage.clock.advance(Duration::from_hours(2)),
        "address_not_trusted" => stage.change_agent(PORTAL, |agent| {
            agent.trusted_ips = TrustedIps::in_force(vec!["203.0.113.7".parse().unwrap()]);
        }),
        "app_disabled" => stage.change_agent(PORTAL, |agent| agent.is_enabled = false),
        "too_often" if case.starts_with("get_jsapi_ticket") => {
            for _ in 0..100 {
                assert_eq!(stage.call("get_jsapi_ticket", "").await["errcode"], 0);
            }
        }
        "too_often" => {
            let path = format!("/cgi-bin/gettoken?corpid={CORP}&corpsecret=wrong");
            for _ in 0..21 {
                stage.get(&path).await;
            }
        }
        _ => {}
    }
    let cursor = if asks_for("{cursor}") {
        cursor_after_two(stage, &token).await
    } else {
        String::new()
    };
    let values = [
        ("access_token", token),
        ("corp_secret", secret(PORTAL)),
        ("code", code),
        ("user_ticket", ticket),
        ("tfa_code", tfa_code),
        ("cursor", cursor),
    ];
    let values = values.map(|(key, value)| (key.to_owned(), Value::from(value)));
    values.into_iter().collect()
}

/// The token that a case sends: the portal's, unless it is about another's.
async fn token_for(stage: &Stage, case: &str) -> String {
    match case {
        "agent/get/another_app" | "department/get/outside_range" | "user/list/outside_range" => {
            stage.token(EXPENSES).await
        }
        "user/list_id/another_secret" => stage.token(PORTAL).await,
        "auth/getuserinfo/contact_sync_token" | "user/simplelist/contact_sync_token" => {
            stage.token_of(SYNC_SECRET).await
        }
        _ if case.starts_with("user/list_id/") => stage.token_of(SYNC_SECRET).await,
        _ => stage.token(PORTAL).await,
    }
}

/// Two-step verification, as far as a case needs it.
fn set_two_step(stage: &Stage, case: &str) {
    let is_about = ["auth/get_tfa_info/", "user/authsucc/", "user/tfa_succ/"];
    if !is_about.iter().any(|call| case.starts_with(call)) || case.ends_with("/not_set") {
        return;
    }
    let is_narrow = case.ends_with("outside_verification_range");
    let department = if is_narrow { 3 } else { 1 };
    let url = if case.ends_with("domain_of_another_page") {
        "https://verify.example/".to_owned()
    } else {
        let link = crate::stage::link_of(PORTAL, "snsapi_base");
        format!("https://open.weixin.qq.com/connect/oauth2/authorize?{link}#wechat_redirect")
    };
    stage.set_two_step(&url, department);
}

async fn tfa_code_for(stage: &Stage, name: &str) -> String {
    let code = stage.code(PORTAL, "snsapi_base", "member:zhangsan");
    let told = stage.tfa_info(&code).await;
    let tfa_code = told["tfa_code"].as_str().unwrap().to_owned();
    if name == "tfa_code_used" {
        assert_eq!(stage.pass_use("zhangsan", &tfa_code).await["errcode"], 0);
    }
    tfa_code
}

async fn code_for(stage: &Stage, name: &str) -> String {
    let customer = "customer:wmSandboxCustomer00000000000002";
    let (agent, scope, person) = match name {
        "member_with_ticket" => (PORTAL, "snsapi_privateinfo", "member:zhangsan"),
        "customer" => (PORTAL, "snsapi_base", customer),
        "outsider" => (
            PORTAL,
            "snsapi_base",
            "stranger:oSandboxStranger0000000000001",
        ),
        "linked_member" => (PORTAL, "snsapi_base", "linked:ww00aa11bb22cc33dd/qianba"),
        "member_outside_range" => (PORTAL, "snsapi_base", "member:sunqi"),
        "domain_of_another_app" => (EXPENSES, "snsapi_base", "member:zhangsan"),
        "member_by_web_login" => return code_by_web_login(stage),
        _ => (PORTAL, "snsapi_base", "member:zhangsan"),
    };
    let code = stage.code(agent, scope, person);
    match name {
        "code_used" => {
            assert_eq!(stage.exchange(&code).await["errcode"], 0);
        }
        "code_expired" => stage.clock.advance(Duration::from_secs(301)),
        _ => {}
    }
    code
}

fn code_by_web_login(stage: &Stage) -> String {
    let query = format!(
        "login_type=CorpApp&appid={CORP}&agentid={PORTAL}\
         &redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2Fcallback&state=abc"
    );
    let world = stage.sandbox.world();
    let query = WebLoginQuery::parse(&query);
    let source = Some("http://127.0.0.1:8080/");
    let request = world.read(|state, _| state.check_web_login(ScanDoor::WebLogin, &query, source));
    let key = world.open_scan(request.unwrap()).unwrap();
    let zhangsan = stage.person("member:zhangsan");
    let location = world.confirm_scan(&key, &zhangsan).unwrap().unwrap();
    parameter(&location, "code").unwrap()
}

async fn ticket_for(stage: &Stage, name: &str) -> String {
    let fields: Vec<SensitiveField> = match name {
        "mobile_left_out" => {
            let all = SensitiveField::ALL.into_iter();
            all.filter(|field| *field != SensitiveField::Mobile)
                .collect()
        }
        "nothing_confirmed" => Vec::new(),
        _ => SensitiveField::ALL.to_vec(),
    };
    let code = stage.code_with(PORTAL, "snsapi_privateinfo", "member:zhangsan", &fields);
    let ticket = stage.exchange(&code).await["user_ticket"]
        .as_str()
        .unwrap()
        .to_owned();
    if name == "ticket_expired" {
        stage.clock.advance(Duration::from_secs(1801));
    }
    ticket
}

/// Where the second page of `user/list_id` begins.
async fn cursor_after_two(stage: &Stage, token: &str) -> String {
    let target = format!("/cgi-bin/user/list_id?access_token={token}");
    let sent = request("POST", &target, r#"{"limit":2}"#);
    let answer = send(stage.sandbox.addr(), sent).await.unwrap();
    answer.json()["next_cursor"].as_str().unwrap().to_owned()
}

fn fill(text: &Value, values: &Map<String, Value>) -> String {
    let text = text.as_str().unwrap();
    let name = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'));
    match name {
        Some(name) => values[name].as_str().unwrap().to_owned(),
        None => text.to_owned(),
    }
}

fn filled(body: &Value, values: &Map<String, Value>) -> Value {
    let fields = body.as_object().unwrap().iter();
    let fields = fields.map(|(key, value)| match value {
        Value::String(_) => (key.clone(), Value::from(fill(value, values))),
        other => (key.clone(), other.clone()),
    });
    fields.collect::<Map<_, _>>().into()
}

fn same_object(
    expected: &Value,
    actual: &Value,
    may_add: &[Value],
    at: &str,
) -> Result<(), String> {
    let (wanted, got) = (expected.as_object().unwrap(), actual.as_object());
    let got = got.ok_or(format!("{at}: no object"))?;
    for (key, value) in wanted {
        match got.get(key) {
            Some(found) => same(value, found, &format!("{at}.{key}"))?,
            None if value == "{text}" => {}
            None => return Err(format!("{at}.{key}: absent")),
        }
    }
    let is_allowed =
        |key: &String| wanted.contains_key(key) || may_add.contains(&key.as_str().into());
    match got.keys().find(|key| !is_allowed(key)) {
        Some(key) => Err(format!("{at}.{key}: not documented")),
        None => Ok(()),
    }
}

fn same(expected: &Value, actual: &Value, at: &str) -> Result<(), String> {
    let is_same = match (expected, actual) {
        (Value::Object(_), _) => return same_object(expected, actual, &[], at),
        (Value::Array(wanted), Value::Array(got)) => {
            if wanted.len() != got.len() {
                return Err(format!("{at}: {} items", got.len()));
            }
            for (place, (wanted, got)) in wanted.iter().zip(got).enumerate() {
                same(wanted, got, &format!("{at}[{place}]"))?;
            }
            true
        }
        (Value::String(pattern), Value::Number(number)) => {
            let number = number.as_u64().unwrap_or(u64::MAX);
            match pattern.as_str() {
                "{expires_in}" => (1..=7200).contains(&number),
                "{number}" => u32::try_from(number).is_ok(),
                _ => false,
            }
        }
        (Value::String(pattern), Value::String(text)) => fits(pattern, text),
        (expected, actual) => expected == actual,
    };
    if is_same {
        Ok(())
    } else {
        Err(format!("{at}: {actual} is not {expected}"))
    }
}

/// Whether a text has the form of a pattern with `{placeholders}`.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((before, rest)) = pattern.split_once('{') else {
        return pattern == text;
    };
    let Some(text) = text.strip_prefix(before) else {
        return false;
    };
    let (name, after) = rest.split_once('}').unwrap();
    let ends = (0..=text.len()).filter(|end| text.is_char_boundary(*end));
    ends.into_iter()
        .any(|end| has_form(name, &text[..end]) && fits(after, &text[end..]))
}

fn has_form(name: &str, text: &str) -> bool {
    let is_url_safe = |most: usize| {
        let is_one = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        (1..=most).contains(&text.len()) && text.bytes().all(is_one)
    };
    let is_graphic = |most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
    };
    match name {
        "access_token" | "code" | "user_ticket" | "ticket" | "tfa_code" | "cursor" => {
            is_url_safe(512)
        }
        "open_id" => is_graphic(64),
        "external_user_id" => is_graphic(128),
        "hint" => text.len() == 25 && text.bytes().all(|b| b.is_ascii_digit()),
        "ip" => text == "127.0.0.1",
        "url" => url::Url::parse(text).is_ok(),
        "any" => !text.is_empty(),
        "text" => true,
        _ => false,
    }
}
