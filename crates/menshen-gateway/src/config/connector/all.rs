//! All `[[connector]]` sections, and what only the whole set shows: two of one name or of one agent.
//!
//! In: the whole file. Out: the connectors, or notes about every mistake in them.

use std::collections::HashMap;

use super::super::findings::Wrong;
use super::super::section::Section;
use super::ConnectorConfig;
use super::read::read;

/// Reads all connectors.
pub(in crate::config) fn read_all(root: &Section<'_>) -> Vec<ConnectorConfig> {
    let sections = root.sections("connector", "id");
    if sections.is_empty() && !root.is_given("connector") {
        let remedy = "add a [[connector]] with id, corp_id, agent_id and secret_file";
        root.mistake(
            "connector",
            Wrong::new("is missing: there is no way to sign in", remedy),
        );
    }
    let mut connectors = Vec::new();
    let mut seen: HashMap<String, String> = HashMap::new();
    for section in sections {
        let connector = read(&section);
        if let Some(connector) = &connector {
            check_unique(&section, connector, &mut seen);
        }
        section.finish();
        connectors.extend(connector);
    }
    connectors
}

/// Security: two connectors of one agent would accept each other's codes.
fn check_unique(
    section: &Section<'_>,
    connector: &ConnectorConfig,
    seen: &mut HashMap<String, String>,
) {
    let ConnectorConfig {
        id,
        corp_id,
        agent_id,
        ..
    } = connector;
    let mut check = |key: &str, what: String, remedy: &str| {
        if let Some(other) = seen.insert(what.clone(), id.clone()) {
            let what = format!("is {what}, which connector `{other}` has already");
            section.mistake(key, Wrong::new(what, remedy));
        }
    };
    check(
        "id",
        format!("the id {id}"),
        "give every connector an id of its own",
    );
    check(
        "agent_id",
        format!("agent {agent_id} of {corp_id}"),
        "configure each agent once",
    );
    for file in &connector.verification_files {
        check(
            "verification_files",
            format!("the file {}", file.name),
            "list each file once",
        );
    }
}
