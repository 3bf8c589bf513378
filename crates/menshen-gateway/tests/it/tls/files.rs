//! `[tls]` as it is read: every mistake with its file, its key and its remedy, and all of them together.

use menshen_gateway::config::{Config, Findings, Loaded};
use rcgen::date_time_ymd;
use wecom_sdk::Timestamp;

use super::{Authority, Files, HOST, Issued};
use crate::harness::{Folder, set_mode};

const SITE: &str =
    "[[site]]\nhost = \"wiki.example.com:8443\"\nupstream = \"http://127.0.0.1:3000\"\n";

fn load(config: &str) -> Result<Loaded, Findings> {
    Config::load_with(&Folder::new(config).path("menshen.toml"), [])
}

/// The findings about these files, as `key what`.
fn mistakes(files: &Files, sites: &str) -> Vec<String> {
    told(load(&files.config(sites)))
}

fn told(loaded: Result<Loaded, Findings>) -> Vec<String> {
    let Err(findings) = loaded else {
        return Vec::new();
    };
    findings
        .as_slice()
        .iter()
        .map(|finding| {
            assert!(!finding.wrong.remedy.is_empty(), "{finding}");
            format!("{} {}", finding.key, finding.wrong.what)
        })
        .collect()
}

fn only(files: &Files, parts: &[&str]) {
    let found = mistakes(files, "");
    assert_eq!(found.len(), 1, "{found:#?}");
    for part in parts {
        assert!(found[0].contains(part), "{part:?} in {found:?}");
    }
}

fn authority() -> Authority {
    Authority::new("Test authority")
}

#[test]
fn a_pair_that_fits_is_taken_with_its_chain() {
    let root = authority();
    let below = root.below("Intermediate");
    let mut issued = below.issue(&[HOST, "wiki.example.com"]);
    for chain in [below.pem(), format!("{}{}", below.pem(), root.pem())] {
        let whole = Issued {
            cert: format!("{}{chain}", issued.cert),
            key: issued.key.clone(),
        };
        let loaded = load(&Files::new(&whole).config(SITE)).unwrap();
        assert!(loaded.config.tls.is_some());
        assert!(loaded.warnings.is_empty(), "{:#?}", loaded.warnings);
    }
    // A wildcard names one label; without an upstream somebody else shows a certificate.
    issued = root.issue(&["*.example.com"]);
    let other = "[[site]]\nhost = \"a.b.example.com\"\nallow = \"public\"\n";
    let loaded = load(&Files::new(&issued).config(&format!("{SITE}{other}"))).unwrap();
    assert!(loaded.config.tls.is_some());
}

#[test]
fn files_that_are_missing_or_hold_something_else_are_named_together() {
    let files = Files::new(&authority().issue(&[HOST]));
    files.remove("chain.pem");
    files.remove("key.pem");
    let found = mistakes(&files, "");
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].starts_with("tls.cert_file names ") && found[0].contains("chain.pem"));
    assert!(found[1].starts_with("tls.key_file names ") && found[1].contains("key.pem"));

    files.write("chain.pem", "no PEM");
    files.write("key.pem", "no PEM");
    let found = mistakes(&files, "");
    assert!(
        found[0].contains("holds no certificate in PEM"),
        "{found:#?}"
    );
    assert!(
        found[1].contains("holds no private key in PEM"),
        "{found:#?}"
    );

    let issued = authority().issue(&[HOST]);
    files.put(&issued);
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    files.write("key.pem", encrypted);
    only(&files, &["tls.key_file", "pass phrase"]);
    files.put(&issued);
    files.write(
        "chain.pem",
        "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
    );
    let found = mistakes(&files, "");
    assert!(found[0].contains("cannot be read"), "{found:#?}");
}

#[test]
fn the_keys_of_the_section_must_both_be_there_and_no_other() {
    let folder = Folder::new("");
    let config = format!("{}\n[tls]\ncert = \"x\"\n", crate::harness::CONFIG);
    folder.write("menshen.toml", &config);
    let found = told(Config::load_with(&folder.path("menshen.toml"), []));
    let starts = [
        "tls.cert_file is missing",
        "tls.key_file is missing",
        "tls.cert is not a known key",
    ];
    for start in starts {
        assert!(found.iter().any(|one| one.starts_with(start)), "{found:#?}");
    }
}

#[test]
fn a_key_of_another_certificate_is_named() {
    let authority = authority();
    let files = Files::new(&authority.issue(&[HOST]));
    files.write("key.pem", &authority.issue(&[HOST]).key);
    only(
        &files,
        &["tls.key_file", "is not that of the certificate in"],
    );
}

#[test]
fn a_chain_in_the_wrong_order_is_named() {
    let root = authority();
    let below = root.below("Intermediate");
    let issued = below.issue(&[HOST]);
    let upside_down = Issued {
        cert: format!("{}{}", below.pem(), issued.cert),
        key: issued.key.clone(),
    };
    let found = mistakes(&Files::new(&upside_down), "").join("\n");
    assert!(found.contains("the wrong order"), "{found}");
    assert!(found.contains("number 2"), "{found}");
    let foreign = Issued {
        cert: format!("{}{}", issued.cert, root.pem()),
        key: issued.key,
    };
    let found = mistakes(&Files::new(&foreign), "").join("\n");
    assert!(
        found.contains(&format!("{HOST} is not followed by the one that signed it")),
        "{found}"
    );
}

#[test]
fn a_certificate_out_of_its_time_is_named_with_the_time() {
    let authority = authority();
    let ended = authority.issue_with(&[HOST], |wanted| {
        wanted.not_before = date_time_ymd(2020, 1, 1);
        wanted.not_after = date_time_ymd(2021, 2, 3);
    });
    only(
        &Files::new(&ended),
        &[
            "tls.cert_file",
            "login.example.com ended at 2021-02-03T00:00:00Z",
        ],
    );
    let early = authority.issue_with(&[HOST], |wanted| {
        wanted.not_before = date_time_ymd(2090, 1, 1);
        wanted.not_after = date_time_ymd(2091, 1, 1);
    });
    only(
        &Files::new(&early),
        &["tls.cert_file", "is not good before 2090-01-01T00:00:00Z"],
    );
}

#[test]
fn an_end_that_is_near_is_worth_a_warning() {
    let issued = authority().issue_with(&[HOST], |wanted| {
        wanted.not_before = date_time_ymd(2026, 1, 1);
        wanted.not_after = date_time_ymd(2027, 1, 1);
    });
    let files = Files::new(&issued);
    let folder = Folder::new(&files.config(""));
    let at = |text: &str| {
        let time: jiff::Timestamp = text.parse().unwrap();
        let now = Timestamp::from_millis(time.as_millisecond());
        Config::load_at(&folder.path("menshen.toml"), [], now)
    };
    assert!(at("2026-12-01T00:00:00Z").unwrap().warnings.is_empty());
    let warnings = at("2026-12-20T00:00:00Z").unwrap().warnings;
    assert_eq!(warnings[0].key, "tls.cert_file");
    assert!(
        warnings[0]
            .wrong
            .what
            .contains("ends at 2027-01-01T00:00:00Z"),
        "{warnings:#?}"
    );
    assert!(at("2027-01-01T00:00:01Z").is_err());
}

#[test]
fn hosts_that_the_certificate_does_not_name_are_listed() {
    let files = Files::new(&authority().issue(&["hr.example.com"]));
    let found = mistakes(&files, SITE);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0]
            .contains("is not for login.example.com, wiki.example.com; it is for hr.example.com"),
        "{found:#?}"
    );
    // Behind a proxy that browsers meet first, it may be for that proxy alone.
    let behind = files.config(SITE).replacen(
        "public_url",
        "trusted_proxies = [\"10.0.0.1\"]\npublic_url",
        1,
    );
    let warnings = load(&behind).unwrap().warnings;
    assert!(
        warnings.iter().any(|one| one.key == "tls.cert_file"),
        "{warnings:#?}"
    );
}

#[test]
fn an_address_in_plain_http_and_a_certificate_contradict_each_other() {
    let files = Files::new(&authority().issue(&["127.0.0.1"]));
    let config = files
        .config("")
        .replace("https://login.example.com", "http://127.0.0.1:8443");
    let found = told(load(&config));
    assert!(
        found
            .iter()
            .any(|one| one.starts_with("public_url begins with http://")),
        "{found:#?}"
    );
    let right = files
        .config("")
        .replace("login.example.com", "127.0.0.1:8443");
    assert!(load(&right).unwrap().config.tls.is_some());
}

#[test]
fn s_193_a_key_that_everybody_may_read_is_pointed_at() {
    let files = Files::new(&authority().issue(&[HOST]));
    set_mode(&files.0.path().join("key.pem"), 0o644);
    let warnings = load(&files.config("")).unwrap().warnings;
    assert_eq!(warnings[0].key, "tls.key_file");
    assert!(warnings[0].wrong.remedy.contains("chmod 600"));
}

#[test]
fn s_188_the_configuration_prints_no_private_key() {
    let issued = authority().issue(&[HOST]);
    let loaded = load(&Files::new(&issued).config("")).unwrap();
    let printed = format!("{:?}", loaded.config);
    let line = issued.key.lines().nth(1).unwrap();
    assert!(
        !printed.contains(line) && !printed.contains("PRIVATE"),
        "{printed}"
    );
}
