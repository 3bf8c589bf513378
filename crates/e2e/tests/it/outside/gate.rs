//! What most of these cases stand on: a gateway with one site, that site, and every proxy in front of both.

use std::collections::BTreeSet;

use e2e::outside::{Call, Client, Kind, Message, Places, Proxy, Tap, Upstream};
use e2e::stage::{HOST, Stage};

/// A public folder, a folder for another department, and the rest for every member.
const SITE: &str = r#"
[[site]]
host = "login.corp.example"
signed_out = "SIGNED_OUT"

[[site.rule]]
path = "/public/*"
allow = "public"

[[site.rule]]
path = "/finance/*"
allow = ["department:3"]
"#;

/// Everything, with as many proxies as could be started.
pub(super) struct Gate {
    pub(super) stage: Stage,
    pub(super) tap: Tap,
    pub(super) upstream: Upstream,
    pub(super) proxies: Vec<Proxy>,
    /// The session of 张三, who is in departments 2 and 4.
    pub(super) cookie: String,
}

impl Gate {
    /// All proxies; page loads of people who are signed out are answered with 401.
    pub(super) async fn start() -> Self {
        Self::with(&Kind::ALL, "401").await
    }

    /// These proxies, and what the check answers to the page load of somebody signed out.
    pub(super) async fn with(kinds: &[Kind], signed_out: &str) -> Self {
        let site = SITE.replace("SIGNED_OUT", signed_out);
        let stage = Stage::with(|setup| {
            // Tens of thousands of requests: a log of everything would be most of the work.
            setup.log_level = tracing::Level::WARN;
            setup
                .top
                .push("trusted_proxies = [\"127.0.0.1\"]".to_owned());
            setup.sites.push(site);
        })
        .await;
        let browser = stage.signed_in("zhangsan").await;
        let session = browser.cookie(&stage.address("/"), "menshen_session");
        let cookie = format!(
            "Cookie: __Host-menshen_session={}\r\n",
            session.expect("no session")
        );
        let tap = Tap::lay(stage.node().address).await;
        let upstream = Upstream::start().await;
        let mut proxies = Vec::new();
        for kind in kinds {
            let places = Places::of(tap.address, upstream.address, HOST);
            proxies.extend(Proxy::start(*kind, places).await);
        }
        tap.take();
        Self {
            stage,
            tap,
            upstream,
            proxies,
            cookie,
        }
    }

    /// Asks a proxy for a path of the site, on a fresh connection. `headers` are whole lines.
    pub(super) async fn get(&self, proxy: &Proxy, path: &str, headers: &str) -> Message {
        let head = format!("Host: {HOST}\r\n{headers}");
        Client::to(proxy.address)
            .ask(&format!("GET {path}"), &head)
            .await
    }

    /// Checks that a request was turned away and the site never heard of it.
    pub(super) fn assert_denied(&self, proxy: &Proxy, what: &str, answer: &Message) {
        let kind = proxy.kind;
        let status = answer.status();
        // 0: the proxy closed the connection without a word.
        let is_no = matches!(status, 0 | 302 | 303 | 400..500);
        assert!(is_no, "{kind:?}, {what}: {answer:#?}");
        self.upstream.assert_untouched(&format!("{kind:?}, {what}"));
    }

    /// The one request that reached the site, which answered it.
    pub(super) fn assert_passed(&self, proxy: &Proxy, what: &str, answer: &Message) -> Message {
        assert_eq!(
            answer.status(),
            200,
            "{:?}, {what}: {answer:#?}",
            proxy.kind
        );
        self.upstream.take_one()
    }

    pub(super) async fn end(self) {
        drop(self.proxies);
        self.stage.end().await;
    }
}

/// What a proxy said was asked for: Envoy puts it behind the address of the check.
pub(super) fn reported(call: &Call) -> String {
    let target = call.request.target();
    match target.strip_prefix("/_menshen/check/envoy") {
        Some(path) => path.to_owned(),
        None => call
            .request
            .one("x-forwarded-uri")
            .unwrap_or_default()
            .to_owned(),
    }
}

/// The targets that the check let through.
pub(super) fn let_through(calls: &[Call]) -> BTreeSet<String> {
    let is_yes = |call: &&Call| {
        call.answer
            .as_ref()
            .is_some_and(|answer| answer.status() == 200)
    };
    calls.iter().filter(is_yes).map(reported).collect()
}

/// Whether a site could read a header of this name as one of Menshen's.
pub(super) fn is_managed(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let folded: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    folded.starts_with("xmenshen")
}
