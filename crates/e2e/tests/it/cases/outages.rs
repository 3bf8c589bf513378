//! WeCom is away, slow or broken: those inside notice nothing, those outside are told.

use std::time::Duration;

use e2e::browser::Browser;
use e2e::stage::{Connector, SECRET_2, Stage};
use e2e::wire::Fault as WireFault;
use tokio::task::JoinSet;
use wecom_sandbox::script::Fault;

const EXCHANGE: &str = "/cgi-bin/auth/getuserinfo";

#[tokio::test]
async fn s_196_half_an_hour_without_wecom() {
    let stage = Stage::start().await;
    let inside = stage.signed_in("zhangsan").await;
    stage.wire.always("*", WireFault::Cut);
    for _ in 0..6 {
        stage.clock.advance(Duration::from_mins(6));
        assert!(
            stage.who(&inside).await.is_some(),
            "those inside notice nothing"
        );
        let mut outside = stage.member("lisi");
        outside.visit(&stage.login()).await;
        assert_eq!(outside.page().status, 503);
        assert!(outside.page().header("retry-after").is_some());
        assert!(
            outside.page().header("refresh").is_none(),
            "no redirect loop"
        );
        assert!(
            outside.text().contains("cannot be reached"),
            "{}",
            outside.text()
        );
        assert!(outside.text().contains("Request ID"), "{}", outside.text());
    }
    assert_eq!(
        stage.manage("/readyz").await.status,
        200,
        "the gateway itself is ready"
    );
    let metrics = stage.manage("/metrics").await.body;
    assert!(
        metrics.contains("wecom_calls_total{result=\"transport\"}"),
        "{metrics}"
    );
    stage.wire.heal();
    drop(stage.signed_in("lisi").await);
    stage.end().await;
}

#[tokio::test]
async fn s_197_wecom_hangs() {
    let stage = Stage::start().await;
    let mut browser = stage.before_callback("zhangsan").await;
    stage.wire.next(1, "auth/getuserinfo", WireFault::Hang);
    let callback = browser.stop().unwrap();
    let mut flight = std::pin::pin!(browser.shoot(&callback));
    let arrived = async {
        while stage.wire.count("auth/getuserinfo") == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = arrived => {}
        _ = &mut flight => panic!("answered without WeCom"),
    }
    // The clock of the machine jumps to the deadline.
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(5)).await;
    tokio::time::resume();
    let reply = flight.await;
    browser.take(callback, reply);
    assert_eq!(browser.page().status, 504, "{}", browser.text());
    assert!(stage.who(&browser).await.is_none());
    stage.end().await;
}

#[tokio::test]
async fn s_197_a_body_without_end_is_a_failure() {
    let stage = Stage::start().await;
    for call in ["gettoken", "auth/getuserinfo", "user/get"] {
        stage.wire.next(1, call, WireFault::Endless);
        let mut browser = stage.member("zhangsan");
        browser.visit(&stage.login()).await;
        assert!(browser.page().status.is_server_error(), "{call}");
        assert!(stage.who(&browser).await.is_none(), "{call}");
    }
    stage.end().await;
}

#[tokio::test]
async fn s_198_a_limit_opens_the_circuit_for_a_minute() {
    let stage = Stage::start().await;
    let inside = stage.signed_in("zhangsan").await;
    for errcode in [45009, 45033] {
        let before = stage.wire.count("user/get");
        stage.script(Fault::errcode("/cgi-bin/user/get", errcode));
        for _ in 0..5 {
            let mut browser = stage.member("lisi");
            browser.visit(&stage.login()).await;
            assert_eq!(browser.page().status, 503, "{errcode}");
        }
        assert_eq!(
            stage.wire.count("user/get") - before,
            1,
            "{errcode}: one call told us"
        );
        assert!(stage.who(&inside).await.is_some(), "cached facts are used");
        let lines = stage.logs.lines_with(&format!("wecom.errcode={errcode}"));
        assert!(
            lines.iter().any(|line| line.contains("remedy")),
            "{lines:?}"
        );
        stage.clock.advance(Duration::from_secs(61));
        drop(stage.signed_in("lisi").await);
    }
    stage.end().await;
}

#[tokio::test]
async fn s_202_a_lost_answer_is_not_asked_for_again() {
    let stage = Stage::start().await;
    stage.script(Fault::lost(EXCHANGE));
    let mut browser = stage.before_callback("zhangsan").await;
    let callback = browser.next_address().unwrap().clone();
    browser.settle().await;
    assert!(browser.page().status.is_server_error());
    assert_eq!(
        stage.wire.count("auth/getuserinfo"),
        1,
        "the code went out once"
    );
    browser.visit(callback.as_str()).await;
    assert!(
        !browser.page().status.is_success(),
        "the repeat hears the same"
    );
    assert_eq!(stage.wire.count("auth/getuserinfo"), 1);
    browser.visit(&stage.login()).await;
    assert!(
        stage.who(&browser).await.is_some(),
        "a fresh login works at once"
    );
    stage.end().await;
}

#[tokio::test]
async fn s_205_broken_answers_are_handled_like_silence() {
    let stage = Stage::start().await;
    for call in ["gettoken", "auth/getuserinfo", "user/get"] {
        let path = format!("/cgi-bin/{call}");
        let faults = [
            Fault::raw(&path, 502, "<html><h1>502 Bad Gateway</h1></html>"),
            Fault::raw(&path, 200, "{\"errcode\":0,"),
            Fault::raw(&path, 200, "\u{1f}\u{8b}garbage").header("Content-Encoding", "gzip"),
            Fault::raw(&path, 200, ""),
            Fault::raw(&path, 204, ""),
        ];
        for fault in faults {
            let what = format!("{fault:?}");
            // Until healed: a call that may be repeated must not be lucky the second time.
            stage.script(fault.times(100));
            let mut browser = stage.member("zhangsan");
            browser.visit(&stage.login()).await;
            let met = stage.sandbox.script().list()[0].used;
            stage.sandbox.script().clear();
            assert!((1..=4).contains(&met), "{what}: {met} calls");
            assert!(
                browser.page().status.is_server_error(),
                "{what}: {}",
                browser.page().status
            );
            assert!(stage.who(&browser).await.is_none(), "{what}");
            stage.end_tokens();
            stage.clock.advance(Duration::from_hours(3));
        }
    }
    assert_eq!(stage.sessions().await.len(), 0);
    stage.end().await;
}

#[tokio::test]
async fn s_206_one_corps_trouble_is_its_own() {
    let stage = Stage::with(|setup| {
        setup.has_other_corp = true;
        setup.connectors = vec![Connector::hq(), Connector::other()];
    })
    .await;
    let there = sign_in_by(&stage, "other").await;
    assert!(stage.who(&there).await.is_some());
    stage.change_other_agent(|agent| agent.is_enabled = false);
    stage.change(|state| {
        let id = wecom_sdk::CorpId::parse(e2e::stage::OTHER_CORP).unwrap();
        state.end_tokens(&id, None);
    });
    let mut flights = JoinSet::new();
    for connector in ["other", "hq", "other", "hq"] {
        let mut browser = stage.member("zhangsan");
        browser
            .open(&stage.address(&format!("/_menshen/login?connector={connector}")))
            .await;
        let Some(_) = browser.next_address() else {
            panic!("{}", browser.text())
        };
        browser.follow().await;
        let callback = browser.stop();
        if let Some(callback) = callback {
            flights.spawn(browser.shoot(&callback));
        }
    }
    let replies = flights.join_all().await;
    let landed = replies.iter().filter(|reply| reply.status == 303).count();
    assert_eq!(landed, 2, "the first corp's logins, and only they");
    stage.clock.advance(Duration::from_mins(6));
    assert!(stage.who(&there).await.is_some(), "silence ends no session");
    for call in stage.wire.calls_of("gettoken") {
        let is_hq = call.parameter("corpsecret") == Some(SECRET_2);
        assert_eq!(is_hq, call.parameter("corpid") == Some(e2e::stage::CORP));
    }
    stage.end().await;
}

#[tokio::test]
async fn s_207_a_login_needs_no_more_than_a_userid_and_a_status() {
    let stage = Stage::start().await;
    for key in ["name", "department", "position", "main_department", "alias"] {
        stage.wire.next(1, "user/get", WireFault::Put(key, ""));
        drop(stage.signed_in("zhangsan").await);
    }
    for call in [
        "department/list",
        "department/simplelist",
        "tag/list",
        "tag/get",
    ] {
        let stage = Stage::start().await;
        stage
            .sandbox
            .script()
            .add(Fault::errcode(&format!("/cgi-bin/{call}"), 48002).times(100));
        drop(stage.signed_in("zhangsan").await);
        stage.sandbox.script().clear();
        stage.end().await;
    }
    stage.end().await;
}

async fn sign_in_by(stage: &Stage, connector: &str) -> Browser {
    let mut browser = stage.member("zhangsan");
    browser
        .visit(&stage.address(&format!("/_menshen/login?connector={connector}")))
        .await;
    browser
}
