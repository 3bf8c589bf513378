//! Who may ask.

use axum::body::Body;
use http::{Request, StatusCode};
use menshen_gateway::Peer;

use super::{PROXY, Question, SITES, house, id, send, sign_in};
use crate::harness::{CONFIG, House};

#[tokio::test]
async fn s_038_only_listed_peers_are_answered() {
    let house = house().await;
    sign_in(&house, &id('a')).await;
    for peer in [[192, 0, 2, 7], [127, 0, 0, 1], [11, 0, 0, 1]] {
        for question in [
            Question::about("/public/x"),
            Question::about("/").of(&id('a')),
        ] {
            let answer = Question { peer, ..question }.ask(&house).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{answer:?}");
            assert_eq!(answer.problem(), "check.untrusted_peer");
            assert!(!answer.headers.contains_key("x-menshen-user"));
            assert!(!answer.headers.contains_key("set-cookie"));
        }
    }
}

#[tokio::test]
async fn s_032_without_a_list_nobody_is_trusted() {
    let without = CONFIG.replace("trusted_proxies = [\"10.0.0.0/8\"]", "");
    let house = House::configured(&format!("{without}{SITES}"), |_| {}).await;
    for peer in [PROXY, [127, 0, 0, 1]] {
        let answer = Question {
            peer,
            ..Question::about("/public/x")
        };
        assert_eq!(answer.ask(&house).await.problem(), "check.untrusted_peer");
    }
}

#[tokio::test]
async fn s_031_what_a_client_claims_is_ignored() {
    let house = house().await;
    // The client's claim to be forwarded does not make its peer a proxy.
    let question = Question {
        peer: [192, 0, 2, 7],
        ..Question::about("/public/x").with("x-forwarded-for", "10.1.2.3")
    };
    assert_eq!(question.ask(&house).await.problem(), "check.untrusted_peer");
}

#[tokio::test]
async fn the_question_itself_is_a_get() {
    let house = house().await;
    for method in ["POST", "PUT", "HEAD", "OPTIONS"] {
        let request = Request::builder().method(method).uri("/_menshen/check");
        let answer = send(&house, PROXY, request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.header("allow"), "GET");
    }
}

#[tokio::test]
async fn s_037_ipv4_dressed_as_ipv6_is_ipv4() {
    let house = house().await;
    for (peer, expected) in [
        ("[::ffff:10.1.2.3]:4711", StatusCode::OK),
        ("[::ffff:8.8.8.8]:4711", StatusCode::FORBIDDEN),
        ("[::1]:4711", StatusCode::FORBIDDEN),
    ] {
        let mut request = Request::get("/_menshen/check")
            .header("x-forwarded-host", "login.example.com")
            .header("x-forwarded-method", "GET")
            .header("x-forwarded-uri", "/public/x")
            .body(Body::empty())
            .unwrap();
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
        assert_eq!(house.send(request).await.status, expected, "{peer}");
    }
}
