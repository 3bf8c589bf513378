//! What somebody hears who is signed out: a person is sent to sign in, a program gets a 401, a form is not lost
//! without a word, and never a byte of the site.

use e2e::outside::{CANARY, Client, Kind, Message, Proxy};
use e2e::stage::HOST;

use super::gate::{Gate, is_managed};

const PAGE_LOAD: &str =
    "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";

/// Each proxy as its how-to configures the site: nginx makes the redirect itself.
async fn gates() -> [Gate; 2] {
    let others = [Kind::Caddy, Kind::Haproxy, Kind::Traefik, Kind::Envoy];
    [
        Gate::with(&[Kind::Nginx], "401").await,
        Gate::with(&others, "302").await,
    ]
}

#[tokio::test]
async fn s_073_a_page_is_not_shown_before_sign_in() {
    for gate in gates().await {
        for proxy in &gate.proxies {
            let answer = gate.get(proxy, "/page?x=1", PAGE_LOAD).await;
            gate.assert_denied(proxy, "a page load", &answer);
            assert!(
                matches!(answer.status(), 302 | 303),
                "{:?}: {answer:#?}",
                proxy.kind
            );
            let place = answer.one("location").expect("no place to go").to_owned();
            let begins = format!("https://{HOST}/_menshen/login?return_to=");
            assert!(place.starts_with(&begins), "{:?}: {place}", proxy.kind);
            assert!(place.contains("page%3Fx%3D1"), "{:?}: {place}", proxy.kind);
            assert!(!answer.text().contains(CANARY), "{answer:#?}");
        }
        gate.end().await;
    }
}

#[tokio::test]
async fn s_069_s_070_programs_get_a_401_and_nothing_else() {
    let calls = [
        "Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\nOrigin: https://evil.example\r\n",
        "X-Requested-With: XMLHttpRequest\r\nAccept: text/html\r\n",
        "Accept: application/json\r\n",
        "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n",
        "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n",
    ];
    for gate in gates().await {
        for proxy in &gate.proxies {
            for call in calls {
                let answer = gate.get(proxy, "/api", call).await;
                gate.assert_denied(proxy, call, &answer);
                assert_eq!(
                    answer.status(),
                    401,
                    "{:?}, {call}: {answer:#?}",
                    proxy.kind
                );
                for name in ["set-cookie", "location", "access-control-allow-origin"] {
                    let values = answer.all(name);
                    assert!(
                        values.is_empty(),
                        "{:?}, {call}: {name}: {values:?}",
                        proxy.kind
                    );
                }
            }
        }
        gate.end().await;
    }
}

#[tokio::test]
async fn s_071_a_form_is_not_lost_without_a_word() {
    let body = "text=written-for-an-hour";
    for gate in gates().await {
        for proxy in &gate.proxies {
            let length = body.len();
            let form = format!(
                "POST /save HTTP/1.1\r\nHost: {HOST}\r\n{PAGE_LOAD}Content-Length: {length}\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
            );
            let answer = Client::to(proxy.address).send(&form).await;
            gate.assert_denied(proxy, "a form", &answer);
            assert_eq!(answer.status(), 401, "{:?}: {answer:#?}", proxy.kind);
            // Nobody but the site gets to see what was written.
            for call in gate.tap.take() {
                assert!(call.request.body.is_empty(), "{:?}: {call:#?}", proxy.kind);
            }
        }
        gate.end().await;
    }
}

/// Headers of a visitor who plays somebody of the finance department.
const MADE_UP: &str = "X-Menshen-User: lisi\r\nX-Menshen-Groups: department:3\r\n";

#[tokio::test]
async fn known_but_not_allowed_is_a_page_that_says_who_one_is() {
    for gate in gates().await {
        for proxy in &gate.proxies {
            let headers = format!("{PAGE_LOAD}{MADE_UP}{}", gate.cookie);
            let answer = gate.get(proxy, "/finance/report", &headers).await;
            gate.assert_denied(proxy, "another department's page", &answer);
            assert_eq!(answer.status(), 403, "{:?}: {answer:#?}", proxy.kind);
            let page = String::from_utf8_lossy(&answer.body);
            assert!(page.contains("张三"), "{:?}: {page}", proxy.kind);
            assert!(
                page.contains("/_menshen/"),
                "a way out, {:?}: {page}",
                proxy.kind
            );
            assert!(!page.contains(CANARY), "{:?}: {page}", proxy.kind);
            let kind = answer.one("content-type").unwrap_or_default();
            assert!(kind.starts_with("text/html"), "{:?}: {kind}", proxy.kind);
            assert_says_nothing(proxy, &answer);
            // Whoever is refused one page has not lost the others.
            let answer = gate.get(proxy, "/page", &headers).await;
            let request = gate.assert_passed(proxy, "a page of everybody's", &answer);
            assert_eq!(
                request.all("x-menshen-user"),
                ["zhangsan"],
                "{:?}",
                proxy.kind
            );
        }
        gate.end().await;
    }
}

#[tokio::test]
async fn known_but_not_allowed_is_a_403_for_programs_and_forms_too() {
    let body = "amount=1000000";
    let length = body.len();
    for gate in gates().await {
        for proxy in &gate.proxies {
            let call = format!("Accept: application/json\r\n{MADE_UP}{}", gate.cookie);
            let answer = gate.get(proxy, "/finance/api", &call).await;
            gate.assert_denied(proxy, "a call", &answer);
            assert_eq!(answer.status(), 403, "{:?}: {answer:#?}", proxy.kind);
            let text = answer.text();
            assert!(
                text.contains("\"site.refused\""),
                "{:?}: {text}",
                proxy.kind
            );
            assert_says_nothing(proxy, &answer);
            let form = format!(
                "POST /finance/pay HTTP/1.1\r\nHost: {HOST}\r\n{PAGE_LOAD}{MADE_UP}{}Content-Length: {length}\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}",
                gate.cookie
            );
            let answer = Client::to(proxy.address).send(&form).await;
            gate.assert_denied(proxy, "a form", &answer);
            assert_eq!(answer.status(), 403, "{:?}: {answer:#?}", proxy.kind);
            assert_says_nothing(proxy, &answer);
        }
        gate.end().await;
    }
}

/// Checks that nothing about the person is in the headers of an answer, and no cookie.
fn assert_says_nothing(proxy: &Proxy, answer: &Message) {
    let is_bad = |(name, _): &&(String, String)| is_managed(name) || name == "set-cookie";
    let bad: Vec<_> = answer.headers.iter().filter(is_bad).collect();
    assert!(bad.is_empty(), "{:?}: {bad:?}", proxy.kind);
}
