//! What a demo is made of: a folder, a configuration as `menshen init` would leave it, a seed.
//!
//! In: two addresses. Out: parts, ready to be started, in a temporary folder that goes with them.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use menshen_gateway::Server;
use menshen_gateway::config::Config;
use menshen_gateway::sdk::{AgentId, Entropy, ManualClock};
use menshen_gateway::vault::DataKey;
use tempfile::TempDir;
use wecom_sandbox::{DEFAULT_SEED, Sandbox, Seed};

use super::forge::ECHO;
use super::place::Place;
use super::received::OWN_NAME;

/// The agent of the default seed that signs people in.
pub(super) const AGENT: AgentId = AgentId(1_000_002);
/// Its corp.
pub(super) const CORP: &str = "ww5f1e2d3c4b5a6978";
const SECRET: &str = "sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA";
/// The trusted domain of the default seed.
const SEEDED_DOMAIN: &str = "127.0.0.1:8080";
/// Where a visitor may go before signing in, besides the open page.
const OPEN_TO_VISITORS: [&str; 4] = ["/", ECHO, "/forged", "/demo/enable"];
const VERIFICATION_FILE: &str = "WW_verify_SandboxVerify002.txt";

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// An address that others can reach.
    #[error(
        "{0} can be reached from other machines, and the demo lets everybody be anybody: choose an \
         address on loopback, such as 127.0.0.1:0"
    )]
    Exposed(SocketAddr),
    /// An address that cannot be listened on.
    #[error(
        "{address} cannot be listened on ({reason}): stop the program that uses it, or choose \
         another address with {flag} 127.0.0.1:0"
    )]
    Taken {
        /// The address.
        address: SocketAddr,
        /// Why not.
        reason: String,
        /// The flag that chooses another.
        flag: &'static str,
    },
    /// Something else.
    #[error("the demo cannot be set up: {0}")]
    Failed(String),
}

impl DemoError {
    #[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
    pub(super) fn failed(error: impl ToString) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Where both sides are, as a browser writes it, and what only the gate knows.
pub(super) struct Addresses {
    pub(super) gateway: String,
    pub(super) sandbox: String,
    /// The small site, behind the gate.
    pub(super) site: SocketAddr,
}

impl Addresses {
    /// Before anything listens.
    pub(super) fn unknown(site: SocketAddr) -> Self {
        let unknown = "http://127.0.0.1:1".to_owned();
        Self {
            gateway: unknown.clone(),
            sandbox: unknown,
            site,
        }
    }
}

/// A folder with the data key, the secret and the ownership file; gone when dropped.
pub(super) fn folder(addresses: &[SocketAddr]) -> Result<TempDir, DemoError> {
    if let Some(exposed) = addresses.iter().find(|address| !address.ip().is_loopback()) {
        return Err(DemoError::Exposed(*exposed));
    }
    let folder = tempfile::Builder::new()
        .prefix("menshen-demo-")
        .tempdir()
        .map_err(DemoError::failed)?;
    let path = |name| folder.path().join(name);
    DataKey::generate(&Entropy::system())
        .map_err(DemoError::failed)?
        .write_new(&path("data.key"))
        .map_err(DemoError::failed)?;
    fs::write(path("hq.secret"), SECRET).map_err(DemoError::failed)?;
    fs::write(path(VERIFICATION_FILE), "SandboxVerify002").map_err(DemoError::failed)?;
    Ok(folder)
}

/// Writes the configuration and reads it as `menshen serve` does.
pub(super) fn write(
    folder: &Path,
    listen: SocketAddr,
    addresses: &Addresses,
) -> Result<Config, DemoError> {
    let Addresses {
        gateway,
        sandbox,
        site,
    } = addresses;
    let host = gateway.trim_start_matches("http://");
    let text = format!(
        "public_url = \"{gateway}\"\n\
         listen = \"{listen}\"\n\
         management = \"127.0.0.1:0\"\n\
         [[connector]]\n\
         id = \"hq\"\n\
         kind = \"agent\"\n\
         label = \"门户\"\n\
         corp_id = \"{CORP}\"\n\
         agent_id = {AGENT}\n\
         secret_file = \"hq.secret\"\n\
         private_info = [\"gender\", \"mobile\", \"email\"]\n\
         verification_files = [\"{VERIFICATION_FILE}\"]\n\
         endpoints = {{ open = \"{sandbox}\", login = \"{sandbox}\", api = \"{sandbox}\" }}\n\n\
         [[site]]\n\
         host = \"{host}\"\n\
         upstream = \"http://{site}\"\n\
         allow = \"{everyone}\"\n\n\
         [site.headers]\n\
         {OWN_NAME} = \"userid\"\n\n\
         {rules}",
        everyone = Place::Everyone.allow(),
        rules = rules(),
    );
    let file = folder.join("menshen.toml");
    fs::write(&file, text).map_err(DemoError::failed)?;
    let loaded = Config::load_with(&file, []).map_err(DemoError::failed)?;
    let mut config = loaded.config;
    // Shorter than a configuration may say, so that a visitor sees a leaver leave at the next click.
    // Not zero: what WeCom has just said would be due again at once, and be kept for five seconds.
    config.session.recheck = Duration::from_millis(1);
    Ok(config)
}

/// The rules of the small site: its own pages', and for what a visitor does who is signed out.
fn rules() -> String {
    let places = Place::ALL
        .into_iter()
        .filter(|place| !place.is_as_the_site());
    let own = places.map(|place| format!("{}\n\n", place.rule()));
    let public = OPEN_TO_VISITORS
        .map(|path| format!("[[site.rule]]\npath  = \"{path}\"\nallow = \"public\"\n\n"));
    own.chain(public).collect()
}

pub(super) async fn bind(config: &Config, address: SocketAddr) -> Result<Server, DemoError> {
    Server::bind(config)
        .await
        .map_err(|error| DemoError::Taken {
            address,
            reason: error.to_string(),
            flag: "--listen",
        })
}

/// A sandbox whose agent trusts the gateway's address, wherever that is.
pub(super) async fn sandbox(
    gateway: SocketAddr,
    listen: SocketAddr,
    clock: &Arc<ManualClock>,
) -> Result<Sandbox, DemoError> {
    let seed = DEFAULT_SEED.replace(SEEDED_DOMAIN, &gateway.to_string());
    Sandbox::builder()
        .seed(Seed::parse(&seed).map_err(DemoError::failed)?)
        .clock(Arc::clone(clock))
        .listen(listen)
        .start()
        .await
        .map_err(|error| DemoError::Taken {
            address: listen,
            reason: error.to_string(),
            flag: "--sandbox-listen",
        })
}
