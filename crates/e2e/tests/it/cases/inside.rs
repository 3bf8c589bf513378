//! No answer tells of the inside, to nobody, whatever was asked.

use e2e::browser::{Answer, Browser, Device};
use e2e::stage::Stage;
use http::Method;

use super::pages::{ADDRESSES, every_page};

/// Words of the inside that no answer may hold.
const INSIDE: [&str; 14] = [
    "sqlite",
    "SQL",
    "SELECT",
    "panicked",
    "src/",
    ".rs:",
    "hyper",
    "axum",
    "reqwest",
    "tokio",
    "0.1.0",
    "stack backtrace",
    "qyapi",
    "/tmp/",
];

#[tokio::test]
async fn s_194_no_answer_tells_of_the_inside() {
    let stage = Stage::start().await;
    for (what, page) in every_page(&stage).await {
        assert_tells_nothing(&stage, &what, &page);
    }
    for (what, answer) in every_refusal(&stage).await {
        assert_tells_nothing(&stage, &what, &answer);
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "{what}"
        );
        let problem = answer.json();
        assert_eq!(problem["status"], answer.status.as_u16(), "{what}");
        assert!(
            problem["type"].is_string() && problem["title"].is_string(),
            "{what}"
        );
    }
    stage.end().await;
}

#[tokio::test]
async fn s_194_a_store_that_fails_is_a_503_that_changes_nothing() {
    let stage = Stage::start().await;
    let mut inside = stage.signed_in("zhangsan").await;
    let mut pending = stage.before_callback("lisi").await;
    let cookies = inside.cookies(&stage.address("/"));
    stage.node().parts.store.close().await;
    for path in ["/", "/_menshen/logout"] {
        inside.open(&stage.address(path)).await;
        assert_eq!(inside.page().status, 503, "{path}");
        assert_tells_nothing(&stage, path, inside.page());
        assert!(inside.page().cookies_set().is_empty(), "{path}");
    }
    let me = stage.me(&inside).await;
    assert_eq!(me.status, 503, "never: nobody is signed in");
    assert_tells_nothing(&stage, "me", &me);
    pending.follow().await;
    assert_eq!(pending.page().status, 503);
    assert!(pending.page().cookies_set().is_empty());
    assert_eq!(stage.wire.count("auth/getuserinfo"), 1, "no code was spent");
    let mut fresh = stage.member("lisi");
    fresh.open(&stage.login()).await;
    assert_eq!(fresh.page().status, 503);
    assert!(
        fresh.page().cookies_set().is_empty(),
        "no attempt without a record"
    );
    assert_eq!(stage.manage("/readyz").await.status, 503);
    assert_eq!(inside.cookies(&stage.address("/")), cookies);
    stage.end().await;
}

fn assert_tells_nothing(stage: &Stage, what: &str, answer: &Answer) {
    let dir = stage.dir.path().to_str().unwrap();
    for word in INSIDE.iter().copied().chain([dir]) {
        assert!(
            !answer.body.contains(word),
            "{what} tells of {word}: {}",
            answer.body
        );
    }
    assert_eq!(answer.header("server"), None, "{what}");
    assert_eq!(answer.header("x-powered-by"), None, "{what}");
    if answer.status.is_client_error() || answer.status.is_server_error() {
        let id = answer
            .header("x-request-id")
            .unwrap_or_else(|| panic!("{what}: no request id"));
        assert!(
            answer.body.contains(id),
            "{what}: the body does not name {id}: {}",
            answer.body
        );
        assert!(
            !stage.logs.lines_with(id).is_empty(),
            "{what}: {id} is not in the log"
        );
    }
}

/// What programs hear when they ask for what cannot be had.
async fn every_refusal(stage: &Stage) -> Vec<(String, Answer)> {
    let mut browser: Browser = stage.browser(Device::Desktop);
    browser.stand_on(&stage.address("/"));
    let mut answers = Vec::new();
    for path in ADDRESSES {
        for method in [Method::GET, Method::POST, Method::DELETE, Method::OPTIONS] {
            let answer = browser
                .fetch(method.clone(), &stage.address(path), &[])
                .await;
            answers.push((format!("{method} {path}"), answer));
        }
    }
    let long = format!("/?{}", "a".repeat(20_000));
    answers.push((
        "414".to_owned(),
        browser.fetch(Method::GET, &stage.address(&long), &[]).await,
    ));
    let wide = "a".repeat(14_000);
    let headers = [("x-a", wide.as_str()), ("x-b", wide.as_str())];
    answers.push((
        "431".to_owned(),
        browser
            .fetch(Method::GET, &stage.address("/"), &headers)
            .await,
    ));
    let host = [("host", "evil.example")];
    answers.push((
        "421".to_owned(),
        browser.fetch(Method::GET, &stage.address("/"), &host).await,
    ));
    answers
        .retain(|(_, answer)| answer.status.is_client_error() || answer.status.is_server_error());
    assert!(answers.len() > 20, "{}", answers.len());
    answers
}
