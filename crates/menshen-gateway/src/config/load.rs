//! From a file and the environment to a checked configuration, or to every mistake at once.
//!
//! The only way to a [`Config`]: parts that cannot be used never leave this module. It reads files and
//! writes none.

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use wecom_sdk::{Clock as _, SystemClock, Timestamp};

use super::connector;
use super::findings::{Finding, Findings, Notes, Place, Wrong};
use super::parse::{self, Length};
use super::section::Section;
use super::site::{self, Beside};
use super::{Config, Network, PublicUrl, SessionConfig, StoreConfig, environment, tls, tree};
use crate::vault::DataKey;

const LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);
const MANAGEMENT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9091);
/// A quarter of all: far more than an office behind one address has, and not enough to shut everybody else out.
const CONNECTIONS_PER_ADDRESS: usize = 4096;
const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

/// A configuration that may be served, and what is worth a second look.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// What works, but should not stay as it is.
    pub warnings: Vec<Finding>,
}

impl Config {
    /// Reads a file, with the environment of this process on top.
    pub fn load(file: &Path) -> Result<Loaded, Findings> {
        Self::load_with(file, environment::of_process())
    }

    /// Reads a file, with the given variables on top.
    pub fn load_with(
        file: &Path,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Loaded, Findings> {
        Self::load_at(file, variables, SystemClock.now())
    }

    /// Reads a file, with the given variables on top, at a given time: certificates have one.
    pub fn load_at(
        file: &Path,
        variables: impl IntoIterator<Item = (String, String)>,
        now: Timestamp,
    ) -> Result<Loaded, Findings> {
        let notes = Notes::new(file);
        let text = fs::read_to_string(file).unwrap_or_else(|error| {
            let wrong = match error.kind() {
                ErrorKind::InvalidData => {
                    Wrong::new("is no text in UTF-8", "save it as plain text in UTF-8")
                }
                _ => Wrong::new(
                    format!("cannot be read: {error}"),
                    "name the file by --config, or write one with `menshen init`",
                ),
            };
            notes.mistake(Place::File(notes.file.clone()), "", wrong);
            String::new()
        });
        if text.is_empty() && notes.has_mistakes() {
            return Err(Findings(notes.close().0));
        }
        let mut root = tree::parse(&text, &notes);
        environment::overlay(&mut root, variables, &notes);
        let config = read(Section::root(&root, &notes), now);
        let (mistakes, warnings) = notes.close();
        match config {
            Some(config) if mistakes.is_empty() => Ok(Loaded { config, warnings }),
            _ => Err(Findings(mistakes)),
        }
    }
}

fn read(section: Section<'_>, now: Timestamp) -> Option<Config> {
    let root = &section;
    let public_url = public_url(root);
    let listen = root.optional("listen", parse::socket).unwrap_or(LISTEN);
    let management = root
        .optional("management", parse::socket)
        .unwrap_or(MANAGEMENT);
    check_listeners(root, listen, management);
    let trusted_proxies = root.list("trusted_proxies", network);
    let connections_per_address = root
        .optional("connections_per_address", parse::connections)
        .unwrap_or(CONNECTIONS_PER_ADDRESS);
    let data_key_file = data_key_file(root);
    let store = store(root);
    let session = session(root);
    let connectors = connector::read_all(root);
    let sites = site::read_all(
        root,
        &Beside {
            public_url: public_url.as_ref(),
            connectors: &connectors,
            trusted_proxies: &trusted_proxies,
        },
    );
    let beside = tls::Beside {
        public_url: public_url.as_ref(),
        sites: &sites,
        is_behind_proxy: !trusted_proxies.is_empty(),
    };
    let tls = tls::read(root, beside, now);
    check_strict(root);
    section.finish();
    Some(Config {
        public_url: public_url?,
        listen,
        tls,
        management,
        trusted_proxies,
        connections_per_address,
        data_key_file: data_key_file?,
        store: store?,
        session,
        connectors,
        sites,
    })
}

/// Security: a range of everybody would let every caller name the host and the path that is judged
/// (S-032).
fn network(text: &str) -> Result<Network, Wrong> {
    let wrong = |what: &str| {
        let remedy = "write addresses or ranges such as 10.0.0.0/8";
        Wrong::new(format!("holds \"{text}\", which {what}"), remedy)
    };
    let network: Network = text.parse().map_err(wrong)?;
    if network.is_everybody() {
        return Err(wrong("trusts everybody"));
    }
    Ok(network)
}

/// With `strict`, what is worth a second look is a mistake.
fn check_strict(root: &Section<'_>) {
    if root.flag("strict") {
        root.notes.turn_warnings_into_mistakes();
    }
}

fn public_url(root: &Section<'_>) -> Option<PublicUrl> {
    let remedy = "write the address under which browsers reach the gateway, such as https://login.example.com";
    let public_url = root.required("public_url", remedy, |text| {
        PublicUrl::parse(text).map_err(|what| Wrong::new(what, remedy))
    })?;
    if !public_url.is_secure() {
        let what = "is plain http: cookies are neither Secure nor bound to the host by name";
        root.warning(
            "public_url",
            Wrong::new(what, "use it on this machine only"),
        );
    }
    Some(public_url)
}

fn check_listeners(root: &Section<'_>, listen: SocketAddr, management: SocketAddr) {
    if listen == management && listen.port() != 0 {
        let remedy = "give management an address of its own: it must not be reachable for browsers";
        root.mistake(
            "management",
            Wrong::new("is the same address as listen", remedy),
        );
    }
    if !management.ip().is_loopback() {
        let what = "can be reached from other machines, and asks nobody who they are";
        root.warning(
            "management",
            Wrong::new(what, "let only your monitoring reach it"),
        );
    }
}

fn data_key_file(root: &Section<'_>) -> Option<PathBuf> {
    let path = root
        .optional("data_key_file", path)
        .unwrap_or_else(|| "data.key".to_owned());
    let path = root.notes.resolve(&path);
    match DataKey::read(&path) {
        Ok(_) => Some(path),
        Err(error) => {
            root.mistake(
                "data_key_file",
                Wrong::new("gives no data key", error.to_string()),
            );
            None
        }
    }
}

fn store(root: &Section<'_>) -> Option<StoreConfig> {
    let default = || StoreConfig::Sqlite {
        path: root.notes.resolve("menshen.db"),
    };
    let Some(section) = root.section("store") else {
        return Some(default());
    };
    let remedy = "write sqlite: and a file, such as sqlite:menshen.db";
    let is_given = section.is_given("url");
    let store = section.optional("url", |text| {
        let file = text
            .strip_prefix("sqlite:")
            .map(|file| file.strip_prefix("//").unwrap_or(file));
        match file {
            Some(file) if !file.is_empty() && !file.starts_with(':') && !file.contains('?') => {
                Ok(StoreConfig::Sqlite {
                    path: root.notes.resolve(file),
                })
            }
            _ => Err(Wrong::new("is no store that this version has", remedy)),
        }
    });
    section.finish();
    if is_given { store } else { Some(default()) }
}

fn session(root: &Section<'_>) -> SessionConfig {
    let mut config = SessionConfig {
        lifetime: 7 * DAY,
        idle: DAY / 2,
        recheck: 5 * MINUTE,
    };
    let Some(section) = root.section("session") else {
        return config;
    };
    let length = |key, least, most, default| {
        let given = section.optional(key, |text| parse::duration(text, least, most));
        given.unwrap_or(default)
    };
    config.lifetime = length("lifetime", 5 * MINUTE, 365 * DAY, config.lifetime);
    config.idle = length("idle", MINUTE, 365 * DAY, config.idle.min(config.lifetime));
    config.recheck = length("recheck", MINUTE / 6, DAY, config.recheck);
    if config.idle > config.lifetime {
        let what = format!(
            "is {}, longer than session.lifetime ({})",
            Length(config.idle),
            Length(config.lifetime)
        );
        let remedy = format!("write {} or less", Length(config.lifetime));
        section.mistake("idle", Wrong::new(what, remedy));
    }
    section.finish();
    config
}

/// The name of a file.
pub(super) fn path(text: &str) -> Result<String, Wrong> {
    if text.is_empty() {
        return Err(Wrong::new("is empty", "write the name of a file"));
    }
    Ok(text.to_owned())
}
