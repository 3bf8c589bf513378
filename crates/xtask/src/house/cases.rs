//! Which security cases have a test. `docs/security-cases.md` says which ids this version owes and which it
//! leaves to a later face, with the reason; a test carries its id in its name (`s_074_…`). Never judges
//! whether a test is any good.

use std::collections::{BTreeMap, BTreeSet};

use super::File;

const LIST: &str = "docs/security-cases.md";

/// Ids that are owed and have no test, and ids that are said to be left although a test exists.
pub(super) fn judge(files: &[File]) -> Vec<String> {
    let Some(list) = files.iter().find(|file| file.path.as_os_str() == LIST) else {
        return vec![format!("{LIST} is missing")];
    };
    let rows: BTreeMap<u16, bool> = list.text.lines().filter_map(row).collect();
    let tested: BTreeSet<u16> = files
        .iter()
        .filter(|file| {
            file.path
                .extension()
                .is_some_and(|end| end == "rs" || end == "mjs")
        })
        .flat_map(|file| ids(&file.text))
        .collect();
    let mut findings = Vec::new();
    for (id, is_owed) in &rows {
        match (is_owed, tested.contains(id)) {
            (true, false) => findings.push(format!(
                "S-{id:03}: {LIST} promises a test, none has its name"
            )),
            (false, true) => findings.push(format!(
                "S-{id:03}: {LIST} says left, but a test has its name"
            )),
            _ => {}
        }
    }
    let owed = rows.values().filter(|is_owed| **is_owed).count();
    println!(
        "security cases: {owed} promised, {} left to later faces",
        rows.len() - owed
    );
    findings
}

/// `| S-015 | … | tested |` or `| S-015 | … | left: why |`.
fn row(line: &str) -> Option<(u16, bool)> {
    let mut cells = line.trim().trim_matches('|').split('|').map(str::trim);
    let id = cells.next()?.strip_prefix("S-")?.parse().ok()?;
    Some((id, !cells.next_back()?.starts_with("left")))
}

/// The ids in names of tests: `fn s_074_s_075_…` in Rust, `test('s_074 …')` in the browser tests.
fn ids(text: &str) -> Vec<u16> {
    let number = |rest: &str| rest.get(..3)?.parse::<u16>().ok();
    let mut found: Vec<u16> = Vec::new();
    for name in ["fn s_", "'s_", "\"s_"]
        .iter()
        .flat_map(|mark| text.split(mark).skip(1))
    {
        let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let name = &name[..end.unwrap_or(name.len())];
        found.extend(number(name));
        found.extend(name.split("_s_").skip(1).filter_map(number));
    }
    found
}
