//! What a stage is made of: the gateway's configuration and the sandbox's seed, as their users
//! write them.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use menshen_gateway::config::Config;
use menshen_gateway::vault::DataKey;
use tracing::Level;
use wecom_sandbox::DEFAULT_SEED;
use wecom_sdk::Entropy;

/// The gateway's host, unless a stage is plain.
pub const HOST: &str = "login.corp.example";
/// The corp of the default seed.
pub const CORP: &str = "ww5f1e2d3c4b5a6978";
/// The secret of agent 1000002 in the default seed.
pub const SECRET_2: &str = "sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA";
/// The secret of agent 1000003 in the default seed.
pub const SECRET_3: &str = "sandbox-secret-1000003-AAAAAAAAAAAAAAAAAAAA";
/// A second corp, with people whose userids the first one has too.
pub const OTHER_CORP: &str = "ww00112233445566ff";
/// The secret of its agent.
pub const OTHER_SECRET: &str = "sandbox-secret-other-corp-AAAAAAAAAAAAAAAAA";

const OTHER_CORP_SEED: &str = r#"
[[corp]]
id = "ww00112233445566ff"
name = "Other Corp"

[[corp.agent]]
id = 1000002
name = "Portal"
secret = "sandbox-secret-other-corp-AAAAAAAAAAAAAAAAA"
created_at = "2024-03-01T09:00:00+08:00"
oauth_domain = "127.0.0.1:8080"
web_callback_domains = ["127.0.0.1:8080"]
trusted_ips = ["127.0.0.1", "::1"]
sensitive_fields = ["mobile", "email"]
visible = { departments = [1] }

[[corp.department]]
id = 1
name = "Head office"

[[corp.member]]
user_id = "zhangsan"
name = "Another Zhangsan"
departments = [1]
email = "zhangsan@example.com"
mobile = "13800000001"
"#;

/// One `[[connector]]`.
#[derive(Clone, Debug)]
pub struct Connector {
    id: &'static str,
    corp: &'static str,
    agent: u32,
    secret: &'static str,
    more: Vec<String>,
}

impl Connector {
    /// Agent 1000002 of the default seed, under the id `hq`.
    pub fn hq() -> Self {
        Self::new("hq", CORP, 1_000_002, SECRET_2)
    }

    /// Agent 1000003 of the default seed, under the id `finance`: visible to department 3 only.
    pub fn finance() -> Self {
        Self::new("finance", CORP, 1_000_003, SECRET_3)
    }

    /// The agent of the second corp, under the id `other`.
    pub fn other() -> Self {
        Self::new("other", OTHER_CORP, 1_000_002, OTHER_SECRET)
    }

    fn new(id: &'static str, corp: &'static str, agent: u32, secret: &'static str) -> Self {
        Self {
            id,
            corp,
            agent,
            secret,
            more: Vec::new(),
        }
    }

    /// With one more line of configuration.
    #[must_use]
    pub fn with(mut self, line: &str) -> Self {
        self.more.push(line.to_owned());
        self
    }

    fn toml(&self, api: &str, plain: Option<SocketAddr>) -> String {
        let mut text = format!(
            "[[connector]]\nid = \"{id}\"\nlabel = \"{id}\"\nkind = \"agent\"\ncorp_id = \"{corp}\"\n\
             agent_id = {agent}\nsecret_file = \"{id}.secret\"\n",
            id = self.id,
            corp = self.corp,
            agent = self.agent,
        );
        for line in &self.more {
            let _ = writeln!(text, "{line}");
        }
        let browser_side = if plain.is_some() {
            format!("open = \"{api}\", login = \"{api}\", ")
        } else {
            String::new()
        };
        let _ = writeln!(text, "endpoints = {{ {browser_side}api = \"{api}\" }}\n");
        text
    }
}

/// What a stage is made of.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The connectors; `hq` alone by default.
    pub connectors: Vec<Connector>,
    /// Lines of the section `[session]`.
    pub session: Vec<&'static str>,
    /// Lines before the first section.
    pub top: Vec<String>,
    /// Lines behind the connectors: the sites.
    pub sites: Vec<String>,
    /// Plain http on the loopback address itself, sandbox included.
    pub is_plain: bool,
    /// Whether the second corp exists.
    pub has_other_corp: bool,
    /// How closely the log is listened to: everything, unless a test is about speed.
    pub log_level: Level,
    /// The gateway as a process of its own, of this program, on the machine's time.
    pub program: Option<&'static str>,
    /// The data key of another installation.
    pub data_key: Option<PathBuf>,
    /// Changes to the text of the seed: what to find and what to put there.
    pub seed: Vec<(&'static str, &'static str)>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            connectors: vec![Connector::hq()],
            session: Vec::new(),
            top: Vec::new(),
            sites: Vec::new(),
            is_plain: false,
            has_other_corp: false,
            log_level: Level::TRACE,
            program: None,
            data_key: None,
            seed: Vec::new(),
        }
    }
}

impl Setup {
    /// The sandbox's seed, with the gateway's host as the trusted domain.
    pub(super) fn seed_text(&self, plain: Option<SocketAddr>) -> String {
        let mut seed = DEFAULT_SEED.to_owned();
        if self.has_other_corp {
            seed.push_str(OTHER_CORP_SEED);
        }
        let host = plain.map_or_else(|| HOST.to_owned(), |address| address.to_string());
        seed = seed
            .replace("127.0.0.1:8080", &host)
            .replace("127.0.0.1:8090", &host);
        for (from, to) in &self.seed {
            assert!(seed.contains(from), "the seed does not hold {from:?}");
            seed = seed.replace(from, to);
        }
        seed
    }

    /// Writes the gateway's files, and reads them as `menshen serve` does.
    pub(super) fn write(&self, dir: &Path, api: &str, plain: Option<SocketAddr>) -> Config {
        let file = self.write_files(dir, api, plain);
        let loaded = Config::load_with(&file, []).unwrap_or_else(|findings| panic!("{findings}"));
        loaded.config
    }

    /// Writes the gateway's files; the configuration is the one whose name is given back.
    pub(super) fn write_files(&self, dir: &Path, api: &str, plain: Option<SocketAddr>) -> PathBuf {
        let key = dir.join("data.key");
        if let Some(shared) = &self.data_key {
            fs::copy(shared, &key).unwrap();
        }
        if !key.exists() {
            let fresh = DataKey::generate(&Entropy::system()).unwrap();
            fresh.write_new(&key).unwrap();
        }
        let public_url = match plain {
            Some(address) => format!("http://{address}"),
            None => format!("https://{HOST}"),
        };
        let listen = plain.map_or_else(|| "127.0.0.1:0".to_owned(), |address| address.to_string());
        let mut text = format!(
            "public_url = \"{public_url}\"\nlisten = \"{listen}\"\nmanagement = \"127.0.0.1:0\"\n{}\n",
            self.top.join("\n")
        );
        let _ = writeln!(text, "[session]\n{}\n", self.session.join("\n"));
        for connector in &self.connectors {
            text.push_str(&connector.toml(api, plain));
            let secret = dir.join(format!("{}.secret", connector.id));
            if !secret.exists() {
                fs::write(secret, connector.secret).unwrap();
            }
        }
        text.push_str(&self.sites.join("\n"));
        let file = dir.join("menshen.toml");
        fs::write(&file, text).unwrap();
        file
    }
}
