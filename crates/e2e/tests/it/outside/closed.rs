//! No gateway, no entry: stopped, failing or hanging, every shipped configuration denies. A site that does not
//! answer is another matter, and says so.

use std::net::SocketAddr;

use e2e::outside::{CANARY, Client, Kind, Mode, Places, Proxy, Tap, Upstream};
use e2e::stage::{HOST, Stage};

const SITE: &str = "wiki.example.com";

/// Asks for pages while the gateway is in trouble. Nobody may get in, and each asker gets an answer.
async fn assert_closed(proxy: &Proxy, upstream: &Upstream, what: &str) {
    let what = format!("{:?}, gateway {what}", proxy.kind);
    let mut client = Client::to(proxy.address);
    let headers = format!("Host: {SITE}\r\nCookie: __Host-menshen_session=0123456789\r\n");
    let answer = client.ask("GET /", &headers).await;
    assert!((400..600).contains(&answer.status()), "{what}: {answer:#?}");
    assert!(!answer.text().contains(CANARY), "{what}: {answer:#?}");
    upstream.assert_untouched(&what);
}

async fn is_closed(kind: Kind) {
    let nobody: SocketAddr = "127.0.0.1:1".parse().unwrap();
    let mut tap = Tap::lay(nobody).await;
    let upstream = Upstream::start().await;
    let places = Places::of(tap.address, upstream.address, SITE);
    let Some(proxy) = Proxy::start(kind, places).await else {
        return;
    };
    tap.take();
    tap.set(Mode::Failing);
    assert_closed(&proxy, &upstream, "answers 500").await;
    tap.set(Mode::Hanging);
    assert_closed(&proxy, &upstream, "hangs").await;
    // Some ask again before they give up.
    assert!(tap.take().len() >= 2, "the proxy asked");
    tap.cut().await;
    assert_closed(&proxy, &upstream, "is stopped").await;
}

#[tokio::test]
async fn s_040_nginx_is_closed_without_a_gateway() {
    is_closed(Kind::Nginx).await;
}

#[tokio::test]
async fn s_040_caddy_is_closed_without_a_gateway() {
    is_closed(Kind::Caddy).await;
}

#[tokio::test]
async fn s_040_haproxy_is_closed_without_a_gateway() {
    is_closed(Kind::Haproxy).await;
}

#[tokio::test]
async fn s_040_traefik_is_closed_without_a_gateway() {
    is_closed(Kind::Traefik).await;
}

#[tokio::test]
async fn s_040_envoy_is_closed_without_a_gateway() {
    is_closed(Kind::Envoy).await;
}

/// A public page, so that nobody has to sign in before the site is missed.
const OPEN_SITE: &str = "[[site]]\nhost = \"login.corp.example\"\nallow = \"public\"\n";

#[tokio::test]
async fn a_site_that_is_down_is_no_failure_of_the_sign_in_behind_nginx() {
    let stage = Stage::with(|setup| {
        setup
            .top
            .push("trusted_proxies = [\"127.0.0.1\"]".to_owned());
        setup.sites.push(OPEN_SITE.to_owned());
    })
    .await;
    let nobody: SocketAddr = "127.0.0.1:1".parse().unwrap();
    let places = Places::of(stage.node().address, nobody, HOST);
    if let Some(proxy) = Proxy::start(Kind::Nginx, places).await {
        let mut client = Client::to(proxy.address);
        let answer = client.ask("GET /", &format!("Host: {HOST}\r\n")).await;
        assert_eq!(answer.status(), 502, "{answer:#?}");
        let text = answer.text();
        assert!(text.contains("This site does not answer"), "{text}");
        assert!(!text.contains("Signing in"), "{text}");
    }
    stage.end().await;
}
