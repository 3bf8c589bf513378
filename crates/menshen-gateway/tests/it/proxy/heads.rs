//! What an application sees of a head, and what it never sees.

use super::stage::{CLOSED, OPEN, Stage};
use super::upstream::{Reply, Upstream, ok};

#[tokio::test]
async fn the_path_that_was_judged_is_the_path_that_is_sent() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    let paths = [
        "/",
        "/a/b?c=d&e",
        "/a%2Fb%20c?x=%zz",
        "/%E4%BD%A0?",
        "/A/b;c=d,e/~f?g=//h",
    ];
    for path in paths {
        let answer = stage.ask(&format!("GET {path}"), OPEN, "").await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.body),
            (200, "hello"),
            "{path}"
        );
        assert_eq!(answer.header("x-request-id").len(), 16);
    }
    let seen = app.seen();
    let lines: Vec<&str> = seen.iter().map(super::upstream::Seen::line).collect();
    assert_eq!(lines, paths.map(|path| format!("GET {path} HTTP/1.1")));
    assert_eq!(seen[0].all("host"), [OPEN]);
    assert_eq!(seen[0].all("x-forwarded-for"), ["127.0.0.1"]);
    assert_eq!(seen[0].all("x-forwarded-host"), [OPEN]);
    assert_eq!(seen[0].all("x-forwarded-proto"), ["https"]);
    assert_eq!(seen[0].all("via"), ["1.1 menshen"]);
}

#[tokio::test]
async fn s_021_a_request_for_two_hosts_is_refused() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    for head in [
        format!("GET http://{OPEN}/ HTTP/1.1\r\nhost: {CLOSED}\r\n"),
        format!("GET http://a@{OPEN}/ HTTP/1.1\r\nhost: a@{OPEN}\r\n"),
        format!("GET / HTTP/1.1\r\nhost: {OPEN}\r\nhost: {CLOSED}\r\n"),
        format!("GET / HTTP/1.1\r\nhost: {OPEN}\r\nhost: {OPEN}\r\n"),
        "GET / HTTP/1.1\r\n".to_owned(),
    ] {
        let answer = stage
            .send(&format!("{head}connection: close\r\n\r\n"))
            .await;
        assert_eq!(answer.problem(), "request.malformed", "{head}");
    }
    assert_eq!(app.seen().len(), 0);
    for host in ["APP.example.com", "app.example.com.", "app.example.com:443"] {
        assert_eq!(stage.ask("GET /", host, "").await.status, 200, "{host}");
    }
    let absolute =
        format!("GET http://{OPEN}/x?y HTTP/1.1\r\nhost: {OPEN}\r\nconnection: close\r\n\r\n");
    assert_eq!(stage.send(&absolute).await.status, 200);
    assert_eq!(app.seen().last().unwrap().line(), "GET /x?y HTTP/1.1");
}

#[tokio::test]
async fn s_029_a_host_without_a_site_gets_no_upstream() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    let cookie = stage.cookie().await;
    for host in ["other.example.com", "127.0.0.1", "app.example.com:81"] {
        let answer = stage
            .ask("GET /", host, &format!("cookie: {cookie}\r\n"))
            .await;
        assert_eq!(answer.problem(), "request.wrong_host", "{host}");
    }
    assert_eq!(app.seen().len(), 0);
}

#[tokio::test]
async fn s_031_s_033_s_034_s_036_s_042_nobody_else_says_where_a_request_came_from() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    let names = [
        "X-Forwarded-Uri",
        "X_Forwarded_Uri",
        "X.Forwarded.Uri",
        "x-forwarded_uri",
        "X-Forwarded-Prefix",
        "X-Forwarded-Port",
        "X-Forwarded-Method",
        "X-Original-URL",
        "X-Original-URI",
        "X-Rewrite-URL",
        "X-Envoy-Original-Path",
        "X-Real-IP",
        "True-Client-IP",
        "CF-Connecting-IP",
        "X-Client-IP",
        "Forwarded",
        "X_Forwarded_For",
        "X-Menshen-User",
        "X_Menshen_User",
        "X.Menshen.Groups",
        "x~menshen~corp",
        "X-Menshen-Anything",
        "X_Forwarded_User",
        // S-042: what the gateway says besides, and what a CGI program makes of it.
        "X_Request_Id",
        "X.Request.Id",
        "Proxy",
        "Proxy_Authorization",
        "Proxy-Client-IP",
        "WL-Proxy-Client-IP",
        // S-050: a second length of the body, for a server that reads both spellings.
        "Content_Length",
        "Content.Length",
        "Transfer_Encoding",
        "Transfer~Encoding",
        "Keep_Alive",
        "HTTP2_Settings",
    ];
    let headers = names.join(": canary\r\n") + ": canary\r\n";
    let fakes = "x-forwarded-for: 6.6.6.6\r\nx-forwarded-host: evil.example\r\n\
                 x-forwarded-proto: gopher\r\nx-request-id: canary-canary\r\n";
    stage
        .ask("GET /", OPEN, &format!("{headers}{fakes}x-own: stays\r\n"))
        .await;
    let seen = &app.seen()[0];
    assert!(!seen.head.contains("canary"), "{}", seen.head);
    assert!(
        !seen.head.contains("evil") && !seen.head.contains("6.6.6.6"),
        "{}",
        seen.head
    );
    assert_eq!(seen.all("x-own"), ["stays"]);
    assert_eq!(seen.all("x-menshen-user"), [""]);
    assert_eq!(seen.all("x-forwarded-user"), [""]);
}

#[tokio::test]
async fn s_043_hop_by_hop_headers_go_before_ours_are_set() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    let cookie = stage.cookie().await;
    let headers = format!(
        "cookie: {cookie}\r\nconnection: X-Menshen-User, x-forwarded-for, x-private, host\r\n\
         connection: x-menshen-subject,cookie,content-length\r\nkeep-alive: timeout=5\r\n\
         te: trailers, gzip\r\ntrailer: x\r\nproxy-authorization: Basic canary\r\nx-private: canary\r\n\
         content-length: 2\r\n"
    );
    let head = format!(
        "POST /public/x HTTP/1.1\r\nhost: {CLOSED}\r\n{headers}connection: close\r\n\r\nhi"
    );
    assert_eq!(stage.send(&head).await.status, 200);
    let seen = &app.seen()[0];
    assert_eq!(seen.all("x-menshen-user"), ["ZhangSan"], "{}", seen.head);
    assert_ne!(seen.all("x-menshen-subject"), [""]);
    assert_eq!(seen.all("x-forwarded-for"), ["127.0.0.1"]);
    assert_eq!(seen.all("host"), [CLOSED]);
    assert_eq!(seen.body, b"hi");
    for name in [
        "keep-alive",
        "trailer",
        "proxy-authorization",
        "x-private",
        "connection",
    ] {
        assert_eq!(seen.all(name), [""; 0], "{name}: {}", seen.head);
    }
}

#[tokio::test]
async fn s_044_trailers_of_a_request_are_dropped() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    let request = format!(
        "POST /x HTTP/1.1\r\nhost: {OPEN}\r\ntransfer-encoding: chunked\r\ntrailer: x-menshen-user\r\n\
         \r\n5\r\nhello\r\n0\r\nX-Menshen-User: canary\r\n\r\n"
    );
    assert_eq!(stage.send(&request).await.status, 200);
    let seen = &app.seen()[0];
    let body = String::from_utf8(seen.body.clone()).unwrap();
    assert!(body.contains("hello") && !body.contains("canary"), "{body}");
    assert!(!seen.head.contains("canary"), "{}", seen.head);
}

#[tokio::test]
async fn s_046_our_cookies_stay_with_us_and_others_pass() {
    let app = Upstream::start(|_| {
        Reply::Say(
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nset-cookie: theme=dark\r\n\
             set-cookie: __Host-menshen_session=canary; Path=/\r\n\r\n"
                .to_owned(),
        )
    })
    .await;
    let stage = Stage::before(&[&app]).await;
    let cookie = stage.cookie().await;
    let headers = format!(
        "cookie: a=1; {cookie}; b=\"2\"; __host-MENSHEN_session=x; menshen_attempt_12345678=y; c=d=e\r\n"
    );
    let answer = stage.ask("GET /", CLOSED, &headers).await;
    let seen = &app.seen()[0];
    assert_eq!(seen.all("cookie"), ["a=1; b=\"2\"; c=d=e"]);
    assert_eq!(seen.all("x-menshen-user"), ["ZhangSan"]);
    let set: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    assert_eq!(set, ["theme=dark"]);
    // The same word as the check's, whatever the letters.
    for alone in ["MENSHEN_session=x", "__Secure-Menshen_x=y"] {
        stage
            .ask("GET /", OPEN, &format!("cookie: {alone}\r\n"))
            .await;
        assert_eq!(app.seen().pop().unwrap().all("cookie"), [""; 0], "{alone}");
    }
}

#[tokio::test]
async fn s_056_connect_and_trace_never_reach_an_application() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    for line in ["TRACE /", &format!("CONNECT {OPEN}:443")] {
        let answer = stage.ask(line, OPEN, "").await;
        assert_eq!(answer.problem(), "request.method_not_allowed", "{line}");
    }
    assert_eq!(app.seen().len(), 0);
}

#[tokio::test]
async fn s_067_no_other_protocol_is_switched_to() {
    let app = Upstream::start(|_| ok("hello")).await;
    let stage = Stage::before(&[&app]).await;
    for upgrade in ["h2c", "h2c, websocket", "TLS/1.0", "websocket, h2c"] {
        let head = format!(
            "GET / HTTP/1.1\r\nhost: {OPEN}\r\nconnection: close, Upgrade, HTTP2-Settings\r\n\
             upgrade: {upgrade}\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n"
        );
        assert_eq!(stage.send(&head).await.status, 200, "{upgrade}");
    }
    for seen in app.seen() {
        for name in ["upgrade", "http2-settings", "connection"] {
            assert_eq!(seen.all(name), [""; 0], "{}", seen.head);
        }
    }
}

#[tokio::test]
async fn s_073_nothing_reaches_an_application_before_somebody_signed_in() {
    let app = Upstream::start(|_| ok("canary")).await;
    let stage = Stage::before(&[&app]).await;
    let page = "accept: text/html\r\nsec-fetch-mode: navigate\r\nsec-fetch-dest: document\r\n";
    let person = stage.ask("GET /secret?a=b", CLOSED, page).await;
    assert_eq!(person.status, 303);
    assert!(
        person
            .header("location")
            .contains("return_to=%2Fsecret%3Fa%3Db"),
        "{person:?}"
    );
    let program = stage.ask("GET /secret", CLOSED, "").await;
    assert_eq!(program.problem(), "request.not_signed_in");
    for answer in [&person, &program] {
        assert!(!answer.body.contains("canary"));
    }
    assert_eq!(app.seen().len(), 0);
}
