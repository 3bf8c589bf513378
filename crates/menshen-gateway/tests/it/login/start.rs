//! `GET /_menshen/login`

use std::time::Duration;

use axum::body::Body;
use http::{Request, StatusCode};
use menshen_store::{Digest, Door, LoginAttempt};

use crate::harness::House;
use crate::login::{SEVERAL, digest_of};
use crate::visitor::{IN_WECOM, ON_A_DESK, Visitor, query_of};

pub(super) const ON_A_PHONE: &str =
    "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36";

pub(super) async fn attempt(house: &House, state: &str) -> LoginAttempt {
    let digest: Digest = digest_of(state);
    let found = house.parts.store.find_login_attempt(&digest).await;
    found.unwrap().unwrap()
}

/// How many attempts were written down.
async fn attempts_in_store(house: &House) -> u64 {
    let later = house.parts.clock.now().plus(Duration::from_hours(1));
    let swept = house.parts.store.sweep_login_attempts(later, 1000).await;
    swept.unwrap()
}

#[tokio::test]
async fn inside_wecom_the_oauth_link_is_next() {
    let house = House::new().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let answer = visitor.open("/_menshen/login?return_to=/wiki?a%3Db").await;
    assert_eq!(answer.status, StatusCode::FOUND);
    let location = answer.header("location");
    assert!(location.starts_with("https://open.weixin.qq.com/connect/oauth2/authorize?"));
    assert!(location.ends_with("#wechat_redirect"));
    let query = query_of(location);
    assert_eq!(query["appid"], "ww5f1e2d3c4b5a6978");
    assert_eq!(query["agentid"], "1000002");
    assert_eq!(query["scope"], "snsapi_base");
    assert_eq!(
        query["redirect_uri"],
        "https://login.example.com/_menshen/callback/hq"
    );
    let attempt = attempt(&house, &query["state"]).await;
    assert_eq!(attempt.door, Door::InApp);
    assert_eq!(attempt.return_to, "/wiki?a=b");
    assert_eq!(attempt.connector_id, "hq");
    assert_eq!(visitor.attempts(), 1);
}

#[tokio::test]
async fn on_a_desk_a_page_comes_first_and_leads_to_both_doors() {
    let house = House::new().await;
    let mut visitor = Visitor::new(&house, ON_A_DESK);
    let page = visitor.open("/_menshen/login?return_to=/wiki").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(visitor.cookies, []);
    for link in [
        "/_menshen/login?connector=hq&#38;return_to=%2Fwiki&#38;door=scan",
        "/_menshen/login?connector=hq&#38;return_to=%2Fwiki&#38;door=link",
    ] {
        assert!(page.body.contains(link), "{}", page.body);
    }
    let link = visitor
        .open("/_menshen/login?connector=hq&return_to=%2Fwiki&door=link")
        .await;
    assert_eq!(link.status, StatusCode::OK);
    assert!(
        link.body
            .contains("https://login.example.com/_menshen/login?connector=hq"),
        "{}",
        link.body
    );
    assert_eq!(visitor.cookies, []);
}

#[tokio::test]
async fn the_scan_door_needs_a_page_of_ours_before_it() {
    let house = House::new().await;
    let mut visitor = Visitor::new(&house, ON_A_DESK);
    let path = "/_menshen/login?door=scan";
    let page = visitor.open(path).await;
    assert_eq!((page.status, visitor.attempts()), (StatusCode::OK, 0));

    let referer = "https://login.example.com/";
    for (name, value, goes) in [
        ("sec-fetch-site", "same-origin", true),
        ("sec-fetch-site", "cross-site", false),
        ("sec-fetch-site", "none", false),
        ("referer", referer, true),
        ("referer", "https://evil.example/", false),
    ] {
        let request = visitor.request(path).header(name, value);
        let request = request.body(Body::empty()).unwrap();
        let answer = visitor.send(request).await;
        let expected = if goes {
            StatusCode::FOUND
        } else {
            StatusCode::OK
        };
        assert_eq!(answer.status, expected, "{name}: {value}");
        if goes {
            let query = query_of(answer.header("location"));
            assert_eq!(query["login_type"], "CorpApp");
            assert_eq!(query["lang"], "en");
            assert_eq!(attempt(&house, &query["state"]).await.door, Door::Scan);
        }
    }
}

#[tokio::test]
async fn a_phone_outside_wecom_is_told_to_open_wecom() {
    let house = House::new().await;
    let mut visitor = Visitor::new(&house, ON_A_PHONE);
    let page = visitor.open("/_menshen/login?return_to=/wiki").await;
    assert_eq!((page.status, visitor.attempts()), (StatusCode::OK, 0));
    assert!(page.body.contains("<svg"), "{}", page.body);
}

#[tokio::test]
async fn several_connectors_are_offered_and_none_is_guessed() {
    let house = House::with(SEVERAL).await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let page = visitor.open("/_menshen/login").await;
    assert_eq!((page.status, visitor.attempts()), (StatusCode::OK, 0));
    assert!(page.body.contains("connector=hq\"") && page.body.contains("connector=branch\""));

    // Inside WeCom the next click is silent, and nobody is told to go there; on a desk it is the scan door.
    assert!(!page.body.contains("door=scan"), "{}", page.body);
    assert!(!page.body.contains("door=link"), "{}", page.body);
    assert_eq!(
        page.body.matches(">Sign in</a>").count(),
        2,
        "{}",
        page.body
    );
    let desk = Visitor::new(&house, ON_A_DESK)
        .open("/_menshen/login")
        .await;
    assert!(desk.body.contains("door=scan"), "{}", desk.body);

    let answer = visitor.open("/_menshen/login?connector=branch").await;
    let query = query_of(answer.header("location"));
    assert_eq!(query["agentid"], "1000003");
    assert!(query["redirect_uri"].ends_with("/_menshen/callback/branch"));

    let unknown = visitor.open("/_menshen/login?connector=nowhere").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn private_info_asks_for_consent() {
    let house = House::with(|parts| {
        let config = std::sync::Arc::make_mut(&mut parts.config);
        let wanted = &mut config.connectors[0].private_info;
        wanted.insert(menshen_gateway::config::PrivateField::Mobile);
    })
    .await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let answer = visitor.open("/_menshen/login").await;
    assert_eq!(
        query_of(answer.header("location"))["scope"],
        "snsapi_privateinfo"
    );
}

#[tokio::test]
async fn s_070_s_089_whatever_is_no_page_load_starts_nothing() {
    let house = House::new().await;
    let page = "text/html";
    let rows: [&[(&str, &str)]; 8] = [
        &[("accept", "application/json")],
        &[],
        &[("accept", page), ("x-requested-with", "XMLHttpRequest")],
        &[
            ("accept", page),
            ("sec-fetch-mode", "cors"),
            ("sec-fetch-dest", "empty"),
        ],
        &[
            ("accept", page),
            ("sec-fetch-mode", "no-cors"),
            ("sec-fetch-dest", "image"),
        ],
        &[
            ("accept", page),
            ("sec-fetch-mode", "no-cors"),
            ("sec-fetch-dest", "script"),
        ],
        &[
            ("accept", page),
            ("sec-fetch-mode", "no-cors"),
            ("sec-fetch-dest", "style"),
        ],
        &[
            ("accept", page),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "iframe"),
        ],
    ];
    for headers in rows {
        let request = Request::get("/_menshen/login?door=in_app").header("user-agent", IN_WECOM);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let answer = house.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{headers:?}");
        assert_eq!(answer.problem(), "request.not_signed_in");
        assert_eq!(answer.header("location"), "");
        assert_eq!(answer.header("set-cookie"), "");
    }
    assert_eq!(attempts_in_store(&house).await, 0);
}

#[tokio::test]
async fn looking_with_head_starts_nothing() {
    let house = House::new().await;
    for path in [
        "/_menshen/login?door=in_app",
        "/_menshen/callback/hq?state=x",
    ] {
        let request = Request::head(path)
            .header("accept", "text/html")
            .header("user-agent", IN_WECOM);
        let answer = house.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(answer.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn repeated_or_unreadable_parameters_are_refused() {
    let house = House::new().await;
    for query in [
        "return_to=/a&return_to=/b",
        "door=in_app&door=scan",
        "connector=hq&connector=hq",
        "return_to=%ff",
        "door=window",
        "door=",
    ] {
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let answer = visitor.open(&format!("/_menshen/login?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(visitor.cookies, []);
    }
}

#[tokio::test]
async fn s_091_no_page_embeds_a_login_or_listens_to_one() {
    let house = House::new().await;
    let mut visitor = Visitor::new(&house, ON_A_DESK);
    for path in ["/_menshen/login", "/_menshen/login?door=link", "/"] {
        let page = visitor.open(path).await;
        for word in ["<script", "<iframe", "postMessage", "createWWLoginPanel"] {
            assert!(!page.body.contains(word), "{path}: {word}");
        }
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(!policy.contains("frame-src") && !policy.contains("script-src"));
    }
}

#[tokio::test]
async fn s_092_forty_tabs_leave_eight_attempts_and_a_short_cookie_header() {
    let house = House::new().await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    for tab in 0..40 {
        visitor.start("").await;
        assert!(visitor.attempts() <= 8, "after tab {tab}");
        assert!(visitor.cookie_header().len() < 4096);
    }
    assert_eq!(visitor.attempts(), 8);
}

/// The same request under every name a browser may give itself: a page, or the in-app door, and then the
/// attempt is the one that anybody gets who asks for that door.
#[tokio::test]
async fn s_093_the_user_agent_changes_the_door_and_nothing_else() {
    let house = House::new().await;
    let mut desk = Visitor::new(&house, ON_A_DESK);
    let state = desk.start("&return_to=/wiki").await;
    let asked_for = attempt(&house, &state).await;
    let mut doors = std::collections::BTreeSet::new();
    for agent in [
        "wxwork/4.1 MicroMessenger/7 anything",
        "wxwork/4.1 admin userid=zhangsan corp=ww00000000",
        "MicroMessenger",
        IN_WECOM,
        ON_A_DESK,
        ON_A_PHONE,
        "",
        "wxwork",
        "curl/8",
    ] {
        let mut visitor = Visitor::new(&house, agent);
        let answer = visitor.open("/_menshen/login?return_to=/wiki").await;
        doors.insert(answer.status.as_u16());
        if answer.status == StatusCode::OK {
            assert_eq!(visitor.cookies, [], "{agent}: a page starts nothing");
            continue;
        }
        let query = query_of(answer.header("location"));
        assert_eq!(query["scope"], "snsapi_base", "{agent}");
        let begun = attempt(&house, &query["state"]).await;
        let expected = LoginAttempt {
            state_digest: begun.state_digest,
            browser_digest: begun.browser_digest,
            ..asked_for.clone()
        };
        assert_eq!(begun, expected, "{agent}");
    }
    assert_eq!(doors.into_iter().collect::<Vec<_>>(), [200, 302]);
}

#[tokio::test]
async fn s_012_no_page_names_what_a_stranger_forwards() {
    let house = House::new().await;
    for (agent, path) in [
        (ON_A_DESK, "/_menshen/login"),
        (ON_A_DESK, "/_menshen/login?door=link"),
        (ON_A_PHONE, "/_menshen/login?return_to=/wiki"),
        (ON_A_DESK, "/"),
        (ON_A_DESK, "/_menshen/logout"),
        (ON_A_DESK, "/nothing"),
    ] {
        let mut visitor = Visitor::new(&house, agent);
        let request = visitor.request(path);
        let request = [
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-proto", "http"),
            ("x-forwarded-port", "8080"),
            ("x-forwarded-prefix", "/evil"),
            ("x-original-url", "/evil"),
            ("forwarded", "host=evil.example;proto=http"),
            ("referer", "https://evil.example/"),
        ]
        .into_iter()
        .fold(request, |request, (name, value)| {
            request.header(name, value)
        });
        let answer = visitor.send(request.body(Body::empty()).unwrap()).await;
        let plain = Visitor::new(&house, agent).open(path).await;
        assert_eq!(answer.status, plain.status, "{path}");
        assert!(
            !format!("{answer:?}").contains("evil"),
            "{path}: {answer:?}"
        );
        // Nothing but the request id differs from what is shown without these headers.
        let without_id = |answer: &crate::harness::Answer| {
            let id = answer.header("x-request-id").to_owned();
            answer.body.replace(&id, "")
        };
        assert_eq!(without_id(&answer), without_id(&plain), "{path}");
    }
}
