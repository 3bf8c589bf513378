//! The quick answers: what is in memory is judged without the steps that only another answer needs, and says
//! the same.

use http::{HeaderMap, StatusCode};

use super::stage::{CLOSED, Stage};
use super::upstream::{Upstream, ok};
use crate::harness::{Answer, CONFIG};

async fn stage() -> Stage {
    let app = Upstream::start(|_| ok("fine")).await;
    let config = CONFIG.replace("10.0.0.0/8", "127.0.0.0/8");
    Stage::of(&config, &[&app]).await
}

async fn ask(stage: &Stage, uri: &str, more: &str) -> Answer {
    let headers = format!(
        "x-forwarded-method: GET\r\nx-forwarded-host: {CLOSED}\r\nx-forwarded-uri: {uri}\r\n{more}"
    );
    stage.ask("GET /_menshen/check", CLOSED, &headers).await
}

/// The headers, but for what is another with every answer.
fn lasting(answer: &Answer) -> HeaderMap {
    let mut headers = answer.headers.clone();
    headers.remove("date");
    assert!(headers.remove("x-request-id").is_some());
    headers
}

#[tokio::test]
async fn s_067_a_remembered_yes_says_what_the_first_one_said() {
    let stage = stage().await;
    let cookie = stage.cookie().await;
    for (uri, more) in [
        (
            "/page?x=1",
            format!("cookie: theme=dark; {cookie}; a=b\r\n"),
        ),
        ("/lab/x", format!("cookie: {cookie}\r\n")),
        ("/public/a", String::new()),
        ("/public/a", format!("cookie: {cookie}\r\n")),
        ("/public/a", "cookie: theme=dark\r\n".to_owned()),
    ] {
        let first = ask(&stage, uri, &more).await;
        let second = ask(&stage, uri, &more).await;
        assert_eq!(first.status, StatusCode::OK, "{uri} {first:?}");
        assert_eq!(second.status, StatusCode::OK, "{uri}");
        assert_eq!(lasting(&first), lasting(&second), "{uri} {more}");
        assert_eq!(first.body, second.body);
        assert_ne!(
            first.headers["x-request-id"],
            second.headers["x-request-id"]
        );
    }
    let counted = stage.house.parts.metrics.to_text();
    assert!(
        counted.contains("menshen_answers_total{status=\"2xx\"} 10\n"),
        "{counted}"
    );
}

#[tokio::test]
async fn s_154_what_is_remembered_gives_no_yes_to_anybody_else() {
    let stage = stage().await;
    let cookie = stage.cookie().await;
    let good = format!("cookie: {cookie}\r\n");
    assert_eq!(ask(&stage, "/page", &good).await.status, StatusCode::OK);
    let (name, value) = cookie.split_once('=').unwrap();
    let other = format!(
        "{}{}",
        &value[..42],
        if value.ends_with('A') { 'B' } else { 'A' }
    );
    for more in [
        String::new(),
        format!("cookie: {cookie}; {cookie}\r\n"),
        format!("cookie: {cookie}\r\ncookie: {cookie}\r\n"),
        format!("cookie: {name}={other}\r\n"),
        format!("cookie: {}={value}\r\n", name.to_uppercase()),
        format!("cookie: $Version=1; {cookie}\r\n"),
        format!("cookie: {name}=\"{value}\"\r\n"),
    ] {
        let answer = ask(&stage, "/page", &more).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{more:?}");
    }
    // And what the memory holds opens no path that was closed, and no host that is not a site.
    for uri in ["/page/../lab", "/lab/%2e%2e/x"] {
        assert_ne!(
            ask(&stage, uri, &good).await.status,
            StatusCode::OK,
            "{uri}"
        );
    }
    let elsewhere = format!(
        "x-forwarded-method: GET\r\nx-forwarded-host: nowhere.example.com\r\nx-forwarded-uri: /page\r\n{good}"
    );
    let answer = stage.ask("GET /_menshen/check", CLOSED, &elsewhere).await;
    assert!(!answer.status.is_success(), "{answer:?}");
}

#[tokio::test]
async fn a_trusted_proxys_name_for_the_request_is_kept() {
    let stage = stage().await;
    let cookie = stage.cookie().await;
    for _ in 0..2 {
        let more = format!("cookie: {cookie}\r\nx-request-id: from-the-proxy-1\r\n");
        let answer = ask(&stage, "/page", &more).await;
        assert_eq!(answer.headers["x-request-id"], "from-the-proxy-1");
        let more = format!("cookie: {cookie}\r\nx-request-id: no good, with spaces\r\n");
        let answer = ask(&stage, "/page", &more).await;
        assert_eq!(answer.headers["x-request-id"].len(), 16);
    }
}
