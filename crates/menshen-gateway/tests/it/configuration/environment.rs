//! `MENSHEN_A__B`: the environment over the file.

use std::time::Duration;

use super::{bad, good};
use crate::harness::CONFIG;

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
