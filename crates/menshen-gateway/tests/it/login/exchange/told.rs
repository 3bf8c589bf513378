//! What the operator is told of a call to WeCom that failed: once, with everything that helps.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::StatusCode;
use menshen_gateway::config::SecretFile;

use super::{callback, house, house_with};
use crate::log::Log;
use crate::visitor::{IN_WECOM, Visitor};

const DISTRUSTED: &str = r#"{"errcode":60020,"errmsg":"not allow to access from your ip, hint: [1669286571469786547320896], from ip: 203.0.113.9, more info at https://open.work.weixin.qq.com/devtool/query?e=60020"}"#;

/// The lines that an operator reads in daily life: without those for whoever looks for a bug.
fn told(log: &Log, word: &str) -> Vec<String> {
    let mut lines = log.lines_with(word);
    lines.retain(|line| !line.contains(" DEBUG ") && !line.contains(" TRACE "));
    lines
}

#[tokio::test]
async fn s_204_a_failed_call_is_written_down_once_with_all_that_helps() {
    let (log, _guard) = Log::start();
    let (house, wecom) = house().await;
    wecom.answer_with("auth/getuserinfo", DISTRUSTED);
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    let lines = told(&log, "60020");
    assert_eq!(lines.len(), 1, "{lines:#?}");
    for part in [
        " ERROR ",
        "failure.code=\"wecom.rejected\"",
        "wecom.errcode=60020",
        "wecom.cause=",
        "wecom.remedy=",
        "wecom.console_page=",
        "wecom.hint=\"1669286571469786547320896\"",
        "wecom.seen_from=203.0.113.9",
        "connector.id=\"hq\"",
        "corp.id=ww5f1e2d3c4b5a6978",
        answer.header("x-request-id"),
    ] {
        assert!(lines[0].contains(part), "{part}: {}", lines[0]);
    }
    let errors = told(&log, " ERROR ");
    assert_eq!(errors.len(), 1, "{errors:#?}");
    // A repeat hears the outcome, and has nothing new to tell.
    visitor.open(&path).await;
    assert_eq!(told(&log, "60020").len(), 1);
    assert_eq!(told(&log, "wecom.rejected\"").len(), 3, "{}", log.text());
}

#[tokio::test]
async fn s_077_s_204_what_no_browser_waited_for_is_written_down_all_the_same() {
    let (log, _guard) = Log::start();
    let (house, wecom) = house().await;
    wecom.answer_with("auth/getuserinfo", DISTRUSTED);
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    wecom.hold();
    let request = visitor.request(&path).header("host", "login.example.com");
    let request = request.body(Body::empty()).unwrap();
    let visit = tower::ServiceExt::oneshot(house.public.clone(), request);
    let visit = house.parts.jobs.spawn(visit);
    while wecom.calls("gettoken") == 0 {
        tokio::task::yield_now().await;
    }
    visit.abort();
    assert!(visit.await.unwrap_err().is_cancelled());
    wecom.release();
    assert_eq!(house.parts.jobs.drain(Duration::from_secs(5)).await, 0);
    let lines = told(&log, "wecom.errcode=60020");
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].contains(" ERROR ") && lines[0].contains("wecom.remedy="));
}

#[tokio::test]
async fn s_196_a_re_check_that_failed_is_written_down_once() {
    let (log, _guard) = Log::start();
    let (house, wecom) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    visitor.open(&path).await;
    wecom.answer_with("user/get", DISTRUSTED);
    house.clock.advance(house.parts.config.session.recheck);
    for _ in 0..3 {
        let me = visitor.open("/_menshen/me").await;
        assert_eq!(me.status, StatusCode::OK, "silence ends no session");
    }
    let lines = told(&log, "wecom.errcode=60020");
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].contains("may stay") && lines[0].contains("wecom.remedy="));
}

#[tokio::test]
async fn a_secret_that_is_not_there_is_our_failure_and_names_its_file() {
    let (log, _guard) = Log::start();
    let (house, wecom) = house_with(|parts| {
        let connector = &mut Arc::make_mut(&mut parts.config).connectors[0];
        connector.secret = Arc::new(SecretFile::new("/nowhere/hq.secret"));
    })
    .await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("unavailable"), "{}", answer.body);
    assert!(!answer.body.contains("WeCom cannot be reached") && !answer.body.contains("nowhere"));
    let lines = told(&log, "failure.code=\"gateway.secret_unreadable\"");
    assert_eq!(lines.len(), 1, "{}", log.text());
    assert!(lines[0].contains("/nowhere/hq.secret"), "{}", lines[0]);
    assert!(lines[0].contains("connector.id=\"hq\""), "{}", lines[0]);
    assert_eq!(told(&log, " ERROR ").len(), 1);
    assert_eq!(wecom.calls("gettoken"), 0);
}
