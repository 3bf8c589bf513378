//! What the proxy says about the request, and what is made of it when it says too little or too much.

use axum::body::Body;
use http::{Request, StatusCode};

use super::{PROXY, Question, house, id, send, sign_in};
use crate::harness::{CONFIG, House};

#[tokio::test]
async fn s_023_what_cannot_be_judged_never_passes() {
    let house = house().await;
    sign_in(&house, &id('a')).await;
    for uri in [
        "/%zz",
        "/public/%zz",
        "/public/../x",
        "/public/..;/x",
        "/public/%2e%2e/x",
        "*",
        "public/x",
        "http://x/public/",
    ] {
        let answer = Question::about(uri).of(&id('a')).ask(&house).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{uri} {answer:?}");
        assert_eq!(answer.problem(), "check.unreadable", "{uri}");
    }
    let long = format!("/public/{}", "a".repeat(20 * 1024));
    let answer = Question::about(&long).of(&id('a')).ask(&house).await;
    assert!(answer.status.is_client_error(), "{answer:?}");
    let answer = Question::about("").of(&id('a')).ask(&house).await;
    assert_eq!(answer.problem(), "check.header_missing");
}

#[tokio::test]
async fn s_024_a_question_without_its_headers_is_403() {
    let house = house().await;
    sign_in(&house, &id('a')).await;
    let rows = [
        ("x-forwarded-host", "login.example.com"),
        ("x-forwarded-method", "GET"),
        ("x-forwarded-uri", "/public/x"),
    ];
    for missing in 0..rows.len() {
        let mut request = Request::get("/_menshen/check?x=/public/");
        for (index, (name, value)) in rows.iter().enumerate() {
            if index != missing {
                request = request.header(*name, *value);
            }
        }
        let answer = send(&house, PROXY, request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{answer:?}");
        assert_eq!(answer.problem(), "check.header_missing");
    }
}

#[tokio::test]
async fn s_035_conflicting_headers_are_400() {
    let house = house().await;
    for (name, value) in [
        ("x-forwarded-uri", "/page"),
        ("x-forwarded-host", "login.example.com"),
        ("x-original-url", "https://login.example.com/page"),
        ("x-original-method", "POST"),
    ] {
        let answer = Question::about("/public/x")
            .with(name, value)
            .ask(&house)
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name} {answer:?}");
        assert_eq!(answer.problem(), "check.headers_disagree");
    }
    let joined = Question {
        host: "login.example.com, wiki.example.com",
        ..Question::about("/public/x")
    };
    assert_eq!(joined.ask(&house).await.problem(), "check.unknown_site");
}

#[tokio::test]
async fn s_039_bytes_that_are_no_text_are_a_no() {
    let house = house().await;
    let request = Request::get("/_menshen/check")
        .header("x-forwarded-host", "login.example.com")
        .header("x-forwarded-method", "GET")
        .header("x-forwarded-uri", &b"/public/\xff\xfe"[..]);
    let answer = send(&house, PROXY, request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(answer.problem(), "check.unreadable");
    let long = format!("/public/{}", "a".repeat(8 * 1024));
    let answer = Question::about(&long).ask(&house).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn s_029_a_host_without_a_site_is_a_no_for_everybody() {
    let house = house().await;
    sign_in(&house, &id('a')).await;
    for host in [
        "evil.example.com",
        "login.example.com.evil.example",
        "login.example.com:8443",
        "",
        "login.example.com@evil.example",
    ] {
        for question in [
            Question::about("/public/x"),
            Question::about("/public/x").of(&id('a')),
        ] {
            let answer = Question { host, ..question }.ask(&house).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{host:?} {answer:?}");
            assert!(!answer.headers.contains_key("x-menshen-sign-in"));
        }
    }
}

#[tokio::test]
async fn s_021_one_normal_host_decides() {
    let house = house().await;
    for host in [
        "LOGIN.example.com",
        "login.example.com.",
        "login.example.com:443",
    ] {
        let answer = Question {
            host,
            ..Question::about("/public/x")
        };
        assert_eq!(answer.ask(&house).await.status, StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn envoy_asks_about_the_head_of_its_own_request() {
    let house = house().await;
    let ask = |path: &str| {
        let request = Request::post(format!("/_menshen/check/envoy{path}"));
        request
            .header("host", "login.example.com")
            .body(Body::empty())
            .unwrap()
    };
    let answer = send(&house, PROXY, ask("/public/x?y")).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    // Public for GET only, and this is a POST.
    let answer = send(&house, PROXY, ask("/feed")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let answer = send(&house, PROXY, ask("")).await;
    assert_eq!(answer.problem(), "check.header_missing");
    let other = Request::get("/_menshen/check/other").header("host", "login.example.com");
    let answer = send(&house, PROXY, other.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn s_021_among_hundreds_of_hosts_every_spelling_is_still_one_host() {
    let sites: Vec<String> = (0..150)
        .map(|index| {
            let allow = if index % 2 == 0 { "public" } else { "member" };
            format!("[[site]]\nhost = \"app-{index}.example.com\"\nallow = \"{allow}\"\n")
        })
        .collect();
    let house = House::configured(&format!("{CONFIG}{}", sites.concat()), |_| {}).await;
    for index in 0..150 {
        let expected = if index % 2 == 0 {
            StatusCode::OK
        } else {
            StatusCode::UNAUTHORIZED
        };
        for host in [
            format!("app-{index}.example.com"),
            format!("APP-{index}.Example.COM"),
            format!("app-{index}.example.com."),
            format!("App-{index}.example.com.:443"),
        ] {
            let request = Request::get("/_menshen/check")
                .header("x-forwarded-host", &host)
                .header("x-forwarded-method", "GET")
                .header("x-forwarded-uri", "/")
                .body(Body::empty())
                .unwrap();
            let answer = send(&house, PROXY, request).await;
            assert_eq!(answer.status, expected, "{host}");
        }
    }
}
