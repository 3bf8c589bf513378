//! The control API: what it does, and what it refuses.

use serde_json::{Value, json};
use wecom_sandbox::world::AuthorizeStep;
use wecom_sandbox::{DEFAULT_SEED, Seed};

use crate::client::{Answer, request, send};
use crate::stage::{CORP, PORTAL, Stage, link_of};

mod directory;
mod inherited;
mod openapi;
mod ownership;
mod quota;
mod refusals;
mod script;
mod waiting;

pub(crate) async fn command(stage: &Stage, method: &str, path: &str, body: &Value) -> Answer {
    command_text(stage, method, path, &body.to_string()).await
}

async fn command_text(stage: &Stage, method: &str, path: &str, body: &str) -> Answer {
    let path = format!("/_sandbox/api/{path}");
    let mut command = request(method, &path, body);
    let json = "application/json".parse().unwrap();
    command.headers_mut().insert("content-type", json);
    send(stage.sandbox.addr(), command).await.unwrap()
}

async fn post(stage: &Stage, path: &str, body: Value) -> Answer {
    command(stage, "POST", path, &body).await
}

fn status(answer: &Answer) -> u16 {
    answer.status.as_u16()
}

#[tokio::test]
async fn a_change_needs_a_json_body_so_that_a_foreign_form_changes_nothing() {
    let stage = Stage::start().await;
    let paths = [
        "reset",
        "sign_in_as",
        "clock/advance",
        "script",
        "tokens/end",
        "agents/change",
    ];
    for path in paths {
        let path = format!("/_sandbox/api/{path}");
        for kind in [
            None,
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
        ] {
            let mut foreign = request("POST", &path, "{}");
            if let Some(kind) = kind {
                foreign
                    .headers_mut()
                    .insert("content-type", kind.parse().unwrap());
            }
            let answer = send(stage.sandbox.addr(), foreign).await.unwrap();
            assert_eq!(status(&answer), 415, "{path} {kind:?}");
        }
        let asking = request("OPTIONS", &path, "");
        let answer = send(stage.sandbox.addr(), asking).await.unwrap();
        assert!(answer.headers.get("access-control-allow-origin").is_none());
        assert_eq!(status(&answer), 405);
    }
}

#[tokio::test]
async fn a_seed_is_given_out_and_taken_back_and_reads_to_the_same_world() {
    let stage = Stage::start().await;
    let given = stage.get("/_sandbox/api/seed").await.json();
    let toml = given["toml"].as_str().unwrap();
    let (again, first) = (
        Seed::parse(toml).unwrap(),
        Seed::parse(DEFAULT_SEED).unwrap(),
    );
    assert_eq!(again, first);
    let put = command(&stage, "PUT", "seed", &given).await;
    assert_eq!(status(&put), 204);
}

#[tokio::test]
async fn a_new_seed_begins_a_new_world_and_a_bad_one_changes_nothing() {
    let stage = Stage::start().await;
    let token = stage.token(PORTAL).await;
    let bad = json!({ "toml": "[[corp]]\nname = 7\ncolour = 'red'" });
    let answer = command(&stage, "PUT", "seed", &bad).await;
    assert_eq!(status(&answer), 400);
    let mistakes = answer.json()["mistakes"].as_array().unwrap().clone();
    assert!(mistakes.len() >= 3);
    assert!(
        mistakes
            .iter()
            .all(|m| m["line"].is_u64() && !m["remedy"].is_null())
    );
    let path = format!("/cgi-bin/tag/list?access_token={token}");
    assert_eq!(stage.get(&path).await.errcode(), 0, "nothing changed");

    let other = DEFAULT_SEED.replace("值班", "夜班");
    let answer = command(&stage, "PUT", "seed", &json!({ "toml": other })).await;
    assert_eq!(status(&answer), 204);
    assert_eq!(
        stage.get(&path).await.errcode(),
        40014,
        "old tokens are gone"
    );
    assert_eq!(stage.call("tag/get", "tagid=1").await["tagname"], "夜班");
    post(&stage, "members/remove", json!({ "user_id": "lisi" })).await;
    assert_eq!(status(&post(&stage, "reset", json!({})).await), 204);
    assert_eq!(stage.call("user/get", "userid=lisi").await["errcode"], 0);
    assert_eq!(stage.call("tag/get", "tagid=1").await["tagname"], "夜班");
}

#[tokio::test]
async fn people_are_listed_and_a_browser_becomes_one_of_them() {
    let stage = Stage::start().await;
    let people = stage.get("/_sandbox/api/people").await.json();
    let people = people.as_array().unwrap();
    assert_eq!(people.len(), 8);
    assert_eq!(people[0]["person"], "member:zhangsan");
    for somebody in people {
        let answer = post(
            &stage,
            "sign_in_as",
            json!({ "person": somebody["person"] }),
        )
        .await;
        assert_eq!(status(&answer), 204);
        let cookie = answer.headers["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with("wecom_sandbox_person=") && cookie.contains("HttpOnly"));
    }
}

#[tokio::test]
async fn the_clock_moves_and_tokens_end_on_command() {
    let stage = Stage::start().await;
    let before = stage.get("/_sandbox/api/clock").await.json()["now"]
        .as_i64()
        .unwrap();
    let after = post(&stage, "clock/advance", json!({ "seconds": 31 * 86_400 }))
        .await
        .json();
    assert_eq!(after["now"].as_i64().unwrap() - before, 31 * 86_400_000);
    let token = stage.token(PORTAL).await;
    let ended = post(&stage, "tokens/end", json!({ "agent": PORTAL }))
        .await
        .json();
    assert_eq!(ended["ended"], 1);
    let path = format!("/cgi-bin/tag/list?access_token={token}");
    assert_eq!(stage.get(&path).await.errcode(), 40014);
}

#[tokio::test]
async fn members_are_disabled_moved_renamed_removed_and_recreated() {
    let stage = Stage::start().await;
    let change = |body| post(&stage, "members/change", body);
    let body = json!({ "user_id": "ZHANGSAN", "status": "disabled", "departments": [3] });
    assert_eq!(status(&change(body).await), 204);
    let seen = stage.call("user/get", "userid=zhangsan").await;
    assert_eq!(
        (&seen["status"], &seen["department"]),
        (&json!(2), &json!([3]))
    );
    let body = json!({ "user_id": "zhangsan", "rename_to": "zhang.san", "name": "张三丰" });
    assert_eq!(status(&change(body).await), 204);
    assert_eq!(
        stage.call("user/get", "userid=zhangsan").await["errcode"],
        60111
    );
    let seen = stage.call("user/get", "userid=zhang.san").await;
    assert_eq!(
        (&seen["name"], &seen["status"]),
        (&json!("张三丰"), &json!(2))
    );
    let tagged = stage.call("tag/get", "tagid=1").await;
    assert_eq!(tagged["userlist"][0]["userid"], "zhang.san");

    stage.code(PORTAL, "snsapi_privateinfo", "member:lisi");
    let link = stage.link(&link_of(PORTAL, "snsapi_privateinfo"));
    let step = || {
        let lisi = stage.person("member:lisi");
        let world = stage.sandbox.world();
        world.read(|state, now| state.next_step(now, &link, &lisi))
    };
    assert!(matches!(step(), AuthorizeStep::Silent(_)));
    let gone = post(&stage, "members/remove", json!({ "user_id": "lisi" })).await;
    assert_eq!(status(&gone), 204);
    assert_eq!(
        stage.call("user/get", "userid=lisi").await["errcode"],
        60111
    );
    let body = json!({ "user_id": "lisi", "name": "李四二", "departments": [3] });
    assert_eq!(status(&post(&stage, "members/create", body).await), 204);
    assert!(
        matches!(step(), AuthorizeStep::AskConsent(_)),
        "somebody new"
    );
}

#[tokio::test]
async fn agents_change_as_a_whole_or_not_at_all() {
    let stage = Stage::start().await;
    let token = stage.token(PORTAL).await;
    let body = json!({ "agent": PORTAL, "enabled": false, "oauth_domain": "http://x" });
    assert_eq!(status(&post(&stage, "agents/change", body).await), 400);
    let path = format!("/cgi-bin/agent/get?agentid={PORTAL}&access_token={token}");
    assert_eq!(stage.get(&path).await.json()["close"], 0);

    let body = json!({
        "agent": PORTAL, "oauth_domain": "h.example:8443", "web_callback_domains": ["w.example"],
        "visible": { "members": ["lisi"] }, "sensitive_fields": ["mobile"]
    });
    assert_eq!(status(&post(&stage, "agents/change", body).await), 204);
    let own = stage.get(&path).await.json();
    assert_eq!(own["redirect_domain"], "h.example:8443");
    assert_eq!(own["allow_partys"]["partyid"], json!([]));
    let body = json!({ "agent": PORTAL, "secret": "another", "trusted_ips": ["203.0.113.7"] });
    assert_eq!(status(&post(&stage, "agents/change", body).await), 204);
    assert_eq!(
        stage.get(&path).await.errcode(),
        40014,
        "tokens of the old secret ended"
    );
    let token = stage.token_of("another").await;
    let path = format!("/cgi-bin/tag/list?access_token={token}");
    assert_eq!(stage.get(&path).await.errcode(), 0);
    stage.clock.advance(std::time::Duration::from_mins(1));
    assert_eq!(stage.get(&path).await.errcode(), 60020);
}

#[tokio::test]
async fn the_journal_says_which_rule_decided_and_keeps_no_secret() {
    let stage = Stage::start().await;
    let code = stage.code(PORTAL, "snsapi_base", "member:zhangsan");
    stage.exchange(&code).await;
    stage.exchange(&code).await;
    let journal = stage.get("/_sandbox/api/journal?last=3").await.json();
    let entries = journal.as_array().unwrap();
    assert_eq!(entries.len(), 3);
    assert_eq!(entries[2]["rule"], "code.used (4.4)");
    assert_eq!(entries[2]["whose"], format!("{CORP}/{PORTAL}"));
    assert_eq!(
        (&entries[2]["errcode"], &entries[2]["caller"]),
        (&json!(40029), &json!("127.0.0.1"))
    );
    let text = journal.to_string();
    let token = stage.token(PORTAL).await;
    for hidden in [code.as_str(), &token, &crate::stage::secret(PORTAL)] {
        assert!(!text.contains(hidden));
    }
    assert!(text.contains(&format!("code={}…(43)", &code[..4])));
    assert_eq!(
        status(&stage.get("/_sandbox/api/journal?first=1").await),
        400
    );
    let counts = stage.get("/_sandbox/api/journal/counts").await.json();
    assert_eq!(counts["/cgi-bin/auth/getuserinfo"], 2);
    let cleared = command(&stage, "DELETE", "journal", &json!({})).await;
    assert_eq!(status(&cleared), 204);
    assert_eq!(stage.get("/_sandbox/api/journal").await.json(), json!([]));
}
