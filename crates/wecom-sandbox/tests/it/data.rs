//! `--data`: what was answered is there after a restart, and after a kill.
//!
//! A kill leaves behind what the folder holds at that moment, so a copy of the folder taken between two
//! answers is what a killed sandbox would find. The program itself is killed in the tests of `menshen`.

mod ends;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use wecom_sandbox::{DataError, Fault, Sandbox, StartError};
use wecom_sdk::{Clock as _, Entropy, ManualClock, Timestamp};

use crate::control::command;
use crate::stage::{CORP, EXPENSES, PORTAL, Stage, parameter, secret};

/// A sandbox that keeps its state there. Its chance is the system's: nothing it draws comes twice.
async fn keeping(folder: &Path) -> Stage {
    Stage::built(
        |_| (),
        |builder| builder.data(folder).entropy(Arc::new(Entropy::system())),
    )
    .await
}

/// What a kill would leave behind now.
fn left_behind(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    fs::copy(folder.join("state"), copy.path().join("state")).unwrap();
    copy
}

async fn killed(folder: &Path, stage: &Stage) -> (TempDir, Stage) {
    let copy = left_behind(folder);
    let again = keeping(copy.path()).await;
    let gone_on = stage.clock.now().since(again.clock.now());
    again.clock.advance(gone_on);
    assert!(again.sandbox.is_restored());
    (copy, again)
}

/// Everything that the control API shows, but the journal.
async fn everything(stage: &Stage) -> Vec<(&'static str, Value)> {
    let mut all = Vec::new();
    for path in [
        "corps",
        "members",
        "people",
        "tokens",
        "consents",
        "waiting",
        "script",
        "limits",
        "switches",
        "two_step",
        "callbacks",
        "desktop_client",
        "seed",
        "clock",
    ] {
        let answer = stage.get(&format!("/_sandbox/api/{path}")).await;
        assert_eq!(answer.status, 200, "{path}");
        all.push((path, answer.json()));
    }
    all
}

async fn done(stage: &Stage, method: &str, path: &str, body: Value) {
    let answer = command(stage, method, path, &body).await;
    assert!(answer.status.is_success(), "{path}: {answer:?}");
}

/// Touches every kind of thing that is kept.
async fn live(stage: &Stage) {
    let new = json!({"user_id": "new1", "name": "新人", "departments": [2], "sensitive": {"mobile": "1"}});
    done(stage, "POST", "members/create", new).await;
    done(
        stage,
        "POST",
        "members/change",
        json!({"user_id": "lisi", "rename_to": "li.si"}),
    )
    .await;
    done(stage, "POST", "members/remove", json!({"user_id": "sunqi"})).await;
    done(
        stage,
        "POST",
        "departments/create",
        json!({"id": 7, "name": "新部门"}),
    )
    .await;
    done(
        stage,
        "POST",
        "departments/create",
        json!({"id": 8, "name": "旧部门"}),
    )
    .await;
    done(stage, "POST", "departments/remove", json!({"id": 8})).await;
    done(
        stage,
        "POST",
        "tags/change",
        json!({"id": 1, "name": "夜班", "members": ["new1"]}),
    )
    .await;
    done(stage, "POST", "agents/create", json!({"name": "新应用"})).await;
    let agent =
        json!({"agent": EXPENSES, "trusted_ips": ["127.0.0.1", "10.0.0.1"], "enabled": true});
    done(stage, "POST", "agents/change", agent).await;
    set(stage).await;
}

/// Switches, two-step verification, faults.
async fn set(stage: &Stage) {
    let switches = json!({"switches": {"user_ticket_use": "many", "hint": "old"}});
    done(stage, "PUT", "switches", switches).await;
    done(
        stage,
        "PUT",
        "desktop_client",
        json!({"runs": "on", "person": "member:zhangsan"}),
    )
    .await;
    let page = json!({"url": "http://127.0.0.1:8080/verify", "range": {"departments": [1]}});
    done(stage, "PUT", "two_step/settings", page).await;
    done(
        stage,
        "POST",
        "two_step/begin",
        json!({"user_id": "new1", "kind": "use"}),
    )
    .await;
    done(
        stage,
        "POST",
        "script",
        json!({"path": "/cgi-bin/user/get", "errcode": -1, "times": 2}),
    )
    .await;
    assert_eq!(stage.call("user/get", "userid=new1").await["errcode"], -1);
}

#[tokio::test]
async fn everything_is_as_it_was_after_a_kill_and_after_a_stop() {
    let folder = tempfile::tempdir().unwrap();
    let stage = keeping(folder.path()).await;
    assert!(!stage.sandbox.is_restored());
    live(&stage).await;
    stage.clock.advance(Duration::from_secs(5));
    let before = everything(&stage).await;
    let (_copy, again) = killed(folder.path(), &stage).await;
    for (one, other) in before.iter().zip(everything(&again).await) {
        assert_eq!(*one, other, "after a kill");
    }
    // What the first of two calls has used up of a fault is used up.
    assert_eq!(again.call("user/get", "userid=new1").await["errcode"], -1);
    assert_eq!(again.call("user/get", "userid=new1").await["errcode"], 0);

    stage.sandbox.stop().await;
    let stopped = keeping(folder.path()).await;
    stopped.clock.advance(Duration::from_secs(5));
    for (one, other) in before.iter().zip(everything(&stopped).await) {
        assert_eq!(*one, other, "after a stop");
    }
}

#[tokio::test]
async fn a_code_that_was_used_stays_used_and_one_that_was_not_works_once() {
    let folder = tempfile::tempdir().unwrap();
    let stage = keeping(folder.path()).await;
    let used = stage.code(PORTAL, "snsapi_base", "member:zhangsan");
    let open = stage.code(PORTAL, "snsapi_base", "member:lisi");
    assert_eq!(stage.exchange(&used).await["userid"], "zhangsan");
    let token = stage.token(PORTAL).await;
    let (_copy, again) = killed(folder.path(), &stage).await;
    assert_eq!(
        again.token(PORTAL).await,
        token,
        "the same token while it lives"
    );
    assert_eq!(again.exchange(&used).await["errcode"], 40029);
    assert_eq!(again.exchange(&open).await["userid"], "lisi");
    assert_eq!(again.exchange(&open).await["errcode"], 40029);
    again.clock.advance(Duration::from_hours(2));
    let path = format!("/cgi-bin/tag/list?access_token={token}");
    assert_eq!(again.get(&path).await.errcode(), 42001);
}

#[tokio::test]
async fn consents_are_remembered_for_thirty_days_and_tickets_for_half_an_hour() {
    let folder = tempfile::tempdir().unwrap();
    let stage = keeping(folder.path()).await;
    let code = stage.code(PORTAL, "snsapi_privateinfo", "member:zhangsan");
    let ticket = stage.exchange(&code).await["user_ticket"].clone();
    let (copy, again) = killed(folder.path(), &stage).await;
    let detail = again
        .send("auth/getuserdetail", &json!({ "user_ticket": ticket }))
        .await;
    assert_eq!(detail["userid"], "zhangsan");
    assert!(detail["mobile"].is_string(), "{detail}");
    again.clock.advance(Duration::from_hours(30 * 24 - 1));
    let link = again.link(&crate::stage::link_of(PORTAL, "snsapi_privateinfo"));
    let person = again.person("member:zhangsan");
    let step = |stage: &Stage| {
        stage
            .world()
            .read(|state, now| state.next_step(now, &link, &person))
    };
    let silent =
        wecom_sandbox::world::AuthorizeStep::Silent(wecom_sandbox::world::CodeScope::PrivateInfo);
    assert_eq!(step(&again), silent);
    // The days are not counted anew after a restart.
    let (_copy, third) = killed(copy.path(), &again).await;
    assert_eq!(step(&third), silent);
    third.clock.advance(Duration::from_hours(1));
    assert_ne!(step(&third), silent);
}

#[tokio::test]
async fn an_address_that_was_barred_stays_barred() {
    let folder = tempfile::tempdir().unwrap();
    let stage = keeping(folder.path()).await;
    let wrong = format!("/cgi-bin/gettoken?corpid={CORP}&corpsecret=wrong");
    for _ in 0..21 {
        stage.get(&wrong).await;
    }
    assert_eq!(stage.get(&wrong).await.errcode(), 45009);
    let (_copy, again) = killed(folder.path(), &stage).await;
    let right = format!(
        "/cgi-bin/gettoken?corpid={CORP}&corpsecret={}",
        secret(PORTAL)
    );
    assert_eq!(again.get(&right).await.errcode(), 45009);
    again.clock.advance(Duration::from_hours(1));
    assert_eq!(again.get(&right).await.errcode(), 0);
}

#[tokio::test]
async fn pages_that_wait_are_answered_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let stage = keeping(folder.path()).await;
    let link = stage.link(&crate::stage::link_of(PORTAL, "snsapi_privateinfo"));
    let person = stage.person("member:zhangsan");
    stage.world().open_consent_page(&link, &person).unwrap();
    // What a program does to the world by itself is kept with the next answer.
    stage.get("/_sandbox/api/clock").await;
    let (_copy, again) = killed(folder.path(), &stage).await;
    let answer = command(
        &again,
        "POST",
        "waiting/approve",
        &json!({"kind": "consent"}),
    )
    .await;
    let location = answer.json()["location"].as_str().unwrap().to_owned();
    let code = parameter(&location, "code").unwrap();
    assert_eq!(again.exchange(&code).await["userid"], "zhangsan");
}

/// The clock of `menshen sandbox` runs with the machine's; what it was moved by is kept.
#[tokio::test]
async fn the_clock_goes_on_from_where_it_was_moved_to() {
    let folder = tempfile::tempdir().unwrap();
    let start = || Sandbox::builder().data(folder.path()).start();
    let sandbox = start().await.unwrap();
    sandbox.clock().advance(Duration::from_hours(31 * 24));
    let was = sandbox.clock().now();
    sandbox.stop().await;
    let again = start().await.unwrap();
    let is = again.clock().now();
    assert!(
        is >= was && is.since(was) < Duration::from_hours(1),
        "{was:?} {is:?}"
    );
    again.reset();
    assert!(again.clock().now() < was, "a reset takes it back");
}

#[tokio::test]
async fn the_authority_of_the_tls_listener_is_kept_there_too() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let builder = Sandbox::builder().data(folder.path());
        builder.tls(([127, 0, 0, 1], 0).into()).start()
    };
    let first = start().await.unwrap();
    let pem = first.ca_pem().unwrap().to_owned();
    assert_eq!(
        first.ca_file().unwrap(),
        folder.path().join("tls").join("ca.pem")
    );
    first.stop().await;
    assert_eq!(start().await.unwrap().ca_pem().unwrap(), pem);
}
