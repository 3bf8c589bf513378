//! Our own proxy under the differential test, with sites behind it that read paths in their own way.
//!
//! For each path there are three judges: our proxy, the check that other proxies ask, and a list of all ways to
//! read the path, made without either. And a real web server says which of its folders it served.

use std::net::SocketAddr;

use e2e::outside::{Client, Kind, Message, Site, Upstream};
use e2e::stage::{HOST, Stage};

use super::paths::{Dice, PATHS, is_public, path, readings};

/// A public folder, a folder for another department than 张三's, and the rest for every member.
const SITE: &str = r#"
[[site]]
host = "login.corp.example"
upstream = "http://UPSTREAM"

[[site.rule]]
path = "/public/*"
allow = "public"

[[site.rule]]
path = "/finance/*"
allow = ["department:3"]
"#;

/// A gateway that is a proxy itself.
struct Own {
    stage: Stage,
    address: SocketAddr,
    /// The session of 张三, who is in departments 2 and 4.
    cookie: String,
}

impl Own {
    async fn before(upstream: SocketAddr) -> Self {
        let site = SITE.replace("UPSTREAM", &upstream.to_string());
        let stage = Stage::with(|setup| {
            setup.log_level = tracing::Level::WARN;
            setup
                .top
                .push("trusted_proxies = [\"127.0.0.1\"]".to_owned());
            setup.sites.push(site);
        })
        .await;
        let browser = stage.signed_in("zhangsan").await;
        let session = browser.cookie(&stage.address("/_menshen/me"), "menshen_session");
        let session = session.expect("no session");
        let address = stage.node().address;
        Self {
            stage,
            address,
            cookie: format!("Cookie: __Host-menshen_session={session}\r\n"),
        }
    }

    /// Whether the check would let this one pass.
    async fn checks(&self, client: &mut Client, path: &str, cookie: &str) -> bool {
        let question = format!(
            "Host: {HOST}\r\nX-Forwarded-Host: {HOST}\r\nX-Forwarded-Method: GET\r\n\
             X-Forwarded-Uri: {path}\r\n{cookie}"
        );
        let answer = client.ask("GET /_menshen/check", &question).await;
        answer.status() == 200
    }
}

fn paths() -> Vec<String> {
    let mut dice = Dice(0x5eed_0025_0003);
    (0..PATHS).map(|_| path(&mut dice)).collect()
}

async fn get(client: &mut Client, path: &str, cookie: &str) -> Message {
    let head = format!("Host: {HOST}\r\n{cookie}");
    client.ask(&format!("GET {path}"), &head).await
}

/// Whether some server could serve a page of the finance department here.
fn touches_finance(path: &str) -> bool {
    readings(path).iter().any(|reading| {
        let small = reading.to_ascii_lowercase();
        small == "/finance" || small.starts_with("/finance/")
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_025_ten_thousand_paths_through_our_own_proxy() {
    let upstream = Upstream::start().await;
    let own = Own::before(upstream.address).await;
    // The page on which the login landed.
    upstream.take();
    let (mut client, mut asker) = (Client::to(own.address), Client::to(own.address));
    let (mut public, mut member, mut away) = (0, 0, 0);
    for path in paths() {
        for cookie in ["", &own.cookie] {
            let answer = get(&mut client, &path, cookie).await;
            let hits = upstream.take();
            assert!(hits.len() <= 1, "{path}: asked twice");
            assert_eq!(
                answer.status() == 200,
                hits.len() == 1,
                "{path}: {answer:#?}"
            );
            if let [hit] = &*hits {
                assert_eq!(hit.target(), path, "what was judged is what is sent");
                let is_kept = cookie.is_empty() || !touches_finance(&path);
                assert!(
                    is_kept,
                    "{path} was served to somebody of another department"
                );
                assert!(!cookie.is_empty() || is_public(&path), "{path} was public");
            } else {
                // 404: below `/_menshen` everything is ours.
                let status = answer.status();
                assert!(
                    matches!(status, 400 | 401 | 403 | 404),
                    "{path}: {answer:#?}"
                );
            }
            let checked = own.checks(&mut asker, &path, cookie).await;
            assert_eq!(checked, hits.len() == 1, "{path}: check and proxy differ");
            match (hits.len(), cookie) {
                (1, "") => public += 1,
                (1, _) => member += 1,
                _ => away += 1,
            }
        }
    }
    // The test would prove nothing if all went one way.
    assert!(public > PATHS / 100, "only {public} were public");
    assert!(member > PATHS / 10, "only {member} were for a member");
    assert!(away > PATHS / 10, "only {away} were turned away");
    own.stage.end().await;
}

/// A real web server picks the folder.
async fn differential(kind: Kind) {
    let Some(site) = Site::start(kind).await else {
        return;
    };
    let own = Own::before(site.address).await;
    let mut client = Client::to(own.address);
    let (mut public, mut rest) = (0, 0);
    for path in paths() {
        let stranger = get(&mut client, &path, "").await;
        if stranger.status() == 200 {
            assert!(
                stranger.text().contains("served-public"),
                "{path}: {stranger:#?}"
            );
            public += 1;
        }
        let member = get(&mut client, &path, &own.cookie).await;
        let text = member.text();
        assert!(!text.contains("served-finance"), "{path}: {member:#?}");
        rest += usize::from(text.contains("served-rest"));
    }
    assert!(public > PATHS / 100, "only {public} were public");
    assert!(rest > PATHS / 100, "only {rest} were of the rest");
    own.stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_025_ten_thousand_paths_to_nginx_behind_our_own_proxy() {
    differential(Kind::Nginx).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_025_ten_thousand_paths_to_caddy_behind_our_own_proxy() {
    differential(Kind::Caddy).await;
}
