//! A whole gateway for one test: real configuration from real files, SQLite in memory, a clock that
//! stands still, seeded chance.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use menshen_gateway::assertion::AssertionKeys;
use menshen_gateway::config::Config;
use menshen_gateway::jobs::Jobs;
use menshen_gateway::metrics::Metrics;
use menshen_gateway::vault::{DataKey, Vault};
use menshen_gateway::{Gateway, Parts, build};
use menshen_store::{Sqlite, Store};
use tempfile::TempDir;
use tower::ServiceExt as _;
use wecom_sdk::{Clock as _, Entropy, ManualClock, Timestamp};

/// The token of the one ownership file.
pub(crate) const TOKEN: &str = "Kq3vTz81mWcYp0Ls";

/// A valid configuration, with everything it names beside it.
pub(crate) const CONFIG: &str = r#"
public_url = "https://login.example.com"
listen = "127.0.0.1:0"
management = "127.0.0.1:0"
trusted_proxies = ["10.0.0.0/8"]

[[connector]]
id = "hq"
corp_id = "ww5f1e2d3c4b5a6978"
agent_id = 1000002
secret_file = "hq.secret"
verification_files = ["WW_verify_Kq3vTz81mWcYp0Ls.txt"]
"#;

/// A folder with a configuration in it, and what the configuration names.
#[derive(Debug)]
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new(config: &str) -> Self {
        let this = Self(TempDir::new().unwrap());
        this.write("menshen.toml", config);
        this.write("hq.secret", "sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA\n");
        this.write(&format!("WW_verify_{TOKEN}.txt"), TOKEN);
        let key = DataKey::generate(&Entropy::seeded(7)).unwrap();
        key.write_new(&this.path("data.key")).unwrap();
        this.close_to_others("hq.secret");
        this
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn close_to_others(&self, name: &str) {
        set_mode(&self.path(name), 0o600);
    }

    pub(crate) fn load(&self) -> Config {
        match Config::load_with(&self.path("menshen.toml"), []) {
            Ok(loaded) => loaded.config,
            Err(findings) => panic!("{findings}"),
        }
    }
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A gateway without sockets.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) folder: Folder,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) parts: Parts,
    pub(crate) public: Router,
    pub(crate) management: Router,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A gateway of which some parts are others.
    pub(crate) async fn with(change: impl FnOnce(&mut Parts)) -> Self {
        Self::configured(CONFIG, change).await
    }

    /// A gateway of another configuration.
    pub(crate) async fn configured(config: &str, change: impl FnOnce(&mut Parts)) -> Self {
        let folder = Folder::new(config);
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000)));
        let entropy = Arc::new(Entropy::seeded(11));
        let key = DataKey::read(&folder.path("data.key")).unwrap();
        let store: Arc<dyn Store> = Arc::new(Sqlite::in_memory().await.unwrap());
        let vault = Vault::new(&key, Arc::clone(&entropy)).unwrap();
        let keys = AssertionKeys::open(&*store, &vault, clock.now()).await;
        let metrics = Metrics::new();
        let mut parts = Parts {
            config: Arc::new(folder.load()),
            clock: clock.clone(),
            entropy,
            store,
            vault,
            assertion_keys: keys.unwrap(),
            jobs: Jobs::counted_by(&metrics),
            metrics,
        };
        change(&mut parts);
        let Gateway {
            public, management, ..
        } = build(&parts).unwrap();
        Self {
            folder,
            clock,
            parts,
            public,
            management,
        }
    }

    /// Sends a request to the public side. `Host` is ours unless the request has one.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        let ours = "login.example.com".parse().unwrap();
        request.headers_mut().entry("host").or_insert(ours);
        Answer::of(self.public.clone().oneshot(request).await.unwrap()).await
    }

    /// A program asks.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// A person's browser opens a page.
    pub(crate) async fn open(&self, path: &str) -> Answer {
        let request = Request::get(path)
            .header("accept", "text/html,application/xhtml+xml")
            .header("accept-language", "en")
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// An operator's machine asks on the management side.
    pub(crate) async fn manage(&self, path: &str) -> Answer {
        let request = Request::get(path).body(Body::empty()).unwrap();
        Answer::of(self.management.clone().oneshot(request).await.unwrap()).await
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The public code of a problem document, whose form is checked on the way.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{self:?}"
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        problem["code"].as_str().unwrap().to_owned()
    }
}
