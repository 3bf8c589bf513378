//! `GET /_menshen/login?return_to=`: where a login may lead.

use http::StatusCode;

use super::start::{ON_A_PHONE, attempt};
use crate::harness::House;
use crate::visitor::{IN_WECOM, ON_A_DESK, Visitor};

#[tokio::test]
async fn s_001_s_010_s_014_a_refused_return_address_leads_to_the_default_page() {
    let house = House::new().await;
    let long = format!("/{}", "a".repeat(2100));
    for value in [
        "//evil.example",
        "/%5cevil.example",
        "/%09/evil.example",
        "/..//evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "https://login.example.com@evil.example/",
        "http://login.example.com/",
        &long,
    ] {
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let state = visitor.start(&format!("&return_to={value}")).await;
        assert_eq!(attempt(&house, &state).await.return_to, "/", "{value}");
    }
}

#[tokio::test]
async fn s_011_our_own_endpoints_are_no_landing_place() {
    let house = House::new().await;
    for value in [
        "/_menshen/logout",
        "/_menshen/login%3Freturn_to%3D/x",
        "/_menshen/callback/hq%3Fcode%3Dx",
        "/%255fmenshen/logout",
    ] {
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let state = visitor.start(&format!("&return_to={value}")).await;
        assert_eq!(attempt(&house, &state).await.return_to, "/", "{value}");
    }
}

#[tokio::test]
async fn s_013_markup_in_a_return_address_is_escaped_on_every_page() {
    let house = House::new().await;
    let value = "/%22%3E%3Cscript%3Ealert(1)%3C/script%3E%27;alert(1)//";
    for agent in [ON_A_DESK, ON_A_PHONE] {
        let mut visitor = Visitor::new(&house, agent);
        let page = visitor
            .open(&format!("/_menshen/login?return_to={value}"))
            .await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("<script"), "{}", page.body);
        assert!(!page.body.contains("';alert"), "{}", page.body);
        // It is there, in the only form that can do no harm: encoded twice, for the path and for the query.
        assert!(page.body.contains("%2522%253E%253Cscript"), "{}", page.body);
        let policy = page.header("content-security-policy");
        assert!(!policy.contains("unsafe-inline"), "{policy}");
    }
}

#[tokio::test]
async fn s_015_s_016_there_is_no_second_way_to_start_a_login() {
    let house = House::new().await;
    for path in [
        "/_menshen/login/third_party?iss=x&target_link_uri=https%3A%2F%2Fevil.example",
        "/_menshen/cli?redirect=https%3A%2F%2Fevil.example",
        "/_menshen/device",
    ] {
        assert_eq!(house.open(path).await.status, StatusCode::NOT_FOUND);
    }
    // Their parameters mean nothing to the one way there is.
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let query = "&iss=x&target_link_uri=https%3A%2F%2Fevil.example&redirect=https%3A%2F%2Fevil.example&rd=//evil.example";
    let state = visitor.start(query).await;
    assert_eq!(attempt(&house, &state).await.return_to, "/");
}
