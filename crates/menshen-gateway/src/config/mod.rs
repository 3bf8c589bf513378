//! The configuration: one TOML file, `MENSHEN_…` environment variables on top, secrets by file.
//!
//! In: a path and the environment. Out: a checked [`Config`], or every mistake at once. This is the
//! only room that reads the environment. Never: prints a secret, or guesses what was meant.

mod connector;
mod environment;
pub(crate) mod files;
mod findings;
mod load;
mod network;
mod parse;
mod public_url;
mod secret_file;
mod section;
mod site;
mod tls;
mod tree;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use crate::certificate::TlsFiles;
pub use connector::{
    ConnectorConfig, EmailTemplate, EndpointOverrides, PrivateField, VerificationFile,
};
pub use environment::log_filter;
pub use findings::{Finding, Findings, Place, Wrong};
pub use load::Loaded;
pub use network::Network;
pub use public_url::PublicUrl;
pub use secret_file::{SecretFile, SecretFileError};
pub(crate) use site::server_name;
pub use site::{Fact, Rule, Rules, SignedOut, SiteConfig, UpstreamTimeouts};
pub use tls::TlsConfig;

/// The checked configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The gateway's own address, as browsers see it.
    pub public_url: PublicUrl,
    /// Where the public listener binds.
    pub listen: SocketAddr,
    /// The certificate of the public listener. None: it speaks plain HTTP, behind a proxy of its own.
    pub tls: Option<TlsConfig>,
    /// Where the management listener binds.
    pub management: SocketAddr,
    /// Peers whose forwarded headers are believed. Empty: forwarded headers do not exist.
    pub trusted_proxies: Vec<Network>,
    /// How many connections one address may have open; `trusted_proxies` and this machine may have all.
    pub connections_per_address: usize,
    /// The file of the data key.
    pub data_key_file: PathBuf,
    /// Where records are kept.
    pub store: StoreConfig,
    /// How long sessions live.
    pub session: SessionConfig,
    /// The ways to sign in at WeCom; at least one.
    pub connectors: Vec<ConnectorConfig>,
    /// The web applications behind the gate.
    pub sites: Vec<SiteConfig>,
}

impl Config {
    /// The connector with this id.
    #[must_use]
    pub fn connector(&self, id: &str) -> Option<&ConnectorConfig> {
        self.connectors.iter().find(|connector| connector.id == id)
    }
}

/// Where records are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreConfig {
    /// One SQLite file.
    Sqlite {
        /// The file.
        path: PathBuf,
    },
}

/// How long sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionConfig {
    /// The absolute end; no activity moves it.
    pub lifetime: Duration,
    /// Without a request for so long, the session ends.
    pub idle: Duration,
    /// How soon a leaver or a moved member loses access.
    pub recheck: Duration,
}
