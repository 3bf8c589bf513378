//! Every kind of request that somebody signed out may send.

use std::sync::Arc;

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::Unsigned;
use crate::config::SiteConfig;
use crate::connector::Connectors;
use crate::door::Failure;
use crate::door::cors::Shared;
use crate::judgement::Judge;
use crate::judgement::site::Site;
use crate::parts::sample;
use crate::session::SessionRoom;

const PORTAL: &str = "https://portal.example.com";
const PAGE: &[(&str, &str)] = &[
    ("accept", "text/html"),
    ("sec-fetch-mode", "navigate"),
    ("sec-fetch-dest", "document"),
];

async fn judge() -> Judge {
    let mut parts = sample::parts().await;
    let config = Arc::make_mut(&mut parts.config);
    config.sites = vec![SiteConfig {
        cors: vec![HeaderValue::from_static(PORTAL)],
        ..sample::site("wiki.localhost:8080")
    }];
    let connectors = Connectors::new(&parts).unwrap();
    Judge::new(&parts, &SessionRoom::new(&parts, &connectors))
}

fn wiki(judge: &Judge) -> Arc<Site> {
    Arc::clone(judge.sites().find("wiki.localhost:8080").unwrap())
}

async fn answer(method: Method, headers: &[&[(&str, &str)]]) -> Response {
    let judge = judge().await;
    let mut map = HeaderMap::new();
    for (name, value) in headers.iter().copied().flatten() {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        map.append(name, HeaderValue::from_str(value).unwrap());
    }
    let request = Unsigned {
        method: &method,
        target: "/page?a=b",
        headers: &map,
    };
    judge.signed_out(&wiki(&judge), request)
}

fn code(response: &Response) -> &'static str {
    let failure = response.extensions().get::<Arc<Failure>>();
    failure.map_or("", |failure| failure.code().name)
}

fn is_shared(response: &Response) -> bool {
    response.extensions().get::<Shared>().is_some()
}

#[tokio::test]
async fn s_073_a_page_load_goes_to_the_sign_in_and_comes_back() {
    let response = answer(Method::GET, &[PAGE]).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        response.headers()["location"],
        "http://wiki.localhost:8080/_menshen/enter?return_to=%2Fpage%3Fa%3Db"
    );
    assert!(!response.headers().contains_key("set-cookie"));
}

#[tokio::test]
async fn s_070_calls_and_sub_resources_get_401_and_leave_no_trace() {
    for headers in [
        &[("accept", "application/json")][..],
        &[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")],
        &[
            ("x-requested-with", "XMLHttpRequest"),
            ("accept", "text/html"),
        ],
        &[("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")],
        &[("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "script")],
        &[("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "style")],
        &[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")],
        &[],
    ] {
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
            let response = answer(method, &[headers]).await;
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{headers:?}");
            assert_eq!(code(&response), "request.not_signed_in", "{headers:?}");
            assert!(response.headers().is_empty(), "{headers:?}");
            assert!(!is_shared(&response), "{headers:?}");
        }
    }
}

#[tokio::test]
async fn s_073_a_websocket_is_refused_before_its_handshake() {
    let upgrade = [("connection", "upgrade"), ("upgrade", "websocket")];
    let response = answer(Method::GET, &[PAGE, &upgrade]).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(code(&response), "request.not_signed_in");
}

#[tokio::test]
async fn s_071_a_form_that_came_too_late_is_not_lost() {
    let response = answer(Method::POST, &[PAGE]).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(code(&response), "site.form_not_sent");
    assert!(!response.headers().contains_key("location"));
}

#[tokio::test]
async fn s_068_only_a_configured_origin_may_read_the_401() {
    let call = [("sec-fetch-mode", "cors")];
    let response = answer(Method::GET, &[&call, &[("origin", PORTAL)]]).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(is_shared(&response));
    for origin in [
        "https://evil.example",
        "null",
        "https://portal.example.com.evil.example",
        "https://xportal.example.com",
        "http://portal.example.com",
        "https://portal.example.com:8443",
        "https://portal.example.com/",
        "HTTPS://PORTAL.EXAMPLE.COM",
    ] {
        let response = answer(Method::GET, &[&call, &[("origin", origin)]]).await;
        assert!(!is_shared(&response), "{origin}");
    }
    let twice = [("origin", PORTAL), ("origin", "https://evil.example")];
    assert!(!is_shared(&answer(Method::GET, &[&call, &twice]).await));
}

#[tokio::test]
async fn s_068_a_preflight_of_a_configured_origin_is_answered_here() {
    let asks = [
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "content-type"),
    ];
    let response = answer(Method::OPTIONS, &[&asks, &[("origin", PORTAL)]]).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert!(is_shared(&response));
    let foreign = answer(
        Method::OPTIONS,
        &[&asks, &[("origin", "https://evil.example")]],
    )
    .await;
    assert_eq!(foreign.status(), StatusCode::UNAUTHORIZED);
    assert!(!is_shared(&foreign));
}
