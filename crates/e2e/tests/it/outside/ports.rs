//! Behind nginx: a site on a port of its own, and requests that name two hosts. nginx chooses the site by the one and
//! would hand on the other.

use e2e::outside::{Client, Kind, Message, Places, Proxy, Tap, Upstream};
use e2e::stage::Stage;

/// What nginx serves; Menshen knows it on a port of its own only.
const SITE: &str = "wiki.corp.example";
const SITES: &str = r#"
[[site]]
host = "wiki.corp.example:8443"
allow = "member"

[[site.rule]]
path = "/public/*"
allow = "public"

[[site]]
host = "open.corp.example"
allow = "public"
"#;

struct Ports {
    stage: Stage,
    upstream: Upstream,
    proxy: Proxy,
    _tap: Tap,
}

impl Ports {
    /// Nothing when nginx is missing, which was said then.
    async fn start() -> Option<Self> {
        let stage = Stage::with(|setup| {
            setup
                .top
                .push("trusted_proxies = [\"127.0.0.1\"]".to_owned());
            setup.sites.push(SITES.to_owned());
        })
        .await;
        let tap = Tap::lay(stage.node().address).await;
        let upstream = Upstream::start().await;
        let places = Places::of(tap.address, upstream.address, SITE);
        let Some(proxy) = Proxy::start(Kind::Nginx, places).await else {
            stage.end().await;
            return None;
        };
        Some(Self {
            stage,
            upstream,
            proxy,
            _tap: tap,
        })
    }

    async fn get(&self, target: &str, host: &str) -> Message {
        let mut client = Client::to(self.proxy.address);
        client
            .ask(&format!("GET {target}"), &format!("Host: {host}\r\n"))
            .await
    }
}

#[tokio::test]
async fn s_021_nginx_hands_on_the_port_of_a_site() {
    let Some(ports) = Ports::start().await else {
        return;
    };
    let answer = ports.get("/public/page", "Wiki.corp.example:8443").await;
    assert_eq!(answer.status(), 200, "{answer:#?}");
    let seen = ports.upstream.take_one();
    assert_eq!(seen.one("host"), Some("Wiki.corp.example:8443"));
    assert_eq!(
        ports.get("/page", "wiki.corp.example:8443").await.status(),
        401
    );
    // The usual port is another site, and there is none; the answer says so.
    let answer = ports.get("/public/page", SITE).await;
    assert_eq!(answer.status(), 403, "{answer:#?}");
    assert!(
        answer.text().contains("No site has this host."),
        "{answer:#?}"
    );
    ports.upstream.assert_untouched("the usual port");
    let named = ports.stage.logs.lines_with("check.unknown_site");
    assert!(
        named.iter().any(|line| line.contains(SITE)),
        "the log names the host that was asked for: {named:?}"
    );
    ports.stage.end().await;
}

#[tokio::test]
async fn s_021_s_035_a_request_that_names_two_hosts_is_judged_as_none() {
    let Some(ports) = Ports::start().await else {
        return;
    };
    // nginx goes by the address in the request line, a site goes by `Host`.
    for (target, host) in [
        ("http://wiki.corp.example/page", "open.corp.example"),
        ("http://wiki.corp.example:8443/page", "open.corp.example"),
        ("http://wiki.corp.example/page", "open.corp.example:8443"),
        (
            "http://wiki.corp.example/page",
            "wiki.corp.example.open.corp.example",
        ),
        (
            "http://wiki.corp.example/page",
            "wiki.corp.example|open.corp.example",
        ),
    ] {
        let answer = ports.get(target, host).await;
        assert!(
            matches!(answer.status(), 400..=421),
            "{target}, {host}: {answer:#?}"
        );
        ports
            .upstream
            .assert_untouched(&format!("{target}, {host}"));
    }
    // The same name twice is one host.
    let target = "http://wiki.corp.example/public/page";
    let answer = ports.get(target, "wiki.corp.example:8443").await;
    assert_eq!(answer.status(), 200, "{answer:#?}");
    ports.stage.end().await;
}
