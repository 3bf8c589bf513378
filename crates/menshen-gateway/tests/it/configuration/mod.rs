//! `menshen.toml`, the environment over it, and every mistake at once.

mod environment;
mod files;
mod sites;
mod upstreams;
mod values;

use std::net::SocketAddr;
use std::time::Duration;

use menshen_gateway::config::{Config, Findings, Loaded, Place, PrivateField, StoreConfig};
use wecom_sdk::UserId;

use crate::harness::{CONFIG, Folder, TOKEN};

fn load(folder: &Folder, variables: &[(&str, &str)]) -> Result<Loaded, Findings> {
    let pairs = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load_with(&folder.path("menshen.toml"), pairs)
}

fn good(config: &str, variables: &[(&str, &str)]) -> Config {
    match load(&Folder::new(config), variables) {
        Ok(loaded) => loaded.config,
        Err(findings) => panic!("{findings}"),
    }
}

/// The findings as `line key what`, without the folder's name.
fn bad(config: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let findings = load(&Folder::new(config), variables).expect_err("it should be refused");
    assert!(findings.to_string().contains("nothing was started"));
    findings
        .as_slice()
        .iter()
        .map(|finding| {
            assert!(!finding.wrong.remedy.is_empty(), "{finding}");
            let place = match &finding.place {
                Place::Line(_, line) => line.to_string(),
                Place::File(_) => "-".to_owned(),
                Place::Variable(name) => name.clone(),
            };
            format!("{place} {} {}", finding.key, finding.wrong.what)
        })
        .collect()
}

/// One key changed in the valid configuration; the whole connector is its last section.
fn with(line: &str) -> String {
    let key = line.split('=').next().unwrap().trim();
    let is_same = |found: &&str| found.split('=').next().unwrap().trim() != key;
    let kept: Vec<&str> = CONFIG.lines().filter(is_same).collect();
    let is_of_connector = CONFIG
        .split("[[connector]]")
        .nth(1)
        .unwrap()
        .contains(&format!("{key} "));
    if is_of_connector
        || ["label", "email_fallback", "private_info", "kind"].contains(&key)
        || key.starts_with("admit")
    {
        format!("{}\n{line}\n", kept.join("\n"))
    } else {
        format!("{line}\n{}", kept.join("\n"))
    }
}

/// The one finding about a changed key.
fn only_finding(line: &str) -> String {
    let findings = bad(&with(line), &[]);
    assert_eq!(findings.len(), 1, "{line}: {findings:#?}");
    findings[0].clone()
}

#[test]
fn the_documented_configuration_is_read() {
    let config = good(
        r#"
public_url      = "https://login.example.com"
listen          = "0.0.0.0:8080"
management      = "127.0.0.1:9091"
trusted_proxies = ["10.0.0.0/8", "::1"]
data_key_file   = "data.key"

[store]
url = "sqlite:menshen.db"

[session]
lifetime = "7d"
idle     = "12h"
recheck  = "5m"

[[connector]]
id         = "hq"
kind       = "agent"
label      = "总部"
corp_id    = "ww5f1e2d3c4b5a6978"
agent_id   = 1000002
secret_file = "hq.secret"
private_info = ["mobile", "email"]
verification_files = ["WW_verify_Kq3vTz81mWcYp0Ls.txt"]
email_fallback = "{userid}@example.com"
admit_external_contacts = true
endpoints = { open = "http://127.0.0.1:7700", login = "http://127.0.0.1:7700", api = "https://relay.example.com" }
"#,
        &[],
    );
    assert_eq!(config.public_url.origin(), "https://login.example.com");
    assert_eq!(config.listen, "0.0.0.0:8080".parse::<SocketAddr>().unwrap());
    assert_eq!(config.session.lifetime, Duration::from_hours(7 * 24));
    assert_eq!(config.session.recheck, Duration::from_mins(5));
    let StoreConfig::Sqlite { path } = &config.store;
    assert!(
        path.is_absolute() && path.ends_with("menshen.db"),
        "relative to the file: {path:?}"
    );
    let hq = config.connector("hq").unwrap();
    assert_eq!(hq.label, "总部");
    assert!(hq.private_info.contains(&PrivateField::Mobile) && hq.private_info.len() == 2);
    assert_eq!(hq.verification_files[0].content, TOKEN.as_bytes());
    assert!(hq.admit_external_contacts && !hq.admit_linked_corps);
    assert_eq!(
        hq.endpoints.api.as_ref().unwrap().as_str(),
        "https://relay.example.com/"
    );
    let user_id = UserId::parse("zhangsan").unwrap();
    let email = hq.email_fallback.as_ref().unwrap().address_of(&user_id);
    assert_eq!(email, "zhangsan@example.com");
    assert!(config.connector("other").is_none());
}

#[test]
fn the_defaults_are_the_safe_ones() {
    let config = good(
        "public_url = \"https://login.example.com\"\n[[connector]]\nid = \"hq\"\ncorp_id = \"ww1\"\nagent_id = 1\nsecret_file = \"hq.secret\"",
        &[],
    );
    assert!(config.listen.ip().is_loopback() && config.management.ip().is_loopback());
    assert!(config.trusted_proxies.is_empty());
    assert_eq!(config.session.idle, Duration::from_hours(12));
    let hq = &config.connectors[0];
    assert_eq!(hq.label, "hq");
    assert!(hq.private_info.is_empty() && hq.email_fallback.is_none());
    assert!(!hq.admit_external_contacts && !hq.admit_linked_corps);
}

#[test]
fn every_mistake_is_named_at_once_with_its_line() {
    let findings = bad(
        r#"public_url = "http://login.example.com/login"
lissten = "127.0.0.1:80"
management = "localhost:9091"
trusted_proxies = ["10.0.0.1/8", 7]

[session]
lifetime = "1d"
idle = "2d"
recheck = "soon"
livetime = "1d"

[[connector]]
id = "HQ"
kind = "suite"
corp_id = "ww 1"
agent_id = "portal"
secret_file = "missing.secret"
private_info = ["mobile", "salary"]
verification_files = ["WW_verify_short.txt"]
email_fallback = "someone@example.com"
admit_linked_corps = "yes"
endpoints = { api = "http://relay.example.com" }

[sites]
"#,
        &[],
    );
    let starts = [
        "1 public_url must be scheme, host and port only",
        "2 lissten is not a known key",
        "3 management is \"localhost:9091\"",
        "4 trusted_proxies holds \"10.0.0.1/8\"",
        "4 trusted_proxies is a number",
        "8 session.idle is 2d, longer than session.lifetime (1d)",
        "9 session.recheck is \"soon\"",
        "10 session.livetime is not a known key",
        "13 connector[HQ].id is \"HQ\"",
        "14 connector[HQ].kind is \"suite\"",
        "15 connector[HQ].corp_id is \"ww 1\"",
        "16 connector[HQ].agent_id is \"portal\"",
        "17 connector[HQ].secret_file gives no secret",
        "18 connector[HQ].private_info holds \"salary\"",
        "19 connector[HQ].verification_files names \"WW_verify_short.txt\"",
        "20 connector[HQ].email_fallback must contain {userid}",
        "21 connector[HQ].admit_linked_corps is a text",
        "22 connector[HQ].endpoints.api is \"http://relay.example.com\"",
        "24 sites is not a known key",
    ];
    assert_eq!(findings.len(), starts.len(), "{findings:#?}");
    for (finding, start) in findings.iter().zip(starts) {
        assert!(
            finding.starts_with(start),
            "{finding:?} does not begin with {start:?}"
        );
    }
}

#[test]
fn a_known_key_nearby_is_suggested() {
    let folder = Folder::new("public_ulr = \"https://login.example.com\"");
    let findings = load(&folder, &[]).err().unwrap().to_string();
    assert!(
        findings.contains("did you mean `public_url`?"),
        "{findings}"
    );
    let folder = Folder::new("colour = 1\npublic_url = \"https://login.example.com\"");
    let findings = load(&folder, &[]).err().unwrap().to_string();
    assert!(
        findings.contains("known here: public_url, listen"),
        "{findings}"
    );
    assert!(
        findings.contains("menshen.toml:1: colour is not a known key"),
        "{findings}"
    );
}

#[test]
fn broken_toml_is_named_by_its_line_together_with_the_rest() {
    let findings = bad(
        "public_url = \"https://login.example.com\"\nlisten = 127.0.0.1\nmanagement = \"x\"\n",
        &[],
    );
    assert!(
        findings
            .iter()
            .any(|finding| finding.starts_with("2  this is not TOML")),
        "{findings:#?}"
    );
    assert!(
        findings
            .iter()
            .any(|finding| finding.starts_with("3 management")),
        "{findings:#?}"
    );
    let twice = bad(&format!("{CONFIG}\nid = \"hq\"\n"), &[]);
    assert!(twice[0].contains("not TOML"), "{twice:#?}");
}

#[test]
fn an_absent_or_empty_file_is_a_mistake_with_a_remedy() {
    let folder = Folder::new("");
    let findings = load(&folder, &[]).err().unwrap();
    let keys: Vec<&str> = findings
        .as_slice()
        .iter()
        .map(|finding| finding.key.as_str())
        .collect();
    assert_eq!(keys, ["public_url", "connector"]);
    std::fs::remove_file(folder.path("menshen.toml")).unwrap();
    let findings = load(&folder, &[]).err().unwrap();
    assert_eq!(findings.as_slice().len(), 1);
    assert!(findings.to_string().contains("menshen init"), "{findings}");
    std::fs::write(folder.path("menshen.toml"), [0xff, 0xfe, 0]).unwrap();
    let findings = load(&folder, &[]).err().unwrap();
    assert_eq!(findings.as_slice().len(), 1);
    assert!(findings.to_string().contains("UTF-8"), "{findings}");
}
