//! Who may know whom inside the gateway: outer rooms answer addresses and never know each other, inner rooms
//! never know an outer one. Read from the source, because no compiler forbids it. Only `lib.rs` wires.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Rooms that answer addresses.
const OUTER: &[&str] = &[
    "account",
    "enter",
    "forward_auth",
    "health",
    "keys",
    "login",
    "ownership",
    "proxy",
];

/// Rooms that wire others: the only ones that may name outer rooms.
const WIRING: &[&str] = &["front", "fuzzing", "lib"];

/// Everything else under `src/`, from the rooms they share down to the parts.
const INNER: &[&str] = &[
    "access",
    "assertion",
    "authorities",
    "certificate",
    "config",
    "connector",
    "deadline",
    "diagnose",
    "door",
    "front",
    "fuzzing",
    "identity_headers",
    "installation",
    "jobs",
    "judgement",
    "lib",
    "listen",
    "look",
    "metrics",
    "panics",
    "parts",
    "server",
    "session",
    "sweep",
    "vault",
];

#[test]
fn no_room_imports_an_outer_room() {
    let mut breaches = BTreeSet::new();
    for (file, text) in sources() {
        let own = room(&file);
        for other in named_rooms(&file, &text) {
            if !WIRING.contains(&own.as_str()) && own != other && OUTER.contains(&other.as_str()) {
                breaches.insert(format!("{} names the room {other}", file.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn every_folder_is_a_declared_room() {
    let rooms: BTreeSet<String> = sources().keys().map(|file| room(file)).collect();
    let is_declared =
        |name: &&String| OUTER.contains(&name.as_str()) || INNER.contains(&name.as_str());
    let undeclared: Vec<&String> = rooms.iter().filter(|name| !is_declared(name)).collect();
    assert!(
        undeclared.is_empty(),
        "declare {undeclared:?} as outer or inner in this file"
    );
}

#[test]
fn the_reader_sees_every_spelling_of_an_import() {
    let named = |file: &str, text: &str| {
        named_rooms(Path::new(file), text)
            .into_iter()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(named("login/start.rs", "use crate::door::Failure;"), "door");
    assert_eq!(
        named(
            "login/start.rs",
            "use crate::{\n  account::{a, b},\n  door,\n};"
        ),
        "account door"
    );
    assert_eq!(named("login/mod.rs", "super::account::x()"), "account");
    assert_eq!(
        named("login/start.rs", "super::super::account::x()"),
        "account"
    );
    assert_eq!(named("login/start.rs", "super::account::x()"), "");
    assert_eq!(
        named(
            "login/start.rs",
            "// crate::account\n/// [`crate::account`]"
        ),
        ""
    );
}

/// The source files by their path under `src/`, the tests beside modules included.
fn sources() -> BTreeMap<PathBuf, String> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![top.clone()];
    let mut found = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.insert(path.strip_prefix(&top).unwrap().to_owned(), text);
            }
        }
    }
    found
}

/// The room a file belongs to: its first folder, or its own name at the top.
fn room(file: &Path) -> String {
    let first = file
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The rooms a file names by a path from the top of the crate.
fn named_rooms(file: &Path, text: &str) -> BTreeSet<String> {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let code = text.lines().filter(is_code).collect::<Vec<_>>().join("\n");
    let depth = file.components().count() - usize::from(file.ends_with("mod.rs"));
    let up = "super::".repeat(depth);
    let mut rooms = BTreeSet::new();
    for mark in ["crate::", up.as_str()] {
        for (start, _) in code.match_indices(mark) {
            // `super::super::` holds `super::`: only a whole chain counts.
            if mark != "crate::" && code[..start].ends_with("super::") {
                continue;
            }
            let rest = &code[start + mark.len()..];
            if !rest.starts_with("super::") {
                rooms.extend(first_words(rest));
            }
        }
    }
    rooms
}

/// `a::b` gives `a`; `{a::b, c::{d, e}}` gives `a` and `c`.
fn first_words(rest: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.chars()
            .take_while(|&letter| letter.is_alphanumeric() || letter == '_')
            .collect()
    };
    let Some(list) = rest.strip_prefix('{') else {
        return vec![word(rest)];
    };
    let mut words = Vec::new();
    let (mut depth, mut is_fresh) = (0_usize, true);
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => is_fresh = true,
            _ if is_fresh && !letter.is_whitespace() => {
                words.push(word(&list[at..]));
                is_fresh = false;
            }
            _ => {}
        }
    }
    words
}
