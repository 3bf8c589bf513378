//! The way in through each proxy as it is shipped, hop by hop: from a site to the gateway's own host, which is
//! behind the same proxy, and on to WeCom. A file that serves sites only lets nobody sign in.

use e2e::outside::{Client, Kind, Message, Places, Proxy, Tap, Upstream};
use e2e::stage::{HOST, Stage};
use url::Url;

const WIKI: &str = "wiki.corp.example";

const PAGE_LOAD: &str =
    "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";

/// Opens a page of a host through a proxy.
async fn open(proxy: &Proxy, host: &str, path: &str) -> Message {
    let head = format!("Host: {host}\r\n{PAGE_LOAD}");
    Client::to(proxy.address)
        .ask(&format!("GET {path}"), &head)
        .await
}

/// Where an answer leads: the host, and the path with its query.
fn next(proxy: &Proxy, answer: &Message) -> (String, String) {
    let place = answer.one("location");
    let place = place.unwrap_or_else(|| panic!("{:?}: leads nowhere: {answer:#?}", proxy.kind));
    let place = Url::parse(place).unwrap();
    let host = place.host_str().unwrap().to_owned();
    let path = place[url::Position::BeforePath..].to_owned();
    (host, path)
}

/// From a page of the site to WeCom.
async fn walk(proxy: &Proxy, tap: &Tap) {
    let kind = proxy.kind;
    let turned_away = open(proxy, WIKI, "/page").await;
    let (host, path) = next(proxy, &turned_away);
    assert_eq!(host, WIKI, "{kind:?}: {turned_away:#?}");
    assert!(path.starts_with("/_menshen/enter?"), "{kind:?}: {path}");
    let entering = open(proxy, WIKI, &path).await;
    let (host, path) = next(proxy, &entering);
    assert_eq!(host, HOST, "{kind:?}: {entering:#?}");
    assert!(path.starts_with("/_menshen/login?"), "{kind:?}: {path}");
    tap.take();
    let doors = open(proxy, HOST, &path).await;
    assert_eq!(doors.status(), 200, "{kind:?}: {doors:#?}");
    // WeCom wants to know from which page the browser comes, so the gateway does too.
    let from_doors =
        format!("Host: {HOST}\r\nReferer: https://{HOST}/_menshen/login\r\n{PAGE_LOAD}");
    let leaving = Client::to(proxy.address)
        .ask("GET /_menshen/login?connector=hq&door=scan", &from_doors)
        .await;
    let (host, _) = next(proxy, &leaving);
    assert_eq!(host, "login.work.weixin.qq.com", "{kind:?}: {leaving:#?}");
    // The rest of that host is the gateway's as well, and what WeCom looks for.
    let home = open(proxy, HOST, "/").await;
    assert_eq!(home.status(), 200, "{kind:?}: {home:#?}");
    // Nothing of that host is asked about: the gateway was visited, not questioned.
    for call in tap.take() {
        let target = call.request.target();
        assert!(!target.starts_with("/_menshen/check"), "{kind:?}: {target}");
    }
}

async fn signs_in_through(kinds: &[Kind], signed_out: &str) {
    let site = format!("[[site]]\nhost = \"{WIKI}\"\nsigned_out = \"{signed_out}\"\n");
    let stage = Stage::with(|setup| {
        setup
            .top
            .push("trusted_proxies = [\"127.0.0.1\"]".to_owned());
        setup.sites.push(site);
    })
    .await;
    let tap = Tap::lay(stage.node().address).await;
    let upstream = Upstream::start().await;
    for kind in kinds {
        let mut places = Places::of(tap.address, upstream.address, WIKI);
        places.login = HOST;
        if let Some(proxy) = Proxy::start(*kind, places).await {
            walk(&proxy, &tap).await;
            upstream.assert_untouched(&format!("{kind:?}"));
        }
    }
    stage.end().await;
}

#[tokio::test]
async fn the_way_in_leads_through_nginx_to_wecom() {
    signs_in_through(&[Kind::Nginx], "401").await;
}

#[tokio::test]
async fn the_way_in_leads_through_the_other_proxies_to_wecom() {
    let others = [Kind::Caddy, Kind::Haproxy, Kind::Traefik, Kind::Envoy];
    signs_in_through(&others, "302").await;
}
