//! What the site is told about the person: the gateway's word or nothing, whatever the visitor sends.

use e2e::outside::{Client, Message, Proxy};
use e2e::stage::HOST;

use super::gate::{Gate, is_managed};

const MANAGED: [&str; 7] = [
    "X-Menshen-Subject",
    "X-Menshen-User",
    "X-Menshen-Name",
    "X-Menshen-Email",
    "X-Menshen-Groups",
    "X-Menshen-Corp",
    "X-Menshen-Assertion",
];
const ALIASES: [&str; 9] = [
    "X_Menshen_User",
    "X-Menshen_User",
    "X.Menshen.User",
    "x-menshen-user",
    "X~Menshen~User",
    "X_MENSHEN-USER",
    "X'Menshen'User",
    "X|Menshen|Groups",
    "x-menshen.subject",
];

/// Checks that nothing of what the visitor made up arrived.
fn assert_not_made_up(proxy: &Proxy, request: &Message) {
    let made_up = |(name, value): &&(String, String)| is_managed(name) && value == "made-up";
    let left: Vec<_> = request.headers.iter().filter(made_up).collect();
    assert!(left.is_empty(), "{:?}: {left:?}", proxy.kind);
}

/// Checks that the site was told of 张三 once, and of nobody else.
fn assert_zhangsan(proxy: &Proxy, request: &Message) {
    assert_not_made_up(proxy, request);
    let who = request.all("x-menshen-user");
    assert_eq!(who, ["zhangsan"], "{:?}: {request:#?}", proxy.kind);
}

/// Checks that the site was told of nobody.
fn assert_nobody(proxy: &Proxy, request: &Message) {
    let told = |(name, value): &&(String, String)| is_managed(name) && !value.is_empty();
    let left: Vec<_> = request.headers.iter().filter(told).collect();
    assert!(left.is_empty(), "{:?}: {left:?}", proxy.kind);
}

#[tokio::test]
async fn s_041_identity_headers_of_the_visitor_reach_no_site() {
    let gate = Gate::start().await;
    let all = MANAGED.map(|name| format!("{name}: made-up\r\n")).concat();
    for proxy in &gate.proxies {
        let headers = format!("{all}{}", gate.cookie);
        let answer = gate.get(proxy, "/page", &headers).await;
        assert_zhangsan(proxy, &gate.assert_passed(proxy, "a member", &answer));
        let answer = gate.get(proxy, "/public/page", &all).await;
        assert_nobody(proxy, &gate.assert_passed(proxy, "a public page", &answer));
        for method in ["OPTIONS", "HEAD", "POST", "PROPFIND"] {
            let line = format!("{method} /public/none");
            let head = format!("Host: {HOST}\r\nContent-Length: 0\r\n{all}");
            let answer = Client::to(proxy.address).ask(&line, &head).await;
            for request in gate.upstream.take() {
                assert_nobody(proxy, &request);
            }
            assert!(
                answer.status() < 500,
                "{:?}, {method}: {answer:#?}",
                proxy.kind
            );
        }
        let answer = gate.get(proxy, "/page", &all).await;
        gate.assert_denied(proxy, "nobody, with headers", &answer);
    }
    gate.end().await;
}

#[tokio::test]
async fn s_042_names_that_fold_to_ours_reach_no_site() {
    let gate = Gate::start().await;
    for proxy in &gate.proxies {
        for name in ALIASES {
            let headers = format!("{name}: made-up\r\n{}", gate.cookie);
            let answer = gate.get(proxy, "/page", &headers).await;
            for request in gate.upstream.take() {
                assert_zhangsan(proxy, &request);
            }
            // A proxy may also refuse the request as a whole.
            let status = answer.status();
            assert!(
                matches!(status, 200 | 400),
                "{:?}, {name}: {answer:#?}",
                proxy.kind
            );
            let answer = gate
                .get(proxy, "/public/page", &format!("{name}: made-up\r\n"))
                .await;
            for request in gate.upstream.take() {
                assert_nobody(proxy, &request);
            }
            assert!(
                matches!(answer.status(), 200 | 400),
                "{:?}, {name}",
                proxy.kind
            );
        }
    }
    gate.end().await;
}

#[tokio::test]
async fn s_043_a_visitor_cannot_take_our_headers_away() {
    let gate = Gate::start().await;
    let tricks = [
        "Connection: close, X-Menshen-User\r\n",
        "Connection: x-menshen-user, x-menshen-groups, cookie\r\n",
        "Connection: keep-alive, x-forwarded-for, X-Menshen-User\r\nKeep-Alive: 5\r\n",
        "Connection: TE, Upgrade, X-Menshen-User\r\nTE: trailers\r\nUpgrade: foo\r\n",
    ];
    for proxy in &gate.proxies {
        for trick in tricks {
            let answer = gate
                .get(proxy, "/page", &format!("{trick}{}", gate.cookie))
                .await;
            // Envoy refuses an upgrade that it does not know; a refusal takes nothing away.
            let requests = gate.upstream.take();
            assert!(
                requests.len() == 1 || (400..500).contains(&answer.status()),
                "{:?}, {trick}: {answer:#?}",
                proxy.kind
            );
            for request in requests {
                assert_zhangsan(proxy, &request);
            }
        }
    }
    gate.end().await;
}

#[tokio::test]
async fn s_046_our_cookies_stay_with_us() {
    let gate = Gate::start().await;
    let session = gate.cookie.trim_start_matches("Cookie: ").trim_end();
    let attempt = "__Host-menshen_attempt_01234567=secret";
    let headers = format!("Cookie: theme=dark; {session}; {attempt}; lang=zh\r\n");
    for proxy in &gate.proxies {
        for path in ["/page", "/public/page"] {
            let answer = gate.get(proxy, path, &headers).await;
            let request = gate.assert_passed(proxy, path, &answer);
            let cookies = request.all("cookie").join("; ");
            assert_eq!(cookies, "theme=dark; lang=zh", "{:?}, {path}", proxy.kind);
        }
        // Ours alone: what is left is nothing.
        let answer = gate.get(proxy, "/page", &gate.cookie).await;
        let request = gate.assert_passed(proxy, "our cookie alone", &answer);
        assert_eq!(request.all("cookie").concat(), "", "{:?}", proxy.kind);
    }
    gate.end().await;
}

#[tokio::test]
async fn s_047_nothing_of_one_request_is_left_for_the_next() {
    let gate = Gate::start().await;
    for proxy in &gate.proxies {
        let mut client = Client::to(proxy.address);
        let host = format!("Host: {HOST}\r\n");
        let signed_in = format!("{host}{}", gate.cookie);
        for _ in 0..3 {
            let answer = client.ask("GET /page", &signed_in).await;
            assert_zhangsan(proxy, &gate.assert_passed(proxy, "signed in", &answer));
            let made_up = format!("{host}X-Menshen-User: made-up\r\n");
            let answer = client.ask("GET /public/page", &made_up).await;
            assert_nobody(proxy, &gate.assert_passed(proxy, "public", &answer));
            let answer = client.ask("GET /page", &made_up).await;
            gate.assert_denied(proxy, "nobody", &answer);
        }
    }
    gate.end().await;
}
