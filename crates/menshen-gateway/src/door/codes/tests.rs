use std::collections::BTreeSet;
use std::path::Path;

use super::{ALL, find};

#[test]
fn every_code_is_explained_in_docs_errors_and_nothing_else_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let document = std::fs::read_to_string(path).unwrap();
    let rows = document.lines().filter(|line| line.starts_with("| `"));
    let explained: Vec<(&str, u16)> = rows
        .map(|row| {
            let mut cells = row.split('|').map(str::trim).skip(1);
            let name = cells.next().unwrap().trim_matches('`');
            (name, cells.next().unwrap().parse().unwrap())
        })
        .collect();
    let known: Vec<(&str, u16)> = ALL
        .iter()
        .map(|code| (code.name, code.status.as_u16()))
        .collect();
    assert_eq!(explained, known, "docs/errors.md and door/codes.rs differ");
}

#[test]
fn every_row_of_docs_errors_is_filled_in() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let document = std::fs::read_to_string(path).unwrap();
    for row in document.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 5, "{row}");
        assert!(cells.iter().all(|cell| !cell.is_empty()), "{row}");
    }
}

#[test]
fn codes_are_words_of_their_own() {
    let names: BTreeSet<&str> = ALL.iter().map(|code| code.name).collect();
    assert_eq!(names.len(), ALL.len());
    for code in ALL {
        let (room, what) = code.name.split_once('.').unwrap();
        let is_word = |word: &str| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(is_word(room) && is_word(what), "{}", code.name);
        assert!(code.status.is_client_error() || code.status.is_server_error());
        assert!(code.title.ends_with('.'));
        assert_eq!(find(code.name), Some(*code));
    }
    assert_eq!(find("login.nothing"), None);
}
