//! What must never be written down, whatever happens.

use std::fs;

use e2e::browser::Browser;
use e2e::stage::{Connector, SECRET_2, Stage};
use e2e::wire::Fault as WireFault;
use wecom_sandbox::script::Fault;

const NEW_SECRET: &str = "sandbox-secret-rotated-BBBBBBBBBBBBBBBBBBBB";

/// Every value of this stage that nobody may ever read in a log.
fn canaries(stage: &Stage, browsers: &[&Browser]) -> Vec<(String, String)> {
    let mut found = vec![("corp secret".to_owned(), SECRET_2.to_owned())];
    for call in stage.wire.calls() {
        for name in ["access_token", "corpsecret", "code", "user_ticket"] {
            let sent = call.parameter(name).map(str::to_owned);
            let answered = call.answered(name).map(str::to_owned);
            for value in sent.into_iter().chain(answered) {
                found.push((format!("{name} of {}", call.path), value));
            }
        }
    }
    for browser in browsers {
        for cookie in browser.cookies(&stage.address("/")) {
            found.push((cookie.name.clone(), cookie.value));
        }
    }
    found.extend(
        ["13800000001", "zhangsan@example.com", "上海市徐汇区"]
            .map(|fact| ("personal".to_owned(), fact.to_owned())),
    );
    found
}

fn parameters(browser: &Browser) -> Vec<(String, String)> {
    let next = browser.next_address().expect("the browser is sent on");
    let pairs = next.query_pairs().into_owned();
    pairs
        .filter(|(name, _)| name == "code" || name == "state")
        .collect()
}

fn assert_clean(stage: &Stage, canaries: &[(String, String)], texts: &[&str]) {
    let pairs = canaries
        .iter()
        .map(|(what, canary)| (what.as_str(), canary.as_str()));
    stage.logs.assert_free_of(pairs);
    for (what, canary) in canaries {
        for text in texts {
            assert!(!text.contains(canary.as_str()), "{what} is shown: {text}");
        }
    }
}

async fn with_consent() -> Stage {
    Stage::with(|setup| {
        setup.connectors =
            vec![Connector::hq().with("private_info = [\"mobile\", \"email\", \"address\"]")];
    })
    .await
}

#[tokio::test]
async fn s_084_a_login_writes_no_secret_down() {
    let stage = with_consent().await;
    let mut browser = stage.member("zhangsan");
    browser.visit(&stage.login()).await;
    browser.press("Allow").await;
    let mut secret = parameters(&browser);
    browser.settle().await;
    let home = browser.page().body.clone();
    assert!(stage.who(&browser).await.is_some());
    secret.extend(canaries(&stage, &[&browser]));
    assert!(
        secret
            .iter()
            .any(|(what, _)| what.starts_with("user_ticket"))
    );
    assert!(
        secret
            .iter()
            .any(|(what, _)| what.starts_with("access_token of gettoken"))
    );
    let metrics = stage.manage("/metrics").await.body;
    assert!(metrics.contains("signed_in"), "{metrics}");
    assert_clean(&stage, &secret, &[&metrics]);
    // The person's own page shows them what is kept of them, and no secret besides.
    assert!(home.contains("13800000001"), "{home}");
    secret.retain(|(what, _)| what != "personal");
    assert_clean(&stage, &secret, &[&home]);
    assert!(
        stage.logs.text().contains("a session was opened"),
        "the log was listened to"
    );
    stage.end().await;
}

#[tokio::test]
async fn s_084_a_failed_login_writes_no_secret_down() {
    let stage = Stage::start().await;
    let path = "/cgi-bin/auth/getuserinfo";
    let mut secret = Vec::new();
    let mut pages = Vec::new();
    for round in 0..7 {
        let mut browser = stage.before_callback("zhangsan").await;
        secret.extend(parameters(&browser));
        let code = secret
            .iter()
            .rev()
            .find(|(name, _)| name == "code")
            .unwrap()
            .1
            .clone();
        // WeCom, or something in between, repeats the code in what it says.
        match round {
            0 => stage.script(Fault::errcode(path, 40029)),
            1 => stage.script(Fault::raw(
                path,
                200,
                &format!(r#"{{"errcode":40029,"errmsg":"invalid code {code}"}}"#),
            )),
            2 => stage.script(Fault::raw(path, 502, &format!("<html>{code}</html>"))),
            3 => stage.script(Fault::raw(path, 200, &code)),
            4 => stage.script(Fault::lost(path)),
            5 => stage
                .wire
                .next(1, "auth/getuserinfo", WireFault::Put("userid", "[]")),
            _ => stage.wire.next(1, "auth/getuserinfo", WireFault::Truncate),
        }
        browser.settle().await;
        assert!(!browser.page().status.is_success(), "round {round}");
        pages.push(browser.page().body.clone());
        secret.extend(canaries(&stage, &[&browser]));
    }
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    assert_clean(&stage, &secret, &pages);
    stage.end().await;
}

#[tokio::test]
async fn s_188_no_failure_of_any_call_writes_a_secret_down() {
    let stage = with_consent().await;
    let calls = [
        "gettoken",
        "auth/getuserinfo",
        "user/get",
        "auth/getuserdetail",
    ];
    let mut secret = Vec::new();
    for call in calls {
        let path = format!("/cgi-bin/{call}");
        for round in 0..6 {
            stage.end_tokens();
            let mut browser = stage.member("zhangsan");
            browser.visit(&stage.login()).await;
            if browser.page().body.contains("Allow") {
                browser.press("Allow").await;
                secret.extend(parameters(&browser));
            }
            match round {
                0 => stage.wire.always(call, WireFault::Cut),
                1 => stage.wire.always(call, WireFault::Truncate),
                2 => stage.script(Fault::raw(&path, 500, "{\"errcode\":0}").times(2)),
                3 => stage.script(Fault::errcode(&path, 48002)),
                4 => stage.script(
                    Fault::raw(&path, 302, "")
                        .header("Location", "http://127.0.0.1:9/?access_token=x"),
                ),
                _ => stage.wire.always(call, WireFault::Endless),
            }
            stage.go_before_callback(&mut browser).await;
            secret.extend(parameters(&browser));
            browser.settle().await;
            secret.extend(canaries(&stage, &[&browser]));
            stage.sandbox.script().clear();
            stage.wire.heal_quietly();
            stage.clock.advance(std::time::Duration::from_hours(2));
        }
    }
    assert_clean(&stage, &secret, &[]);
    let text = stage.logs.text();
    assert!(
        !text.contains("/cgi-bin/gettoken?"),
        "no address with a query"
    );
    stage.end().await;
}

#[tokio::test]
async fn s_191_a_new_secret_is_used_at_once_without_a_restart() {
    let stage = Stage::start().await;
    drop(stage.signed_in("zhangsan").await);
    // The console makes a new secret; what the old one fetched ends with it.
    stage.change_agent(1_000_002, |agent| NEW_SECRET.clone_into(&mut agent.secret));
    stage.end_tokens();
    fs::write(stage.dir.path().join("hq.secret"), NEW_SECRET).unwrap();
    drop(stage.signed_in("lisi").await);
    let fetched = stage.wire.calls_of("gettoken");
    let secrets: Vec<_> = fetched
        .iter()
        .filter_map(|call| call.parameter("corpsecret"))
        .collect();
    assert_eq!(
        secrets,
        [SECRET_2, NEW_SECRET],
        "the new one at once, the old one never again"
    );
    assert_clean(
        &stage,
        &[("new secret".to_owned(), NEW_SECRET.to_owned())],
        &[],
    );
    stage.end().await;
}

#[tokio::test]
async fn s_191_between_console_and_file_logins_fail_and_then_work_again() {
    let stage = Stage::start().await;
    let signed_in = stage.signed_in("zhangsan").await;
    stage.change_agent(1_000_002, |agent| NEW_SECRET.clone_into(&mut agent.secret));
    stage.end_tokens();
    let mut browser = stage.member("lisi");
    browser.visit(&stage.login()).await;
    assert!(stage.who(&browser).await.is_none());
    let lines = stage.logs.lines_with("wecom.errcode=40001");
    assert!(
        lines.iter().any(|line| line.contains("remedy")),
        "the operator reads why: {lines:?}"
    );
    fs::write(stage.dir.path().join("hq.secret"), NEW_SECRET).unwrap();
    browser.visit(&stage.login()).await;
    assert!(stage.who(&browser).await.is_some());
    assert!(stage.who(&signed_in).await.is_some());
    stage.end().await;
}
