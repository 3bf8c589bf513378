//! `GET /_menshen/me` and `GET /`

use http::StatusCode;
use serde_json::json;

use super::{SESSION, assert_nobody, id, me, sign_in};
use crate::harness::House;
use crate::visitor::{IN_WECOM, ON_A_DESK, Visitor};

#[tokio::test]
async fn a_signed_in_person_sees_who_they_are() {
    let house = House::new().await;
    let mut visitor = sign_in(&house, &id('a')).await;
    let answer = visitor.open("/_menshen/me").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("vary"), "cookie");
    assert_eq!(answer.header("set-cookie"), "");
    assert_eq!(
        answer.json(),
        json!({
            "sub": "00000000-0000-0000-0000-000000000007",
            "preferred_username": "ZhangSan",
            "name": "张三",
            "groups": ["department:2", "/总部/研发部", "tag:1"],
            "wecom_corp_id": "ww5f1e2d3c4b5a6978",
            "wecom_connector": "hq",
            "session": {
                "opened": "2027-01-15T08:00:00Z",
                "expires": "2027-01-22T08:00:00Z",
                "door": "scan"
            }
        })
    );
    for path in ["/", "/_menshen/"] {
        let home = visitor.open(path).await;
        assert_eq!(home.status, StatusCode::OK);
        for text in ["张三", "研发部", "Scan or confirm", "Personal details kept"] {
            assert!(home.body.contains(text), "{path}, {text}: {}", home.body);
        }
    }
}

#[tokio::test]
async fn s_171_nobody_gets_a_plain_no_and_no_cookie() {
    let house = House::new().await;
    assert_nobody(&me(&house, "").await);
    assert_nobody(&me(&house, &format!("{SESSION}={}", id('x'))).await);
    // A page load is answered the same way: this address only ever speaks JSON.
    let answer = Visitor::new(&house, ON_A_DESK).open("/_menshen/me").await;
    assert_nobody(&answer);
    assert_nobody(&house.get("/").await);
    for path in [
        "/WW_verify_Kq3vTz81mWcYp0Ls.txt",
        "/nothing",
        "/",
        "/_menshen/logout",
    ] {
        let answer = house.open(path).await;
        assert_eq!(answer.header("set-cookie"), "", "{path}");
    }
}

#[tokio::test]
async fn s_159_the_home_page_waits_for_a_click() {
    let house = House::new().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let page = visitor.open("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("href=\"/_menshen/login\""),
        "{}",
        page.body
    );
    assert!(!page.body.contains("http-equiv") && !page.body.contains("<script"));
    assert_eq!(visitor.cookies, []);
}
