//! What the bench needs besides the program: a folder, a corp with many members, a configuration, a sandbox.
//!
//! In: the program. Out: a scene on loopback that is gone when dropped. Nothing here is measured.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use super::Folder;
use super::http::Connection;
use super::program::Program;
use crate::shell;

const SEED: &str = "crates/wecom-sandbox/src/seed/default.toml";

/// The userid of the member with this number.
pub(crate) fn member(number: usize) -> String {
    format!("crowd{number:04}")
}

pub(crate) struct Scene {
    program: PathBuf,
    folder: Folder,
    _sandbox: Program,
    pub(crate) sandbox_address: SocketAddr,
    pub(crate) gateway_address: SocketAddr,
}

/// What a configuration holds beyond the least.
#[derive(Clone, Debug, Default)]
pub(crate) struct More {
    /// Lines before the first section.
    pub(crate) top: String,
    /// Whether there is a site on the gateway's own host.
    pub(crate) has_site: bool,
    /// Where its requests go, if the gateway is to pass them on.
    pub(crate) upstream: Option<String>,
}

impl Scene {
    /// A folder with everything in it, and the sandbox running.
    pub(crate) fn set(program: &Path, members: usize) -> anyhow::Result<Self> {
        Self::set_with(program, members, &More::default())
    }

    /// The same with more in the configuration.
    pub(crate) fn set_with(program: &Path, members: usize, more: &More) -> anyhow::Result<Self> {
        let gateway_address = free_address()?;
        let place = std::env::temp_dir().join(format!(
            "menshen-bench-{}-{}",
            std::process::id(),
            gateway_address.port()
        ));
        std::fs::create_dir(&place)?;
        let folder = Folder(place);
        let path = folder.0.as_path();
        std::fs::write(path.join("seed.toml"), seed(gateway_address, members)?)?;
        let arguments = ["sandbox", "--listen", "127.0.0.1:0", "--seed", "seed.toml"];
        let sandbox = Program::start(program, &arguments, path)?;
        let mut init = std::process::Command::new(program);
        let made = init.arg("init").current_dir(path).env_clear().output()?;
        ensure!(made.status.success(), "menshen init failed");
        let text = configuration(gateway_address, sandbox.address, more);
        std::fs::write(path.join("menshen.toml"), text)?;
        private_file(
            &path.join("hq.secret"),
            "sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA\n",
        )?;
        Ok(Self {
            program: program.to_owned(),
            sandbox_address: sandbox.address,
            gateway_address,
            folder,
            _sandbox: sandbox,
        })
    }

    pub(crate) fn start_gateway(&self) -> anyhow::Result<Program> {
        Program::start(
            &self.program,
            &["serve", "--config", "menshen.toml"],
            &self.folder.0,
        )
    }

    /// The same with as many open files as the system allows.
    pub(crate) fn start_wide_gateway(&self) -> anyhow::Result<Program> {
        let arguments = ["--log", "json", "serve", "--config", "menshen.toml"];
        Program::start_wide(&self.program, &arguments, &self.folder.0)
    }

    /// Where its files are.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder.0
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.folder.0.join("menshen.db")
    }

    /// How often the sandbox was asked for a token.
    pub(crate) fn token_fetches(&self) -> anyhow::Result<u64> {
        let path = "/_sandbox/api/journal/counts";
        let answer = Connection::to(self.sandbox_address).get(path, "")?;
        ensure!(
            answer.status == 200,
            "the journal answers {}",
            answer.status
        );
        let text = String::from_utf8(answer.body)?;
        let after = text
            .split_once("\"/cgi-bin/gettoken\":")
            .map(|(_, after)| after);
        let number = after.and_then(|after| after.split([',', '}']).next()?.parse().ok());
        number.context("the journal does not say how often a token was fetched")
    }
}

/// The default corp with many more members, and with limits that a bench does not meet.
fn seed(gateway: SocketAddr, members: usize) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(shell::root().join(SEED)).context(SEED)?;
    let mut text = text.replace("127.0.0.1:8080", &gateway.to_string());
    text.extend((0..members).map(|number| {
        let id = member(number);
        format!("[[corp.member]]\nuser_id = \"{id}\"\nname = \"{id}\"\ndepartments = [2]\n\n")
    }));
    text += "[limits]\ncorp_per_minute = 100000000\ncorp_per_hour = 100000000\n\
             ip_per_minute = 100000000\nip_per_hour = 100000000\n";
    Ok(text)
}

fn configuration(gateway: SocketAddr, sandbox: SocketAddr, more: &More) -> String {
    let upstream = more
        .upstream
        .iter()
        .map(|upstream| format!("upstream = \"{upstream}\"\n"));
    let site = if more.has_site {
        format!("\n[[site]]\nhost = \"{gateway}\"\n") + &upstream.collect::<String>()
    } else {
        String::new()
    };
    let top = &more.top;
    format!(
        r#"public_url = "http://{gateway}"
listen = "{gateway}"
management = "127.0.0.1:0"
data_key_file = "data.key"
{top}
[store]
url = "sqlite:menshen.db"

[[connector]]
id = "hq"
kind = "agent"
corp_id = "ww5f1e2d3c4b5a6978"
agent_id = 1000002
secret_file = "hq.secret"
endpoints = {{ open = "http://{sandbox}", login = "http://{sandbox}", api = "http://{sandbox}" }}
{site}"#
    )
}

/// An address that was free a moment ago: the trusted domain has to be known before the gateway starts.
pub(crate) fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

fn private_file(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    Ok(())
}
