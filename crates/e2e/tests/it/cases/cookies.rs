//! Which cookies are read, where they are set, and that their values cannot be worked on.

use e2e::browser::{Browser, Device};
use e2e::stage::Stage;
use http::Method;

async fn asked_with(stage: &Stage, cookies: &[&str]) -> u16 {
    let mut browser = stage.browser(Device::Desktop);
    browser.stand_on(&stage.address("/"));
    let headers: Vec<_> = cookies.iter().map(|cookie| ("cookie", *cookie)).collect();
    let answer = browser
        .fetch(Method::GET, &stage.address("/_menshen/me"), &headers)
        .await;
    assert!(answer.cookies_set().is_empty(), "{cookies:?}");
    answer.status.as_u16()
}

fn session_of(stage: &Stage, browser: &Browser) -> String {
    browser
        .cookie(&stage.address("/"), "menshen_session")
        .unwrap()
}

#[tokio::test]
async fn s_164_two_session_cookies_are_none() {
    let stage = Stage::start().await;
    let good = session_of(&stage, &stage.signed_in("zhangsan").await);
    let good = format!("__Host-menshen_session={good}");
    let other = format!("__Host-menshen_session={}", "B".repeat(43));
    assert_eq!(asked_with(&stage, &[&good]).await, 200);
    for cookies in [
        vec![format!("{good}; {other}")],
        vec![format!("{other}; {good}")],
        vec![good.clone(), other.clone()],
        vec![other.clone(), good.clone()],
        vec![format!("{good}; __Host-menshen_session=")],
    ] {
        let cookies: Vec<_> = cookies.iter().map(String::as_str).collect();
        assert_eq!(asked_with(&stage, &cookies).await, 401, "{cookies:?}");
    }
    let second = session_of(&stage, &stage.signed_in("lisi").await);
    let both = format!("{good}; __Host-menshen_session={second}");
    assert_eq!(
        asked_with(&stage, &[&both]).await,
        401,
        "two good ones are none either"
    );
    stage.end().await;
}

#[tokio::test]
async fn s_165_no_other_spelling_is_the_session_cookie() {
    let stage = Stage::start().await;
    let good = session_of(&stage, &stage.signed_in("zhangsan").await);
    for cookie in [
        format!("__HOST-menshen_session={good}"),
        format!("menshen_session={good}"),
        format!("__Host-menshen_session =\"{good}\""),
        format!("__Host-menshen_session=\"{good}\""),
        format!("__Host-menshen_session={good} "),
        format!("$Version=1; __Host-menshen_session={good}"),
        format!("=__Host-menshen_session={good}"),
        format!("a=b;\t__Host-menshen_session={good}"),
        format!("%5F%5FHost-menshen_session={good}"),
        format!("a=b,__Host-menshen_session={good}"),
    ] {
        // White space at the end of a header is no part of it (RFC 9110, 5.5).
        let expected = if cookie.ends_with(' ') { 200 } else { 401 };
        assert_eq!(asked_with(&stage, &[&cookie]).await, expected, "{cookie}");
    }
    stage.end().await;
}

#[tokio::test]
async fn s_167_a_session_counts_at_its_own_host_only() {
    let stage = Stage::start().await;
    let good = session_of(&stage, &stage.signed_in("zhangsan").await);
    let cookie = format!("__Host-menshen_session={good}");
    for host in [
        "hr.corp.example",
        "login.corp.example.",
        "login.corp.example:8443",
        "evil.example",
    ] {
        let mut browser = stage.browser(Device::Desktop);
        browser.stand_on(&stage.address("/"));
        let headers = [("cookie", cookie.as_str()), ("host", host)];
        let answer = browser
            .fetch(Method::GET, &stage.address("/_menshen/me"), &headers)
            .await;
        assert!(answer.status.is_client_error(), "{host}: {}", answer.status);
        assert!(!answer.body.contains("zhangsan"), "{host}");
    }
    stage.end().await;
}

#[tokio::test]
async fn s_169_a_changed_cookie_is_worth_nothing() {
    let stage = Stage::start().await;
    let browser = stage.signed_in("zhangsan").await;
    let good = session_of(&stage, &browser);
    for at in [0, 20, 42] {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'E' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        let cookie = format!("__Host-menshen_session={changed}");
        assert_eq!(asked_with(&stage, &[&cookie]).await, 401, "changed at {at}");
    }
    // Nothing about the person is in any cookie.
    for cookie in browser.cookies(&stage.address("/")) {
        assert_eq!(cookie.value.len(), 43, "{}", cookie.name);
        assert!(!cookie.value.contains("zhangsan"));
    }
    stage.end().await;
}

#[tokio::test]
async fn s_171_only_a_login_sets_cookies() {
    let stage = Stage::start().await;
    let mut browser = stage.browser(Device::Desktop);
    for path in [
        "/",
        "/nothing/here",
        "/_menshen/me",
        "/_menshen/logout",
        "/_menshen/login",
        "/_menshen/login?return_to=//evil.example",
        "/_menshen/login?connector=unknown",
        "/_menshen/login?door=window",
        "/_menshen/callback/hq",
        "/_menshen/callback/unknown?code=a&state=b",
        "/_menshen/callback/hq?code=good&state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "/WW_verify_AAAAAAAAAAAAAAAA.txt",
        "/favicon.ico",
    ] {
        browser.visit(&stage.address(path)).await;
        assert!(browser.page().cookies_set().is_empty(), "{path}");
        let answer = browser.fetch(Method::GET, &stage.address(path), &[]).await;
        assert!(answer.cookies_set().is_empty(), "fetch {path}");
    }
    assert!(browser.cookies(&stage.address("/")).is_empty());
    stage.end().await;
}

#[tokio::test]
async fn every_cookie_is_guarded() {
    let stage = Stage::start().await;
    let mut browser = stage.member("zhangsan");
    browser.open(&stage.login()).await;
    let mut lines: Vec<String> = browser
        .page()
        .cookies_set()
        .into_iter()
        .map(str::to_owned)
        .collect();
    browser.follow().await;
    browser.follow().await;
    lines.extend(browser.page().cookies_set().into_iter().map(str::to_owned));
    assert!(lines.len() >= 3, "{lines:?}");
    for line in &lines {
        assert!(line.starts_with("__Host-menshen_"), "{line}");
        for guard in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
            assert!(line.contains(guard), "{line}");
        }
        assert!(!line.to_ascii_lowercase().contains("domain"), "{line}");
    }
    stage.end().await;
}
