//! `FIDELITY.md` against the routes: no path without a row, no row without a path.

use std::collections::BTreeMap;
use std::path::Path;

fn rows() -> BTreeMap<String, (String, String)> {
    let lines = include_str!("../../FIDELITY.md").lines();
    let rows = lines.filter(|line| line.starts_with("| `/")).map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let path = cells[0].trim_matches('`').to_owned();
        (path, (cells[1].to_owned(), cells[3].to_owned()))
    });
    rows.collect()
}

#[test]
fn every_path_of_wecom_that_is_served_has_a_row() {
    let rows = rows();
    for path in wecom_sandbox::paths() {
        if path == "/_sandbox" || path.starts_with("/_sandbox/") {
            continue;
        }
        let row = rows.get(path);
        let state = row.map(|(state, _)| state.as_str());
        assert!(
            matches!(state, Some("faithful" | "simplified")),
            "{path}: {state:?}"
        );
    }
}

#[test]
fn every_row_is_true_about_its_path_and_its_fixture() {
    let served = wecom_sandbox::paths();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wecom");
    for (path, (state, fixture)) in rows() {
        let is_served = served.contains(&path.as_str());
        assert_eq!(is_served, state != "absent", "{path} is {state}");
        let name = fixture.trim_matches('`');
        let folder = path
            .strip_prefix("/cgi-bin/")
            .map(|call| fixtures.join(call));
        let has_folder = folder.is_some_and(|folder| folder.is_dir());
        assert_eq!(has_folder, name != "–", "{path}: fixture {name}");
        assert!(
            name == "–" || path == format!("/cgi-bin/{name}"),
            "{path}: fixture {name}"
        );
    }
}

#[test]
fn every_switch_is_described_with_all_its_words_and_has_its_place_in_a_row() {
    let seed = include_str!("../../SEED.md");
    let rows = include_str!("../../FIDELITY.md");
    for (name, words) in wecom_sandbox::world::Switches::NAMES {
        let start = format!("| `{name}` |");
        let row = seed.lines().find(|line| line.starts_with(&start));
        let row = row.unwrap_or_else(|| panic!("{name} has no row"));
        assert!(
            rows.contains(&format!("`{name}`")),
            "{name} is in no row of FIDELITY.md"
        );
        for word in *words {
            assert!(row.contains(&format!("`{word}`")), "{name}: {word}");
        }
    }
}

#[test]
fn every_section_of_the_dossier_has_a_row_and_every_row_a_state() {
    let lines = include_str!("../../FIDELITY.md").lines();
    let rows = lines.filter(|line| line.starts_with("| ") && !line.starts_with("| path"));
    let rows: Vec<Vec<&str>> = rows
        .filter(|line| !line.starts_with("| matter"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    for row in &rows {
        let states = ["faithful", "simplified", "switchable", "absent"];
        assert!(states.contains(&row[1]), "{row:?}");
    }
    let sections = [
        "2", "2.1", "2.2", "3", "4", "4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "5.1", "5.2", "5.3",
        "6.1", "6.2", "6.3", "7", "8.1", "8.2", "8.3", "8.4", "8.5", "8.6", "9.1", "9.2", "9.3",
        "9.4", "9.5", "10", "11", "12.1", "12.2", "12.3", "12.4", "12.5", "12.6", "13.1", "13.2",
        "13.3", "13.4",
    ];
    for section in sections {
        let is_named = |text: &str| text.split(", ").any(|part| part == section);
        assert!(rows.iter().any(|row| is_named(row[2])), "section {section}");
    }
}
