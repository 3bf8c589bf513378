//! Who begins more logins than anybody needs: 429, and neither a row nor a cookie.

use std::net::SocketAddr;

use axum::body::Body;
use http::{Request, StatusCode};
use menshen_gateway::Peer;

use crate::harness::{Answer, House};
use crate::visitor::{IN_WECOM, Visitor};

async fn start(house: &House, peer: &str, forwarded: Option<&str>) -> Answer {
    let request = Visitor::new(house, IN_WECOM).request("/_menshen/login");
    let request = match forwarded {
        Some(caller) => request.header("x-forwarded-for", caller),
        None => request,
    };
    let mut request: Request<Body> = request.body(Body::empty()).unwrap();
    let peer: SocketAddr = peer.parse().unwrap();
    request.extensions_mut().insert(Peer(peer));
    house.send(request).await
}

/// Begins logins until one is refused, and answers that refusal and how many went through.
async fn exhaust(house: &House, peer: &str, forwarded: Option<&str>) -> (Answer, u32) {
    for begun in 0..10_000 {
        let answer = start(house, peer, forwarded).await;
        if answer.status != StatusCode::FOUND {
            return (answer, begun);
        }
    }
    panic!("there is no bound");
}

#[tokio::test]
async fn s_092_one_caller_cannot_fill_the_store() {
    let house = House::new().await;
    let (refused, begun) = exhaust(&house, "198.51.100.7:1", None).await;
    assert!(begun >= 2000, "an office signs in at once: {begun}");
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{refused:?}");
    assert!(refused.headers.get("set-cookie").is_none());
    assert_eq!(refused.header("location"), "");
    assert!(refused.header("retry-after").parse::<u32>().unwrap() >= 1);
    assert!(refused.body.contains("Too many people"), "{}", refused.body);
    let later = house
        .parts
        .clock
        .now()
        .plus(std::time::Duration::from_secs(601));
    let rows = house.parts.store.sweep_login_attempts(later, 100_000).await;
    assert_eq!(rows.unwrap(), u64::from(begun));
    // Others are not concerned; nor are pages.
    let other = start(&house, "198.51.100.8:1", None).await;
    assert_eq!(other.status, StatusCode::FOUND);
    let home = house.open("/").await;
    assert_eq!(home.status, StatusCode::OK);
}

#[tokio::test]
async fn s_012_a_stranger_cannot_pretend_to_be_many_and_a_proxy_is_not_one() {
    let house = House::new().await;
    exhaust(&house, "198.51.100.7:1", None).await;
    for caller in ["203.0.113.1", "127.0.0.1", "10.0.0.1"] {
        let answer = exhaust(&house, "198.51.100.7:1", Some(caller)).await;
        assert_eq!(answer.0.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(answer.1 < 1000, "{caller} was believed: {}", answer.1);
    }
    // 10.0.0.0/8 is trusted: there it is the caller who counts.
    let (refused, _) = exhaust(&house, "10.0.0.1:1", Some("203.0.113.77")).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let other = start(&house, "10.0.0.1:1", Some("203.0.113.78")).await;
    assert_eq!(other.status, StatusCode::FOUND);
}
