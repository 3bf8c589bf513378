//! `menshen.toml`, the environment over it, and every mistake at once.

use std::net::SocketAddr;
use std::time::Duration;

use menshen_gateway::config::{Config, Findings, Loaded, Place, PrivateField, StoreConfig};
use wecom_sdk::{SecretSource as _, UserId};

use crate::harness::{CONFIG, Folder, TOKEN, set_mode};

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
    let folder = Folder::new("colour = 1");
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
}

#[test]
fn the_public_url_is_https_or_this_machine() {
    for url in [
        "http://127.0.0.1:8080",
        "http://localhost:8080",
        "http://[::1]:8080",
        "http://demo.localhost",
    ] {
        let folder = Folder::new(&with(&format!("public_url = \"{url}\"")));
        let loaded = load(&folder, &[]).unwrap();
        assert!(!loaded.config.public_url.is_secure());
        assert!(
            loaded
                .warnings
                .iter()
                .any(|finding| finding.key == "public_url"),
            "{url}"
        );
    }
    for url in [
        "http://login.example.com",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "https://login.example.com/login",
        "https://login.example.com/?x",
        "https://login.example.com/#x",
        "https://user@login.example.com",
        "ftp://login.example.com",
        "login.example.com",
        "",
    ] {
        let finding = only_finding(&format!("public_url = \"{url}\""));
        assert!(finding.contains("public_url "), "{url}: {finding}");
    }
}

#[test]
fn lengths_of_time_are_whole_and_within_reason() {
    for (text, seconds) in [("5m", 300), ("90s", 90), ("12h", 43_200), ("1d", 86_400)] {
        let config = good(&format!("{CONFIG}\n[session]\nrecheck = \"{text}\"\n"), &[]);
        assert_eq!(config.session.recheck.as_secs(), seconds);
    }
    for text in [
        "",
        "5",
        "m",
        "5 m",
        "-5m",
        "+5m",
        "5.5m",
        "5M",
        "5w",
        "5m ",
        "٥m",
        "9s",
        "25h",
        "99999999999999999999d",
        "5分",
    ] {
        let findings = bad(&format!("{CONFIG}\n[session]\nrecheck = \"{text}\"\n"), &[]);
        assert_eq!(findings.len(), 1, "{text}: {findings:?}");
    }
}

#[test]
fn two_connectors_of_one_agent_are_refused() {
    let second = CONFIG.split("[[connector]]").nth(1).unwrap();
    let same_agent = second
        .replace("\"hq\"", "\"hq2\"")
        .replace("verification_files", "# ");
    let findings = bad(&format!("{CONFIG}\n[[connector]]{same_agent}"), &[]);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].contains("connector[hq2].agent_id is agent 1000002 of ww5f1e2d3c4b5a6978, which connector `hq` has"), "{findings:?}");

    let same_id_and_file = second.replace("1000002", "1000003");
    let findings = bad(&format!("{CONFIG}\n[[connector]]{same_id_and_file}"), &[]);
    assert_eq!(findings.len(), 2, "{findings:?}");
}

#[test]
fn the_email_template_is_an_address_around_the_userid() {
    for text in ["{userid}@example.com", "wx-{userid}@mail.example.com"] {
        good(&with(&format!("email_fallback = \"{text}\"")), &[]);
    }
    for text in [
        "",
        "@example.com",
        "{userid}",
        "{userid}@",
        "{userid}@{userid}.com",
        "a@{userid}.com",
        "{userid}@a@b",
        "{userid} @example.com",
        "{userid}@.com",
        "{name}{userid}@example.com",
    ] {
        only_finding(&format!("email_fallback = \"{text}\""));
    }
}

#[test]
fn the_environment_lies_over_the_file() {
    let config = good(
        CONFIG,
        &[
            ("MENSHEN_PUBLIC_URL", "https://other.example.com"),
            ("MENSHEN_SESSION__RECHECK", "1m"),
            ("MENSHEN_TRUSTED_PROXIES", "10.1.0.0/16, 192.0.2.1"),
            ("MENSHEN_CONNECTOR__HQ__AGENT_ID", "1000003"),
            ("MENSHEN_CONNECTOR__HQ__PRIVATE_INFO", "mobile,email"),
            ("MENSHEN_CONNECTOR__HQ__ADMIT_LINKED_CORPS", "true"),
            (
                "MENSHEN_CONNECTOR__HQ__ENDPOINTS__API",
                "https://relay.example.com",
            ),
            ("MENSHEN_LOG", "debug"),
            ("MENSHEN_PORT", "tcp://10.0.0.1:80"),
            ("MENSHEN_SERVICE_HOST", "10.0.0.1"),
            ("HOME", "/root"),
        ],
    );
    assert_eq!(config.public_url.origin(), "https://other.example.com");
    assert_eq!(config.session.recheck, Duration::from_mins(1));
    assert_eq!(config.trusted_proxies.len(), 2);
    let hq = &config.connectors[0];
    assert_eq!(hq.agent_id.to_string(), "1000003");
    assert_eq!(hq.private_info.len(), 2);
    assert!(hq.admit_linked_corps && hq.endpoints.api.is_some());
}

#[test]
fn mistakes_in_the_environment_name_the_variable() {
    let findings = bad(
        CONFIG,
        &[
            ("MENSHEN_SESSION__RECHECK", "never"),
            ("MENSHEN_LISTN", "127.0.0.1:1"),
            ("MENSHEN_CONNECTOR__BRANCH__AGENT_ID", "7"),
            ("MENSHEN_CONNECTOR__HQ__ADMIT_LINKED_CORPS", "yes"),
            ("MENSHEN_A__B__C", "7"),
        ],
    );
    assert_eq!(findings.len(), 5, "{findings:#?}");
    for name in [
        "MENSHEN_SESSION__RECHECK ",
        "MENSHEN_LISTN ",
        "MENSHEN_CONNECTOR__BRANCH__AGENT_ID ",
        "MENSHEN_CONNECTOR__HQ__ADMIT_LINKED_CORPS ",
        "MENSHEN_A__B__C ",
    ] {
        assert!(
            findings.iter().any(|finding| finding.starts_with(name)),
            "{name}: {findings:#?}"
        );
    }
}

#[test]
fn secrets_lie_in_files_that_hold_nothing_else() {
    for text in ["", " \n", "two words", "two\nlines", "a\u{0}b", "秘密"] {
        let folder = Folder::new(CONFIG);
        folder.write("hq.secret", text);
        let findings = load(&folder, &[]).err().unwrap();
        assert_eq!(
            findings.as_slice()[0].key,
            "connector[hq].secret_file",
            "{text:?}"
        );
    }
    let folder = Folder::new(CONFIG);
    folder.write("hq.secret", "\n  s3cret-of-hq \r\n");
    let config = folder.load();
    assert!(
        config.connectors[0]
            .secret
            .read()
            .unwrap()
            .is_same_as("s3cret-of-hq")
    );
}

#[test]
fn s_188_the_configuration_prints_no_secret() {
    let folder = Folder::new(CONFIG);
    folder.write("hq.secret", "canary-secret");
    let config = folder.load();
    config.connectors[0].secret.read().unwrap();
    let printed = format!("{config:?} {:?}", config.connectors[0].secret);
    assert!(!printed.contains("canary"), "{printed}");
}

#[test]
fn s_191_a_secret_that_was_replaced_is_used_without_a_restart() {
    let folder = Folder::new(CONFIG);
    let secret = folder.load().connectors[0].secret.clone();
    let path = folder.path("hq.secret");
    let set = |text: &str, second: u64| {
        std::fs::write(&path, text).unwrap();
        let time = std::time::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + second);
        std::fs::File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(time)
            .unwrap();
    };
    set("first", 1);
    assert!(secret.secret().unwrap().is_same_as("first"));
    set("secnd", 2);
    assert!(
        secret.secret().unwrap().is_same_as("secnd"),
        "same length, other time"
    );
    set("", 3);
    assert!(
        secret.secret().unwrap().is_same_as("secnd"),
        "half written: the last good one"
    );
    std::fs::remove_file(&path).unwrap();
    assert!(
        secret.secret().unwrap().is_same_as("secnd"),
        "gone for a moment"
    );
    set("third-secret", 4);
    assert!(secret.secret().unwrap().is_same_as("third-secret"));
}

#[test]
fn s_193_files_that_everybody_may_read_are_pointed_at() {
    let folder = Folder::new(CONFIG);
    assert!(load(&folder, &[]).unwrap().warnings.is_empty());
    set_mode(&folder.path("hq.secret"), 0o644);
    let warnings = load(&folder, &[]).unwrap().warnings;
    assert_eq!(warnings[0].key, "connector[hq].secret_file");
    assert!(warnings[0].wrong.remedy.contains("chmod 600"));

    set_mode(&folder.path("data.key"), 0o644);
    let findings = load(&folder, &[]).err().unwrap();
    assert_eq!(findings.as_slice()[0].key, "data_key_file");
}

#[test]
fn a_verification_file_with_an_extra_line_break_is_pointed_at_and_served_as_it_is() {
    let folder = Folder::new(CONFIG);
    folder.write(&format!("WW_verify_{TOKEN}.txt"), &format!("{TOKEN}\n"));
    let loaded = load(&folder, &[]).unwrap();
    assert_eq!(loaded.warnings[0].key, "connector[hq].verification_files");
    let file = &loaded.config.connectors[0].verification_files[0];
    assert_eq!(file.content, format!("{TOKEN}\n").as_bytes());
}

#[test]
fn verification_files_are_named_as_wecom_names_them() {
    for name in [
        "WW_verify_Kq3vTz81mWcYp0L.txt",
        "WW_verify_Kq3vTz81mWcYp0Ls.html",
        "../data.key",
        "WW_verify_Kq3vTz81mWcYp0L/.txt",
        "ww_verify_Kq3vTz81mWcYp0Ls.txt",
    ] {
        only_finding(&format!("verification_files = [\"{name}\"]"));
    }
    only_finding("verification_files = [\"WW_verify_AAAAAAAAAAAAAAAA.txt\"]");
    only_finding("verification_files = \"WW_verify_Kq3vTz81mWcYp0Ls.txt\"");
}

#[test]
fn stores_that_do_not_exist_yet_are_refused() {
    for url in [
        "postgres://db/menshen",
        "sqlite:",
        "sqlite::memory:",
        "menshen.db",
        "sqlite:menshen.db?mode=ro",
    ] {
        let findings = bad(&format!("{CONFIG}\n[store]\nurl = \"{url}\"\n"), &[]);
        assert_eq!(findings.len(), 1, "{url}");
        assert!(
            findings[0].contains("store.url is no store that this version has"),
            "{findings:?}"
        );
    }
}

#[test]
fn both_listeners_on_one_address_are_refused() {
    let config = with("management = \"127.0.0.1:8080\"").replace("127.0.0.1:0", "127.0.0.1:8080");
    let findings = bad(&config, &[]);
    assert!(
        findings[0].contains("management is the same address as listen"),
        "{findings:?}"
    );
}
