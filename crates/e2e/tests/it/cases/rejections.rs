//! WeCom says no for good: the operator reads why, the person does not.

use std::time::Duration;

use e2e::stage::Stage;
use wecom_sandbox::script::Fault;
use wecom_sandbox::world::Domain;

/// The person's page is neutral, the operator's line is not. Answers that line.
fn assert_explained(stage: &Stage, page: &str, errcode: i64) -> String {
    assert!(
        !page.contains(&errcode.to_string()),
        "{errcode} is shown: {page}"
    );
    assert!(
        !page.to_lowercase().contains("errcode") && !page.contains("hint"),
        "{page}"
    );
    let mut lines = stage.logs.lines_with(&format!("wecom.errcode={errcode}"));
    lines.retain(|line| {
        let id = line.split("request.id=\"").nth(1);
        let id = id.and_then(|rest| rest.split('"').next());
        // At debug level every call has a line, for whoever looks for a bug.
        !line.contains(" DEBUG ") && id.is_none_or(|id| page.contains(id))
    });
    let [line] = &lines[..] else {
        panic!("{errcode} is not told once: {lines:#?}")
    };
    for part in [
        "failure.code=",
        "request.id=",
        "wecom.cause=",
        "wecom.remedy=",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
    line.clone()
}

#[tokio::test]
async fn s_204_permanent_errors_name_cause_and_remedy_and_are_not_retried() {
    for (call, errcode) in [
        ("gettoken", 40013),
        ("gettoken", 60020),
        ("auth/getuserinfo", 50001),
        ("auth/getuserinfo", 40029),
        ("auth/getuserinfo", 48002),
        ("user/get", 301_002),
        ("user/get", 48009),
        ("user/get", 60020),
    ] {
        let stage = Stage::start().await;
        stage.script(Fault::errcode(&format!("/cgi-bin/{call}"), errcode));
        let mut browser = stage.member("zhangsan");
        browser.visit(&stage.login()).await;
        assert!(!browser.page().status.is_success(), "{call} {errcode}");
        assert!(stage.who(&browser).await.is_none(), "{call} {errcode}");
        assert_explained(&stage, &browser.page().body, errcode);
        assert_eq!(stage.wire.count(call), 1, "{call} {errcode}: no retry");
        stage.end().await;
    }
}

#[tokio::test]
async fn s_204_the_real_60020_names_the_address_to_enter() {
    let stage = Stage::with(|setup| {
        setup.seed.push((
            "trusted_ips = [\"127.0.0.1\", \"::1\"]",
            "trusted_ips = [\"203.0.113.7\"]",
        ));
    })
    .await;
    let mut browser = stage.member("zhangsan");
    browser.visit(&stage.login()).await;
    assert!(stage.who(&browser).await.is_none());
    let line = assert_explained(&stage, &browser.page().body, 60020);
    assert!(line.contains("seen_from=127.0.0.1"), "{line}");
    assert!(!browser.page().body.contains("127.0.0.1"));
    stage.end().await;
}

#[tokio::test]
async fn s_204_the_real_50001_after_the_trusted_domain_was_changed() {
    let stage = Stage::start().await;
    let mut browser = stage.before_callback("zhangsan").await;
    stage.change_agent(1_000_002, |agent| {
        let other = Some(Domain::parse("elsewhere.example").unwrap());
        agent.oauth_domain = other;
        agent.web_callback_domains.clear();
    });
    browser.settle().await;
    assert!(stage.who(&browser).await.is_none());
    assert_explained(&stage, &browser.page().body, 50001);
    stage.end().await;
}

#[tokio::test]
async fn s_204_the_real_40029_after_five_minutes() {
    let stage = Stage::start().await;
    let mut browser = stage.before_callback("zhangsan").await;
    // The attempt lives ten minutes, WeCom's code five.
    stage.clock.advance(Duration::from_mins(6));
    browser.settle().await;
    assert_eq!(browser.page().status, 400);
    assert!(
        browser.text().contains("no longer valid"),
        "{}",
        browser.text()
    );
    assert_explained(&stage, &browser.page().body, 40029);
    browser.click("Start again").await;
    browser.settle().await;
    assert!(stage.who(&browser).await.is_some());
    stage.end().await;
}
