//! Cookies, User-Agents, forms, QR codes.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};

use super::browser;
use super::fields::{Fields, OwnForm};
use super::qr::Qr;

fn headers(name: axum::http::HeaderName, value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(name, value.parse().unwrap());
    headers
}

#[track_caller]
fn check_client(user_agent: &str, expected: bool) {
    let headers = headers(USER_AGENT, user_agent);
    assert_eq!(browser::is_client(&headers), expected, "{user_agent}");
}

#[test]
fn wecom_and_wechat_user_agents_are_clients() {
    check_client("… Mobile/15E148 wxwork/4.1.30 MicroMessenger/7.0.1", true);
    check_client("… WXWork/4.1.10 (MicroMessenger/6.2) WindowsWechat", true);
    check_client("… Mobile/14C92 MicroMessenger/6.5.23 NetType/WIFI", true);
    check_client("Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0.0.0", false);
    check_client("I read about wxwork", false);
}

#[test]
fn a_cookie_goes_there_and_back() {
    let answer = browser::with_cookie(StatusCode::OK, browser::PERSON, "a/b;c=张三");
    let line = answer.headers()[SET_COOKIE].to_str().unwrap();
    let (pair, attributes) = line.split_once(';').unwrap();
    assert!(attributes.contains("HttpOnly") && attributes.contains("SameSite=Lax"));
    let headers = headers(COOKIE, &format!("other=1; {pair}; last=2"));
    let found = browser::cookie(&headers, browser::PERSON);
    assert_eq!(found.as_deref(), Some("a/b;c=张三"));
    assert_eq!(browser::cookie(&headers, "absent"), None);
}

#[test]
fn the_first_of_a_repeated_parameter_counts() {
    let fields = Fields::parse(b"a=1&b=%E5%BC%A0&a=2&c");
    assert_eq!(fields.get("a"), Some("1"));
    assert_eq!(fields.text("b"), "张");
    assert_eq!(fields.get("c"), Some(""));
    assert_eq!(fields.get("d"), None);
    assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "2"]);
}

async fn post(change: impl FnOnce(&mut HeaderMap)) -> StatusCode {
    let mut request = Request::post("/_sandbox/client")
        .header(HOST, "127.0.0.1:7700")
        .header(ORIGIN, "http://127.0.0.1:7700")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("a=1"))
        .unwrap();
    change(request.headers_mut());
    match OwnForm::from_request(request, &()).await {
        Ok(OwnForm(fields)) => {
            assert_eq!(fields.get("a"), Some("1"));
            StatusCode::OK
        }
        Err(refused) => refused.status(),
    }
}

#[tokio::test]
async fn only_forms_of_our_own_pages_are_read() {
    assert_eq!(post(|_| ()).await, StatusCode::OK);
    let foreign =
        |h: &mut HeaderMap| drop(h.insert(ORIGIN, "http://evil.example".parse().unwrap()));
    assert_eq!(post(foreign).await, StatusCode::FORBIDDEN);
    let other_port =
        |h: &mut HeaderMap| drop(h.insert(ORIGIN, "http://127.0.0.1:8080".parse().unwrap()));
    assert_eq!(post(other_port).await, StatusCode::FORBIDDEN);
    let opaque = |h: &mut HeaderMap| drop(h.insert(ORIGIN, "null".parse().unwrap()));
    assert_eq!(post(opaque).await, StatusCode::FORBIDDEN);
    assert_eq!(
        post(|h| drop(h.remove(ORIGIN))).await,
        StatusCode::FORBIDDEN
    );
    let cross = |h: &mut HeaderMap| drop(h.insert("sec-fetch-site", "cross-site".parse().unwrap()));
    assert_eq!(post(cross).await, StatusCode::FORBIDDEN);
    let json = |h: &mut HeaderMap| drop(h.insert(CONTENT_TYPE, "text/plain".parse().unwrap()));
    assert_eq!(post(json).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[test]
fn a_qr_code_is_drawn_with_its_border() {
    let qr = Qr::of("http://127.0.0.1:7700/wwopen/sso/confirm2?k=abc").unwrap();
    assert!(qr.side >= 21 + 8);
    assert!(qr.path.starts_with("M4 4h7v1h-7z"), "{}", qr.path);
    assert!(Qr::of(&"a".repeat(5000)).is_none());
}
