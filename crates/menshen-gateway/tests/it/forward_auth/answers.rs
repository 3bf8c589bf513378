//! Pass, sign in first, or no: with which headers.

use http::StatusCode;

use super::{IDENTITY, Question, house, id, sign_in};
use crate::harness::Answer;
use crate::log::Log;

fn assert_no_cookie(answer: &Answer) {
    assert!(!answer.headers.contains_key("set-cookie"), "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn somebody_signed_in_passes_with_every_identity_header() {
    let house = house().await;
    sign_in(&house, &id('a')).await;
    let answer = Question::about("/page?x=1").of(&id('a')).ask(&house).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.header("x-menshen-user"), "ZhangSan");
    assert_eq!(answer.header("x-forwarded-user"), "ZhangSan");
    assert_eq!(answer.header("x-menshen-name"), "%E5%BC%A0%E4%B8%89");
    assert_eq!(answer.header("x-menshen-corp"), "ww5f1e2d3c4b5a6978");
    assert_eq!(
        answer.header("x-menshen-groups"),
        "department:2,/%E6%80%BB%E9%83%A8/%E7%A0%94%E5%8F%91%E9%83%A8,tag:1"
    );
    assert_no_cookie(&answer);
}

#[tokio::test]
async fn s_041_on_a_public_path_every_identity_header_is_there_and_empty() {
    let house = house().await;
    for (uri, method) in [
        ("/public/logo.png", "GET"),
        ("/public/", "OPTIONS"),
        ("/feed", "GET"),
    ] {
        let question = Question {
            method,
            ..Question::about(uri)
        };
        let answer = question.with("x-menshen-user", "admin").ask(&house).await;
        assert_eq!(answer.status, StatusCode::OK, "{uri} {answer:?}");
        for name in IDENTITY {
            let values: Vec<_> = answer.headers.get_all(name).iter().collect();
            assert_eq!(values, [""], "{name}");
        }
        assert_no_cookie(&answer);
    }
}

#[tokio::test]
async fn s_070_nobody_signed_in_is_told_where_to_sign_in() {
    let house = house().await;
    let answer = Question::about("/page?x=1&y=2").ask(&house).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
    assert_eq!(answer.problem(), "request.not_signed_in");
    assert_eq!(
        answer.header("x-menshen-sign-in"),
        "https://login.example.com/_menshen/login?return_to=%2Fpage%3Fx%3D1%26y%3D2&from=site"
    );
    assert!(!answer.headers.contains_key("location"));
    assert_no_cookie(&answer);
}

#[tokio::test]
async fn a_page_load_is_redirected_where_the_site_says_so_and_a_call_is_not() {
    let house = house().await;
    let question = Question {
        host: "WIKI.example.com.",
        ..Question::about("/a?b=c")
    };
    let page = question
        .clone()
        .with("accept", "text/html")
        .with("sec-fetch-mode", "navigate")
        .with("sec-fetch-dest", "document");
    let answer = page.ask(&house).await;
    assert_eq!(answer.status, StatusCode::FOUND, "{answer:?}");
    assert_eq!(
        answer.header("location"),
        "https://wiki.example.com/_menshen/enter?return_to=%2Fa%3Fb%3Dc"
    );
    assert_no_cookie(&answer);
    let call = question
        .clone()
        .with("accept", "application/json")
        .ask(&house)
        .await;
    assert_eq!(call.status, StatusCode::UNAUTHORIZED);
    let form = Question {
        method: "POST",
        ..page
    }
    .ask(&house)
    .await;
    assert_eq!(
        form.status,
        StatusCode::UNAUTHORIZED,
        "a form is not turned into a page load"
    );
}

#[tokio::test]
async fn known_but_not_allowed_is_403_and_never_401() {
    let house = house().await;
    sign_in(&house, &id('a')).await;
    let answer = Question::about("/finance/report")
        .of(&id('a'))
        .ask(&house)
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{answer:?}");
    assert_eq!(answer.problem(), "site.refused");
    let answer = Question::about("/desk").of(&id('a')).ask(&house).await;
    assert_eq!(
        answer.status,
        StatusCode::OK,
        "letter case of a userid is no difference"
    );
}

#[tokio::test]
async fn s_026_a_public_method_opens_no_other() {
    let house = house().await;
    for method in ["HEAD", "POST", "get", "PROPFIND"] {
        let question = Question {
            method,
            ..Question::about("/feed")
        };
        let answer = question
            .with("x-http-method-override", "GET")
            .ask(&house)
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method}");
    }
}

#[tokio::test]
async fn s_167_a_cookie_of_one_host_is_nobodys_at_another() {
    let house = house().await;
    sign_in(&house, &id('a')).await;
    let question = Question {
        host: "wiki.example.com",
        ..Question::about("/")
    };
    let answer = question.of(&id('a')).ask(&house).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
}

#[tokio::test]
async fn s_048_an_authorization_header_is_no_identity() {
    let house = house().await;
    for value in ["Bearer x", "Basic emhhbmdzYW46eA=="] {
        let answer = Question::about("/")
            .with("authorization", value)
            .ask(&house)
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_person_who_may_not_is_told_who_they_are_and_where_to_go() {
    let house = house().await;
    sign_in(&house, &id('a')).await;
    let page = |uri| {
        Question::about(uri)
            .of(&id('a'))
            .with("accept", "text/html")
            .with("accept-language", "en")
            .with("sec-fetch-mode", "navigate")
            .with("sec-fetch-dest", "document")
    };
    let answer = page("/finance/report").ask(&house).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{answer:?}");
    assert!(answer.header("content-type").starts_with("text/html"));
    for text in [
        "You may not open this page",
        "You are signed in as 张三.",
        "href=\"/\"",
        "href=\"/_menshen/logout\"",
        answer.header("x-request-id"),
    ] {
        assert!(answer.body.contains(text), "{text}: {}", answer.body);
    }
    // Nothing of the rules, which are for the log.
    assert!(!answer.body.contains("department"), "{}", answer.body);
    assert_no_cookie(&answer);
}

#[tokio::test]
async fn s_071_a_form_through_a_proxy_gets_the_page_that_says_so() {
    let house = house().await;
    let form = Question {
        method: "POST",
        ..Question::about("/save")
    };
    let answer = form
        .with("accept", "text/html")
        .with("accept-language", "en")
        .ask(&house)
        .await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
    assert!(
        answer.body.contains("Your form was not sent"),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("target=\"_blank\""));
    assert_no_cookie(&answer);
}

#[tokio::test]
async fn s_029_an_unknown_host_is_a_no_that_says_why() {
    let house = house().await;
    let question = Question {
        host: "nowhere.example.org",
        ..Question::about("/")
    };
    let (log, _guard) = Log::start();
    let answer = question.ask(&house).await;
    let lines = log.lines_with("check.unknown_site");
    assert!(lines[0].contains("nowhere.example.org"), "{lines:?}");
    let there_is = lines[0].contains("; there is ") && lines[0].contains("wiki.example.com");
    assert!(there_is, "{lines:?}");
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(answer.problem(), "check.unknown_site");
    assert_eq!(answer.json()["title"], "No site has this host.");
    assert!(!answer.body.contains("nowhere"), "{}", answer.body);
}

#[tokio::test]
async fn s_068_a_proxy_is_told_no_about_a_socket_that_a_foreign_page_opens() {
    let house = house().await;
    sign_in(&house, &id('a')).await;
    // What a proxy hands on of a handshake.
    let handshake = || {
        let question = Question::about("/page").of(&id('a'));
        question.with("sec-websocket-version", "13")
    };
    // The second round finds the person in memory.
    for _ in 0..2 {
        let answer = handshake()
            .with("origin", "https://evil.example")
            .ask(&house)
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{answer:?}");
        assert_eq!(answer.problem(), "site.foreign_socket");
        for origin in [Some("https://login.example.com"), None] {
            let mut question = handshake();
            if let Some(origin) = origin {
                question = question.with("origin", origin);
            }
            let answer = question.ask(&house).await;
            assert_eq!(answer.status, StatusCode::OK, "{origin:?} {answer:?}");
        }
    }
}
