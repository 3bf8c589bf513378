//! The environment: `MENSHEN_A__B` puts a value over the key `a.b` of the file.
//!
//! `MENSHEN_CONNECTOR__HQ__SECRET_FILE` means the connector whose id is `hq`. Secrets do not belong
//! here: only their files do.

use super::findings::{Notes, Place, Wrong};
use super::tree::{Node, Table, Value};

const PREFIX: &str = "MENSHEN_";
/// Not a key: how much is logged. Read by [`log_filter`].
const LOG: &str = "MENSHEN_LOG";

/// The variables of this process that are meant for us.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
pub(super) fn of_process() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| {
            Some((
                name.into_string().ok()?,
                value.to_string_lossy().into_owned(),
            ))
        })
        .filter(|(name, _)| name.starts_with(PREFIX))
        .collect()
}

/// What `MENSHEN_LOG` asks to be logged, in the form of tracing's filters.
#[must_use]
pub fn log_filter() -> Option<String> {
    of_process()
        .into_iter()
        .find_map(|(name, value)| (name == LOG).then_some(value))
}

/// Puts the variables over the file.
pub(super) fn overlay(
    root: &mut Table,
    variables: impl IntoIterator<Item = (String, String)>,
    notes: &Notes,
) {
    let mut variables: Vec<_> = variables.into_iter().collect();
    variables.sort();
    for (name, value) in variables {
        let Some(path) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if name == LOG || is_of_kubernetes(path) {
            continue;
        }
        let segments: Vec<String> = path.split("__").map(str::to_ascii_lowercase).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let place = Place::Variable(name.clone());
        if let Err(wrong) = put(root, &segments, value, &place) {
            notes.mistake(place, segments.join("."), wrong);
        }
    }
}

fn put(root: &mut Table, segments: &[&str], value: String, place: &Place) -> Result<(), Wrong> {
    let node = |value| Node {
        value,
        place: place.clone(),
    };
    match segments {
        [key] => {
            *root.entry(key, || node(Value::Other(""))) = node(Value::Loose(value));
            Ok(())
        }
        ["connector", id, key] => {
            let connector = find_connector(root, id)?;
            put(connector, &[key], value, place)
        }
        ["connector", id, "endpoints", key] => {
            let connector = find_connector(root, id)?;
            put(connector, &["endpoints", key], value, place)
        }
        [section, key] if *section != "connector" => {
            let section = root.entry(section, || node(Value::Table(Table::default())));
            match &mut section.value {
                Value::Table(table) => put(table, &[key], value, place),
                _ => Err(Wrong::new(
                    "lies inside something that is no section",
                    "unset the variable",
                )),
            }
        }
        _ => Err(Wrong::new(
            "is no key",
            "write MENSHEN_KEY, MENSHEN_SECTION__KEY or MENSHEN_CONNECTOR__ID__KEY",
        )),
    }
}

/// The connector whose id is spelled so in a variable's name: capitals, `_` for `-`.
fn find_connector<'t>(root: &'t mut Table, wanted: &str) -> Result<&'t mut Table, Wrong> {
    let list = root.0.iter_mut().find(|(name, _)| name == "connector");
    let nodes = match list.map(|(_, node)| &mut node.value) {
        Some(Value::List(nodes)) => nodes.as_mut_slice(),
        _ => &mut [],
    };
    let tables = nodes.iter_mut().filter_map(|node| match &mut node.value {
        Value::Table(table) => Some(table),
        _ => None,
    });
    let has_wanted_id = |table: &&mut Table| match table.get("id").map(|id| &id.value) {
        Some(Value::Text(id)) => id.to_ascii_lowercase().replace('-', "_") == wanted,
        _ => false,
    };
    tables.into_iter().find(has_wanted_id).ok_or_else(|| {
        let what = format!("names a connector `{wanted}` that the file does not have");
        Wrong::new(
            what,
            "add a [[connector]] with this id to the file, or correct the name",
        )
    })
}

/// What Kubernetes puts into every pod beside a service called `menshen`: no word of an operator's.
fn is_of_kubernetes(path: &str) -> bool {
    path == "PORT" || path.starts_with("PORT_") || path.starts_with("SERVICE_")
}
