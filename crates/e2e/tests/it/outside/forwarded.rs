//! What is asked for: the proxy says it, and nobody else. Hosts, paths and methods that a visitor writes into
//! headers decide nothing.

use e2e::outside::Client;
use e2e::stage::HOST;

use super::gate::{Gate, let_through, reported};

#[tokio::test]
async fn s_031_s_033_s_034_headers_about_the_way_are_the_proxys_alone() {
    let gate = Gate::start().await;
    let names = [
        "X-Forwarded-Uri",
        "X-Forwarded-Prefix",
        "X-Forwarded-Method",
        "X-Original-URL",
        "X-Original-URI",
        "X-Original-Method",
        "X-Rewrite-URL",
        "X-Envoy-Original-Path",
        "X_Forwarded_Uri",
        "X.Forwarded.Uri",
        "x-forwarded_uri",
    ];
    for proxy in &gate.proxies {
        for name in names {
            let value = if name.ends_with("Method") {
                "GET"
            } else {
                "/public/page"
            };
            let headers = format!("{name}: {value}\r\n");
            gate.tap.take();
            let answer = gate.get(proxy, "/admin", &headers).await;
            gate.assert_denied(proxy, name, &answer);
            for call in gate.tap.take() {
                assert_eq!(reported(&call), "/admin", "{:?}, {name}", proxy.kind);
            }
            // Nor does it reach a site that believes it.
            let answer = gate
                .get(
                    proxy,
                    "/public/page",
                    &headers.replace("/public/page", "/made-up"),
                )
                .await;
            for request in gate.upstream.take() {
                let values = request.all(name);
                assert!(
                    !values.contains(&"/made-up"),
                    "{:?}, {name}: {request:#?}",
                    proxy.kind
                );
            }
            assert!(
                matches!(answer.status(), 200 | 400),
                "{:?}, {name}: {answer:#?}",
                proxy.kind
            );
        }
        // A name with a space before the colon is no name.
        let answer = gate
            .get(proxy, "/admin", "X-Forwarded-Uri : /public/page\r\n")
            .await;
        gate.assert_denied(proxy, "a space before the colon", &answer);
    }
    gate.end().await;
}

#[tokio::test]
async fn s_035_two_values_are_none() {
    let gate = Gate::start().await;
    for proxy in &gate.proxies {
        let twice = format!("Host: {HOST}\r\nHost: evil.example\r\n{}", gate.cookie);
        let answer = Client::to(proxy.address)
            .ask("GET /public/page", &twice)
            .await;
        gate.assert_denied(proxy, "two hosts", &answer);
        let headers = "X-Forwarded-Uri: /public/a\r\nX-Forwarded-Uri: /public/b\r\n";
        let answer = gate.get(proxy, "/admin", headers).await;
        gate.assert_denied(proxy, "two paths", &answer);
    }
    // From a proxy of ours, but not as we ship it.
    let mut client = Client::to(gate.stage.node().address);
    let asked = format!(
        "Host: {HOST}\r\nX-Forwarded-Method: GET\r\nX-Forwarded-Host: {HOST}\r\n{}",
        gate.cookie
    );
    for uris in [
        "X-Forwarded-Uri: /public/a\r\nX-Forwarded-Uri: /b\r\n",
        "X-Forwarded-Uri: /public/a\r\nX-Original-URL: https://login.corp.example/b\r\n",
    ] {
        let answer = client
            .ask("GET /_menshen/check", &format!("{asked}{uris}"))
            .await;
        assert!((400..500).contains(&answer.status()), "{uris}: {answer:#?}");
    }
    gate.end().await;
}

#[tokio::test]
async fn s_021_s_029_one_host_decides() {
    let gate = Gate::start().await;
    for proxy in &gate.proxies {
        for host in [
            "LOGIN.corp.example",
            "login.corp.example.",
            "login.corp.example:443",
        ] {
            let mut client = Client::to(proxy.address);
            let answer = client.ask("GET /page", &format!("Host: {host}\r\n")).await;
            gate.assert_denied(proxy, host, &answer);
            let answer = client
                .ask("GET /page", &format!("Host: {host}\r\n{}", gate.cookie))
                .await;
            // The same name, or no name that is known here: never another site's rules.
            assert!(
                matches!(answer.status(), 200 | 403 | 404 | 421),
                "{:?}, {host}: {answer:#?}",
                proxy.kind
            );
            gate.upstream.take();
        }
        for host in [
            "evil.example",
            "evil.example:443",
            "corp.example",
            "127.0.0.1",
            "",
        ] {
            for cookie in ["", &gate.cookie] {
                let head = format!("Host: {host}\r\n{cookie}");
                let answer = Client::to(proxy.address)
                    .ask("GET /public/page", &head)
                    .await;
                let what = format!("the host {host:?}");
                gate.assert_denied(proxy, &what, &answer);
                assert!(
                    !matches!(answer.status(), 302 | 303),
                    "{what}: no sign-in for it"
                );
            }
        }
        // The target names one host and the header another.
        let head = format!("Host: {HOST}\r\n");
        let line = "GET http://evil.example/public/page";
        let answer = Client::to(proxy.address).ask(line, &head).await;
        let hits = gate.upstream.take();
        let calls = gate.tap.take();
        assert!(
            hits.len() <= let_through(&calls).len(),
            "{:?}: {answer:#?}",
            proxy.kind
        );
        let line = format!("GET http://{HOST}/admin");
        let answer = Client::to(proxy.address)
            .ask(&line, "Host: evil.example\r\n")
            .await;
        gate.assert_denied(proxy, "another host in the target", &answer);
    }
    gate.end().await;
}

#[tokio::test]
async fn s_023_s_024_s_038_the_question_itself() {
    let gate = Gate::start().await;
    let address = gate.stage.node().address;
    let whole = [
        format!("X-Forwarded-Host: {HOST}\r\n"),
        "X-Forwarded-Method: GET\r\n".to_owned(),
        "X-Forwarded-Uri: /public/page\r\n".to_owned(),
    ];
    let host = format!("Host: {HOST}\r\n");
    let ask = async |from: &str, headers: &str| {
        let head = format!("{host}{headers}");
        Client::from(from, address)
            .ask("GET /_menshen/check", &head)
            .await
    };
    assert_eq!(ask("127.0.0.1", &whole.concat()).await.status(), 200);
    // S-038: whoever is no proxy of ours learns nothing, signed in or not.
    for cookie in ["", &gate.cookie] {
        let answer = ask("127.0.0.2", &format!("{}{cookie}", whole.concat())).await;
        assert_eq!(answer.status(), 403, "{answer:#?}");
        assert!(
            answer
                .headers
                .iter()
                .all(|(name, _)| !name.contains("x-menshen")),
            "{answer:#?}"
        );
        assert!(answer.all("set-cookie").is_empty(), "{answer:#?}");
    }
    // S-024: a part is missing.
    for missing in 0..whole.len() {
        let mut some = whole.to_vec();
        let name = some.remove(missing);
        let answer = ask("127.0.0.1", &format!("{}{}", some.concat(), gate.cookie)).await;
        assert_eq!(answer.status(), 403, "without {name}: {answer:#?}");
    }
    // S-023: a part cannot be read.
    let long = format!("/public/{}", "a".repeat(20 * 1024));
    for uri in [
        "/%zz",
        "/public/%zz",
        "/public/\u{ff}\u{fe}",
        "",
        "public",
        "/public/%",
        &long,
    ] {
        let headers = format!(
            "{}{}X-Forwarded-Uri: {uri}\r\n{}",
            whole[0], whole[1], gate.cookie
        );
        let answer = ask("127.0.0.1", &headers).await;
        assert!(
            (400..500).contains(&answer.status()),
            "{uri:?}: {answer:#?}"
        );
    }
    gate.end().await;
}

/// What is answered to a proxy is for the site alone: the assertion, and cookies that no script may read.
#[tokio::test]
async fn s_038_nobody_asks_the_question_through_a_proxy() {
    let gate = Gate::start().await;
    let described = format!(
        "X-Forwarded-Host: {HOST}\r\nX-Forwarded-Method: GET\r\nX-Forwarded-Uri: /page\r\n\
         X-Original-URL: https://{HOST}/page\r\nX-Original-Method: GET\r\nSec-Fetch-Site: same-origin\r\n"
    );
    let cookie = gate.cookie.replace("\r\n", "; of_the_site=canary\r\n");
    for proxy in &gate.proxies {
        for path in [
            "/_menshen/check",
            "/_menshen/check?x",
            "/_menshen/check/",
            "/_menshen/check/envoy",
            "/_menshen/check/envoy/page",
            "/_menshen/%63heck",
            "/_menshen/%63heck/envoy/page",
            "/%5fmenshen/check",
            "//_menshen/check",
            "/_menshen//check",
            "/_menshen/./check",
            "/_menshen/check/envoy/../../me",
            "/page/../_menshen/check",
            "/_MENSHEN/check",
        ] {
            for headers in [&cookie, &format!("{described}{cookie}")] {
                let answer = gate.get(proxy, path, headers).await;
                let kind = proxy.kind;
                for (name, value) in &answer.headers {
                    let name = name.to_ascii_lowercase();
                    let is_told = name.starts_with("x-menshen-") && !value.is_empty();
                    assert!(
                        !is_told && name != "cookie",
                        "{kind:?}, {path}: {answer:#?}"
                    );
                }
                gate.upstream.take();
            }
        }
        // What is meant for visitors goes on as before.
        let answer = gate.get(proxy, "/_menshen/me", &cookie).await;
        assert_eq!(answer.status(), 200, "{:?}: {answer:#?}", proxy.kind);
    }
    gate.end().await;
}

#[tokio::test]
async fn s_023_a_path_that_nobody_can_read_passes_no_proxy() {
    let gate = Gate::start().await;
    let long = format!("/public/{}", "a".repeat(20 * 1024));
    for proxy in &gate.proxies {
        for path in [
            "/%zz",
            "/public/%zz",
            "/\u{ff}\u{fe}",
            "/public/\u{ff}",
            &long,
        ] {
            let answer = gate.get(proxy, path, "").await;
            gate.assert_denied(proxy, path, &answer);
        }
    }
    gate.end().await;
}

#[tokio::test]
async fn s_039_headers_that_cannot_be_read_are_no_way_in() {
    let gate = Gate::start().await;
    let long = "a".repeat(8 * 1024);
    let headers = [
        "Cookie: __Host-menshen_session=\u{ff}\u{fe}\r\n".to_owned(),
        "Accept: \u{c3}\u{28}\r\n".to_owned(),
        "X-Other: \u{80}\u{81}\r\n".to_owned(),
        format!("Cookie: other={long}\r\n"),
        format!("X-Other: {long}\r\n"),
        format!("User-Agent: {long}\r\n"),
    ];
    for proxy in &gate.proxies {
        for header in &headers {
            let answer = gate.get(proxy, "/page", header).await;
            let what = header.get(..20).unwrap_or(header);
            gate.assert_denied(proxy, what, &answer);
        }
    }
    gate.end().await;
}
