//! One key at a time: what it may be, and what it may not.

use super::{bad, good, load, only_finding, with};
use crate::harness::{CONFIG, Folder};

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
        "https://login.example.com.",
        "https://login..example.com",
        "https://*.example.com",
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
fn s_059_the_share_of_one_address_is_a_number_that_leaves_something() {
    let read = |line: &str| {
        let folder = Folder::new(&with(line));
        folder.load().connections_per_address
    };
    assert_eq!(read(""), 4096);
    assert_eq!(read("connections_per_address = 100"), 100);
    for wrong in ["0", "15", "16385", "-1", "\"many\"", "true"] {
        let finding = only_finding(&format!("connections_per_address = {wrong}"));
        assert!(finding.contains("connections_per_address"), "{finding}");
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

#[test]
fn s_037_a_unix_socket_is_no_address_to_listen_on_and_no_peer_to_trust() {
    for key in ["listen", "management"] {
        for address in [
            "unix:/run/menshen.sock",
            "unix:",
            "/run/menshen.sock",
            "@menshen",
        ] {
            let finding = only_finding(&format!("{key} = \"{address}\""));
            assert!(finding.contains(&format!("{key} ")), "{address}: {finding}");
        }
    }
    for peer in ["unix:", "unix:/run/nginx.sock", "/run/nginx.sock", "unix"] {
        let finding = only_finding(&format!("trusted_proxies = [\"{peer}\"]"));
        assert!(finding.contains("trusted_proxies"), "{peer}: {finding}");
    }
}

/// What the client of WeCom would refuse is refused here, and not when the gateway is built.
#[test]
fn s_189_secrets_go_in_plain_text_to_this_machine_alone() {
    let api = |url: &str| format!("{CONFIG}endpoints = {{ api = \"{url}\" }}\n");
    for url in [
        "https://relay.example.com",
        "http://127.0.0.1:7700",
        "http://[::1]:7700",
        "http://localhost:7700",
    ] {
        let config = good(&api(url), &[]);
        let found = config.connectors[0].endpoints.api.as_ref().unwrap();
        assert_eq!(found.as_str(), format!("{url}/"));
    }
    for url in [
        "http://wecom.localhost:7700",
        "http://relay.example.com",
        "http://localhost.example.com",
        "http://0.0.0.0:7700",
    ] {
        let findings = bad(&api(url), &[]);
        assert_eq!(findings.len(), 1, "{url}: {findings:#?}");
        assert!(findings[0].contains("endpoints.api is"), "{findings:#?}");
    }
}
