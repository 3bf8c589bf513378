//! `/_menshen/me` on the host of a site: who is signed in there, and which scripts may read it.

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::Value;

use super::{Browser, HR, SESSION, WIKI, house};
use crate::harness::{Answer, House};

const PORTAL: &str = "https://portal.example.com";

/// What a script hears at a site, with this session cookie and from this origin.
async fn ask(house: &House, site: &str, session: &str, origin: &str) -> Answer {
    let mut request = Request::get("/_menshen/me")
        .header("host", site)
        .header("sec-fetch-mode", "cors");
    if !session.is_empty() {
        request = request.header("cookie", format!("{SESSION}={session}"));
    }
    if !origin.is_empty() {
        request = request.header("origin", origin);
    }
    house.send(request.body(Body::empty()).unwrap()).await
}

fn assert_nobody(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
    assert_eq!(answer.problem(), "request.not_signed_in");
    assert_eq!(answer.header("set-cookie"), "");
}

#[tokio::test]
async fn a_sites_front_end_is_told_who_is_signed_in_there() {
    let (house, _wecom) = house().await;
    let mut browser = Browser::new(&house);
    assert_nobody(&ask(&house, WIKI, "", "").await);
    browser.enter(WIKI).await;
    let own = browser.wiki.cookie(SESSION).unwrap().to_owned();
    let answer = ask(&house, WIKI, &own, "").await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("vary"), "cookie");
    assert_eq!(answer.header("set-cookie"), "");
    let said = answer.json();
    assert_eq!(said["preferred_username"], "zhangsan");
    assert_eq!(said["wecom_connector"], "hq");
    let at_gateway = browser.gateway.open("/_menshen/me").await.json();
    for name in ["sub", "groups", "session"] {
        assert_eq!(said[name], at_gateway[name], "{name}");
    }
    for name in ["phone_number", "picture", "gender", "address"] {
        assert_eq!(said[name], Value::Null, "{name} stays at the gateway");
    }
}

#[tokio::test]
async fn s_167_at_a_site_only_its_own_cookie_says_who_it_is() {
    let (house, _wecom) = house().await;
    let mut browser = Browser::new(&house);
    browser.enter(WIKI).await;
    let crossed = browser.leave(HR, "/").await;
    browser.open(crossed.header("location")).await;
    let cookie = |visitor: &crate::visitor::Visitor<'_>| {
        let session = visitor.cookie(SESSION).unwrap();
        session.to_owned()
    };
    let (own, others) = (
        cookie(&browser.wiki),
        [cookie(&browser.gateway), cookie(&browser.hr)],
    );
    assert_eq!(ask(&house, WIKI, &own, "").await.status, 200);
    for other in &others {
        assert_nobody(&ask(&house, WIKI, other, "").await);
    }
    // Two cookies of the name are none.
    let both = format!("{own}; {SESSION}={}", others[1]);
    assert_nobody(&ask(&house, WIKI, &both, "").await);
}

#[tokio::test]
async fn s_154_whoever_signed_out_is_nobody_at_the_site() {
    let (house, _wecom) = house().await;
    let mut browser = Browser::new(&house);
    browser.enter(WIKI).await;
    let own = browser.wiki.cookie(SESSION).unwrap().to_owned();
    assert_eq!(ask(&house, WIKI, &own, "").await.status, 200);
    super::sign_out(&mut browser.gateway).await;
    assert_nobody(&ask(&house, WIKI, &own, "").await);
}

#[tokio::test]
async fn s_068_only_the_origins_that_the_site_names_may_read_it() {
    let (house, _wecom) = house().await;
    let mut browser = Browser::new(&house);
    browser.enter(HR).await;
    let own = browser.hr.cookie(SESSION).unwrap().to_owned();
    for session in [own.as_str(), ""] {
        let answer = ask(&house, HR, session, PORTAL).await;
        assert_eq!(answer.header("access-control-allow-origin"), PORTAL);
        assert_eq!(answer.header("access-control-allow-credentials"), "true");
        let mut varies = answer.headers.get_all("vary").iter();
        assert!(varies.any(|value| value == "origin"), "{answer:?}");
        for other in [
            "https://evil.example",
            "null",
            "https://portal.example.com.evil.example",
            "https://xportal.example.com",
            "http://portal.example.com",
            "https://hr.example.com",
        ] {
            let answer = ask(&house, HR, session, other).await;
            let shared = answer.header("access-control-allow-origin");
            assert_eq!(shared, "", "{other}");
            assert_eq!(
                answer.header("cross-origin-resource-policy"),
                "same-origin",
                "{other}"
            );
        }
    }
    // Another site names nobody, and the gateway's own host never does.
    let wiki = ask(&house, WIKI, &own, PORTAL).await;
    assert_eq!(wiki.header("access-control-allow-origin"), "");
    let gateway = browser.gateway.cookie(SESSION).unwrap();
    let gateway = ask(&house, "login.example.com", gateway, PORTAL).await;
    assert_eq!(gateway.status, 200);
    assert_eq!(gateway.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn s_068_a_preflight_is_answered_for_those_origins_alone() {
    let (house, _wecom) = house().await;
    let preflight = async |origin: &str| {
        let request = Request::options("/_menshen/me")
            .header("host", HR)
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "x-requested-with");
        house.send(request.body(Body::empty()).unwrap()).await
    };
    let answer = preflight(PORTAL).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{answer:?}");
    assert_eq!(answer.header("access-control-allow-methods"), "GET");
    assert_eq!(
        answer.header("access-control-allow-headers"),
        "x-requested-with"
    );
    let answer = preflight("https://evil.example").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("access-control-allow-origin"), "");
}
