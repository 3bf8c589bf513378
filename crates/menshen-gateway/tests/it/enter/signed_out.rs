//! Whoever signed out is asked before a login brings them back (S-159), and who is no page load leaves no
//! trace (S-070).

use axum::body::Body;
use http::StatusCode;

use super::{Browser, WIKI, house, sign_out};

const SIGNED_OUT: &str = "__Host-menshen_signed_out";

#[tokio::test]
async fn s_159_after_a_sign_out_inside_wecom_the_next_page_waits_for_a_click() {
    let (house, wecom) = house().await;
    let mut browser = Browser::new(&house);
    browser.enter(WIKI).await;
    sign_out(&mut browser.gateway).await;
    assert!(browser.gateway.cookie(SIGNED_OUT).is_some());
    for _ in 0..2 {
        let asked = browser.leave(WIKI, "/page").await;
        assert_eq!(asked.status, StatusCode::OK, "{asked:?}");
        assert!(asked.body.contains("You are signed out"), "{}", asked.body);
    }
    assert_eq!(wecom.calls("auth/getuserinfo"), 1);
    // The button is a click on a page of ours; after it the way is the usual one.
    let asked = browser.leave(WIKI, "/page").await;
    let button = asked.body.split("class=\"button\" href=\"").nth(1).unwrap();
    let button = button.split('"').next().unwrap().replace("&#38;", "&");
    assert!(!button.contains("from="), "{button}");
    let request = browser
        .gateway
        .request(&button)
        .header("sec-fetch-site", "same-origin");
    let request = request.body(Body::empty()).unwrap();
    let at_wecom = browser.gateway.send(request).await;
    let ticket = browser.sign_in(&at_wecom).await;
    assert!(browser.gateway.cookie(SIGNED_OUT).is_none());
    let landed = browser.open(&ticket).await;
    assert_eq!(landed.header("location"), "/page");
    assert_eq!(browser.at(WIKI).await.status, 200);
}

#[tokio::test]
async fn s_159_a_site_on_the_gateways_own_host_waits_for_a_click_too() {
    let (house, wecom) = house().await;
    let mut browser = Browser::new(&house);
    browser.enter(WIKI).await;
    sign_out(&mut browser.gateway).await;
    for (path, site) in [
        ("/_menshen/login?return_to=/app&from=site", "same-origin"),
        ("/_menshen/login?return_to=/app", "cross-site"),
        ("/_menshen/login?return_to=/app", "none"),
    ] {
        let request = browser.gateway.request(path).header("sec-fetch-site", site);
        let answer = browser
            .gateway
            .send(request.body(Body::empty()).unwrap())
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{path} {site}");
        assert!(answer.body.contains("You are signed out"), "{path} {site}");
    }
    assert_eq!(wecom.calls("auth/getuserinfo"), 1);
}

#[tokio::test]
async fn s_070_s_171_what_is_no_page_load_is_not_sent_to_sign_in() {
    let (house, _wecom) = house().await;
    for headers in [
        &[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")][..],
        &[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")],
        &[("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")],
        &[("accept", "application/json")],
    ] {
        let mut request = http::Request::get("/_menshen/enter?return_to=/").header("host", WIKI);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = house.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{headers:?}");
        assert_eq!(answer.header("set-cookie"), "", "{headers:?}");
        assert_eq!(answer.header("location"), "", "{headers:?}");
    }
}

#[tokio::test]
async fn s_006_the_way_back_is_a_path_of_the_site_and_nothing_else() {
    let (house, _wecom) = house().await;
    for place in [
        "https://evil.example/",
        "//evil.example/",
        "/%5cevil.example",
        "@evil.example/",
        ".evil.example/",
        ":8443/",
    ] {
        let mut browser = Browser::new(&house);
        let at_wecom = browser.leave(WIKI, place).await;
        let landing = browser.sign_in(&at_wecom).await;
        let is_ours = landing.starts_with("https://wiki.example.com/_menshen/enter?")
            || landing.starts_with("/#");
        assert!(is_ours, "{place}: {landing}");
        if landing.starts_with("https://") {
            let landed = browser.open(&landing).await;
            let to = landed.header("location");
            assert!(
                to.starts_with('/') && !to.starts_with("//"),
                "{place}: {to}"
            );
        }
    }
}
