//! `GET /_menshen/callback/{connector}`: everything that is refused before WeCom is asked.

use std::time::Duration;

use axum::body::Body;
use http::{Method, Request, StatusCode};
use menshen_gateway::Parts;
use menshen_store::SessionFilter;

use crate::harness::{Answer, House};
use crate::login::SEVERAL;
use crate::visitor::{IN_WECOM, Visitor};
use crate::wecom::Nobody;

const CODE: &str = "c0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0d";

async fn house() -> (House, Nobody) {
    house_with(|_| {}).await
}

async fn house_with(change: impl FnOnce(&mut Parts)) -> (House, Nobody) {
    let nobody = Nobody::listen();
    let house = House::with(|parts| {
        change(parts);
        nobody.stand_in(parts);
    })
    .await;
    (house, nobody)
}

/// Nothing came of it: no call, no session, no cookie but one that is cleared.
async fn assert_nothing_happened(house: &House, nobody: &Nobody, answer: &Answer) {
    assert_eq!(nobody.calls(), 0, "WeCom was called: {answer:?}");
    let filter = SessionFilter {
        limit: 10,
        ..SessionFilter::default()
    };
    let sessions = house.parts.store.list_sessions(&filter).await.unwrap();
    assert_eq!(sessions, [], "{answer:?}");
    for cookie in answer.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.contains("menshen_attempt_"), "{cookie}");
        assert!(cookie.contains("Max-Age=0"), "{cookie}");
    }
    assert!(!answer.body.contains(CODE) && !answer.header("location").contains(CODE));
}

#[tokio::test]
async fn s_074_a_state_that_is_not_one_of_ours_is_refused() {
    let (house, nobody) = house().await;
    // The longest that fits into an address, and one that does not.
    let (fits, long) = ("a".repeat(8_000), "a".repeat(10_000));
    for state in [
        None,
        Some(""),
        Some("unknownunknownunknownunknown1234"),
        Some("with-a-hyphen"),
        Some("%00"),
        Some("%E9%97%A8"),
        Some("%ff"),
        Some(fits.as_str()),
        Some(long.as_str()),
    ] {
        let state = state.map_or_else(String::new, |state| format!("&state={state}"));
        let mut visitor = Visitor::new(&house, IN_WECOM);
        visitor.start("").await;
        let path = format!("/_menshen/callback/hq?code={CODE}{state}");
        let answer = visitor.open(&path).await;
        let is_too_long = answer.status == StatusCode::URI_TOO_LONG && path.len() > 8192;
        assert!(
            answer.status == StatusCode::BAD_REQUEST || is_too_long,
            "{answer:?}"
        );
        assert_nothing_happened(&house, &nobody, &answer).await;
        // The visitor's own attempt is not touched by a callback that names another.
        assert_eq!(visitor.attempts(), 1);
    }
}

#[tokio::test]
async fn s_075_a_callback_in_another_browser_is_refused() {
    let (house, nobody) = house().await;
    let mut attacker = Visitor::new(&house, IN_WECOM);
    let state = attacker.start("&return_to=/secret").await;
    let path = format!("/_menshen/callback/hq?code={CODE}&state={state}");

    let mut victim = Visitor::new(&house, IN_WECOM);
    let answer = victim.open(&path).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("another browser"), "{}", answer.body);
    assert!(!answer.body.contains("/secret"));
    assert_nothing_happened(&house, &nobody, &answer).await;

    // With a login of their own under way it is no different.
    victim.start("").await;
    let answer = victim.open(&path).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(victim.attempts(), 1);
    assert_nothing_happened(&house, &nobody, &answer).await;

    // Nor with a cookie of the right name and another value, or with several.
    let name = attacker.cookies[0].0.clone();
    let wrong = "A".repeat(43);
    for header in [
        format!("{name}={wrong}"),
        format!("{name}="),
        format!("{name}=x"),
        format!("{name}={wrong}; {name}={}", attacker.cookies[0].1),
        format!("{name}={}; {name}={wrong}", attacker.cookies[0].1),
        format!("{name}=\"{}\"", attacker.cookies[0].1),
    ] {
        let request = Visitor::new(&house, IN_WECOM)
            .request(&path)
            .header("cookie", &header);
        let answer = house.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{header}");
        assert_nothing_happened(&house, &nobody, &answer).await;
    }
}

#[tokio::test]
async fn s_079_an_attempt_ends_after_ten_minutes_and_waits_for_a_click() {
    let (house, nobody) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let state = visitor.start("").await;
    house.clock.advance(Duration::from_mins(10));
    let path = format!("/_menshen/callback/hq?code={CODE}&state={state}");
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("no longer valid"), "{}", answer.body);
    assert!(answer.body.contains("href=\"/_menshen/login\""));
    assert_eq!(answer.header("location"), "");
    assert_nothing_happened(&house, &nobody, &answer).await;
    assert_eq!(visitor.attempts(), 0);
}

#[tokio::test]
async fn s_079_an_attempt_that_the_store_forgot_is_over() {
    let (house, nobody) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let state = visitor.start("").await;
    let later = house.parts.clock.now().plus(Duration::from_secs(601));
    let store = &house.parts.store;
    assert_eq!(store.sweep_login_attempts(later, 10).await.unwrap(), 1);
    let path = format!("/_menshen/callback/hq?code={CODE}&state={state}");
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_nothing_happened(&house, &nobody, &answer).await;
}

#[tokio::test]
async fn s_081_an_attempt_fits_its_own_callback_path_only() {
    let (house, nobody) = house_with(SEVERAL).await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let state = visitor.start("&connector=hq").await;
    for path in ["branch", "other", "HQ", "hq%00", "hq%2f..%2fhq", "nowhere"] {
        let mut same = Visitor::new(&house, IN_WECOM);
        same.cookies.clone_from(&visitor.cookies);
        let path = format!("/_menshen/callback/{path}?code={CODE}&state={state}");
        let answer = same.open(&path).await;
        assert!(answer.status.is_client_error(), "{path}: {answer:?}");
        assert_nothing_happened(&house, &nobody, &answer).await;
    }
    // It was not used up by that: on its own path it goes on to WeCom.
    let path = format!("/_menshen/callback/hq?code={CODE}&state={state}");
    assert_eq!(
        visitor.open(&path).await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert!(nobody.calls() > 0);
}

#[tokio::test]
async fn s_083_other_parameters_of_a_callback_mean_nothing() {
    let (house, nobody) = house_with(SEVERAL).await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let state = visitor.start("&connector=hq").await;
    let path = format!(
        "/_menshen/callback/branch?code={CODE}&state={state}&appid=ww5f1e2d3c4b5a6978&corpid=OTHER\
         &userid=admin&agentid=1000002&connector=hq"
    );
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_nothing_happened(&house, &nobody, &answer).await;
}

#[tokio::test]
async fn s_085_an_unusable_code_is_refused_and_uses_nothing_up() {
    let (house, nobody) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let state = visitor.start("").await;
    let long = "c".repeat(513);
    for query in [
        format!("code=a&code=b&state={state}"),
        format!("code={CODE}&code={CODE}&state={state}"),
        format!("code={CODE}&c%6fde={CODE}&state={state}"),
        format!("code={CODE}&state={state}&state={state}"),
        format!("code={CODE}&state={state}&state=other"),
        format!("code={long}&state={state}"),
        format!("code=a%00b&state={state}"),
        format!("code=a%0d%0ab&state={state}"),
        format!("code=a%7fb&state={state}"),
        format!("code=a%c2%85b&state={state}"),
        format!("code=%ff&state={state}"),
        format!("code=&state={state}"),
    ] {
        let answer = visitor
            .open(&format!("/_menshen/callback/hq?{query}"))
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_nothing_happened(&house, &nobody, &answer).await;
        assert_eq!(visitor.attempts(), 1, "{query}");
    }
    // Nothing was used up: a usable code is taken to WeCom.
    let path = format!("/_menshen/callback/hq?code={CODE}&state={state}");
    visitor.open(&path).await;
    assert!(nobody.calls() > 0);
}

#[tokio::test]
async fn s_085_a_post_is_no_callback() {
    let (house, nobody) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let state = visitor.start("").await;
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let request = Request::builder()
            .method(method)
            .uri("/_menshen/callback/hq")
            .header("accept", "text/html")
            .header("cookie", visitor.cookie_header())
            .header("content-type", "application/x-www-form-urlencoded");
        let body = Body::from(format!("code={CODE}&state={state}"));
        let answer = house.send(request.body(body).unwrap()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_nothing_happened(&house, &nobody, &answer).await;
    }
}

#[tokio::test]
async fn s_086_a_refusal_ends_the_attempt_and_leads_nowhere_by_itself() {
    let (house, nobody) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let state = visitor.start("&return_to=/wiki").await;
    let path = format!("/_menshen/callback/hq?state={state}");
    for _ in 0..2 {
        // The second time is a repeat from the same browser: the same answer.
        let answer = visitor.open(&path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.body.contains("Sign-in cancelled"), "{}", answer.body);
        assert!(answer.body.contains("return_to=%2Fwiki"), "{}", answer.body);
        assert_eq!(answer.header("location"), "");
        assert_eq!(nobody.calls(), 0);
    }
    // A code that turns up afterwards is not exchanged: the attempt is used up.
    let answer = visitor.open(&format!("{path}&code={CODE}")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(nobody.calls(), 0);
    house.clock.advance(Duration::from_secs(61));
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn s_087_no_answer_carries_a_code_to_another_place() {
    let (house, nobody) = house().await;
    for path in [
        "/",
        "/_menshen/logout",
        "/_menshen/me",
        "/_menshen/login",
        "/_menshen/callback/hq",
        "/_menshen/callback/nowhere",
        "/WW_verify_Kq3vTz81mWcYp0Ls.txt",
        "/nothing",
    ] {
        let query =
            format!("?code={CODE}&state=s&rd=https://evil.example&return_to=//evil.example");
        let answer = house.open(&format!("{path}{query}")).await;
        assert!(!answer.header("location").contains(CODE), "{path}");
        assert!(!answer.header("location").contains("evil"), "{path}");
        assert!(
            !answer.body.contains(CODE) && !answer.body.contains("evil"),
            "{path}"
        );
        assert_eq!(answer.header("referrer-policy"), "strict-origin");
    }
    assert_eq!(nobody.calls(), 0);
}

#[tokio::test]
async fn s_089_a_frame_or_a_script_cannot_finish_a_login() {
    let (house, nobody) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let state = visitor.start("").await;
    for (mode, dest) in [
        ("navigate", "iframe"),
        ("no-cors", "image"),
        ("cors", "empty"),
    ] {
        let request = Request::get(format!("/_menshen/callback/hq?code={CODE}&state={state}"))
            .header("cookie", visitor.cookie_header())
            .header("accept", "text/html")
            .header("sec-fetch-mode", mode)
            .header("sec-fetch-dest", dest);
        let answer = house.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{dest}");
        assert_nothing_happened(&house, &nobody, &answer).await;
    }
}

#[tokio::test]
async fn s_092_an_evicted_attempt_gets_the_page_that_starts_again() {
    let (house, nobody) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let first = visitor.start("").await;
    for _ in 0..39 {
        visitor.start("").await;
    }
    let path = format!("/_menshen/callback/hq?code={CODE}&state={first}");
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("/_menshen/login"), "{}", answer.body);
    assert_nothing_happened(&house, &nobody, &answer).await;
}

#[tokio::test]
async fn s_094_a_connector_that_was_taken_away_signs_nobody_in() {
    let (before, _) = house_with(SEVERAL).await;
    let mut visitor = Visitor::new(&before, IN_WECOM);
    let state = visitor.start("&connector=branch").await;
    let cookies = visitor.cookies.clone();
    // The gateway comes back without the connector, on the same store.
    let store = before.parts.store.clone();
    let (after, nobody) = house_with(|parts| parts.store = store).await;
    let mut visitor = Visitor::new(&after, IN_WECOM);
    visitor.cookies = cookies;
    let path = format!("/_menshen/callback/branch?code={CODE}&state={state}");
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_nothing_happened(&after, &nobody, &answer).await;
}

#[tokio::test]
async fn s_196_s_202_when_wecom_is_silent_the_code_is_tried_once_and_the_page_says_so() {
    let (house, nobody) = house().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let state = visitor.start("&return_to=/wiki").await;
    let path = format!("/_menshen/callback/hq?code={CODE}&state={state}");
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{answer:?}");
    assert!(answer.body.contains("cannot be reached"), "{}", answer.body);
    assert!(answer.body.contains(answer.header("x-request-id")));
    assert!(answer.body.contains("return_to=%2Fwiki"));
    assert_eq!(visitor.cookie("__Host-menshen_session"), None);
    let calls = nobody.calls();
    assert!(calls > 0);
    // The repeat hears the same and calls nobody.
    let again = visitor.open(&path).await;
    assert_eq!(again.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(nobody.calls(), calls);
}

#[tokio::test]
async fn s_068_s_105_no_endpoint_takes_an_identity_from_a_browser() {
    let (house, nobody) = house().await;
    let identity = "userid=admin&corpid=ww5f1e2d3c4b5a6978&external_userid=x&sub=1";
    for path in ["/", "/_menshen/me", "/_menshen/logout", "/_menshen/login"] {
        for method in [Method::GET, Method::POST, Method::PUT] {
            let request = Request::builder()
                .method(method.clone())
                .uri(format!("{path}?{identity}"))
                .header("content-type", "application/x-www-form-urlencoded")
                .header("x-menshen-user", "admin")
                .header("x-forwarded-user", "admin")
                .header("x-menshen-subject", "1");
            let answer = house
                .send(request.body(Body::from(identity)).unwrap())
                .await;
            let asks_to_sign_out = path == "/_menshen/logout" && method == Method::GET;
            assert!(
                answer.status.is_client_error() || asks_to_sign_out,
                "{path}: {answer:?}"
            );
            assert!(!answer.body.contains("admin"), "{path}: {answer:?}");
            assert_nothing_happened(&house, &nobody, &answer).await;
        }
    }
}
