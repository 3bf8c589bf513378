//! Reads one section: each key once, by the form it must have; what is left over is unknown.
//!
//! In: a table. Out: values, or notes in the common list. It never stops at a mistake and knows no key
//! by itself: a key is known because somebody asked for it.

use std::cell::RefCell;

use super::findings::{Notes, Place, Wrong};
use super::tree::{Node, Table, Value};

/// One section of the configuration while it is read.
pub(super) struct Section<'a> {
    pub(super) notes: &'a Notes,
    /// What stands before a key in messages: `session.`, or nothing.
    prefix: String,
    table: &'a Table,
    place: Place,
    known: RefCell<Vec<&'static str>>,
}

impl<'a> Section<'a> {
    pub(super) fn root(table: &'a Table, notes: &'a Notes) -> Self {
        let place = Place::File(notes.file.clone());
        Self::new(notes, String::new(), table, place)
    }

    fn new(notes: &'a Notes, prefix: String, table: &'a Table, place: Place) -> Self {
        Self {
            notes,
            prefix,
            table,
            place,
            known: RefCell::default(),
        }
    }

    /// The name of a key in messages.
    pub(super) fn name(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    /// Where a key was written; the section itself when it was not.
    pub(super) fn place(&self, key: &str) -> Place {
        self.table
            .get(key)
            .map_or(&self.place, |node| &node.place)
            .clone()
    }

    /// Whether a key was written.
    pub(super) fn is_given(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// Whether a key was written as a list without anything in it.
    pub(super) fn is_empty(&self, key: &str) -> bool {
        let node = self.table.get(key);
        matches!(node.map(|node| &node.value), Some(Value::List(items)) if items.is_empty())
    }

    /// Notes a mistake in a key.
    pub(super) fn mistake(&self, key: &str, wrong: Wrong) {
        self.notes.mistake(self.place(key), self.name(key), wrong);
    }

    /// Notes something in a key that is worth a second look.
    pub(super) fn warning(&self, key: &str, wrong: Wrong) {
        self.notes.warning(self.place(key), self.name(key), wrong);
    }

    /// A key that must be there.
    pub(super) fn required<T>(
        &self,
        key: &'static str,
        remedy: &str,
        parse: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        if self.find(key).is_none() {
            self.mistake(key, Wrong::new("is missing", remedy));
            return None;
        }
        self.optional(key, parse)
    }

    /// A key that may be absent. Numbers and truth values are read by their text.
    pub(super) fn optional<T>(
        &self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        let node = self.find(key)?;
        let text = match &node.value {
            Value::Text(text) | Value::Loose(text) => text.clone(),
            Value::Integer(number) => number.to_string(),
            value => {
                self.mistake(key, expected("a text", value));
                return None;
            }
        };
        self.judge(key, &node.place, parse(&text))
    }

    /// A key that is true or false; false when absent.
    pub(super) fn flag(&self, key: &'static str) -> bool {
        let Some(node) = self.find(key) else {
            return false;
        };
        match &node.value {
            Value::Boolean(yes) => *yes,
            Value::Loose(text) if text == "true" => true,
            Value::Loose(text) if text == "false" => false,
            value => {
                self.mistake(key, expected("true or false", value));
                false
            }
        }
    }

    /// A list of texts; empty when absent. In a variable, commas stand between them.
    pub(super) fn list<T>(
        &self,
        key: &'static str,
        mut parse: impl FnMut(&str) -> Result<T, Wrong>,
    ) -> Vec<T> {
        let Some(node) = self.find(key) else {
            return Vec::new();
        };
        let mut read = |text: &str, place: &Place| self.judge(key, place, parse(text));
        match &node.value {
            Value::Loose(text) => {
                let parts = text
                    .split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty());
                parts.filter_map(|part| read(part, &node.place)).collect()
            }
            Value::List(items) => {
                let items = items.iter().filter_map(|item| match &item.value {
                    Value::Text(text) => read(text, &item.place),
                    value => self.judge(key, &item.place, Err(expected("a list of texts", value))),
                });
                items.collect()
            }
            value => {
                self.mistake(key, expected("a list of texts", value));
                Vec::new()
            }
        }
    }

    /// One text, or a list of texts; empty when absent.
    pub(super) fn texts<T>(
        &self,
        key: &'static str,
        parse: impl FnMut(&str) -> Result<T, Wrong>,
    ) -> Vec<T> {
        match self.find(key).map(|node| &node.value) {
            Some(Value::Text(_)) => self.optional(key, parse).into_iter().collect(),
            _ => self.list(key, parse),
        }
    }

    /// Every key of a section whose keys are names of the operator's own, with its text.
    pub(super) fn entries<T>(
        &self,
        mut parse: impl FnMut(&str, &str) -> Result<T, Wrong>,
    ) -> Vec<T> {
        let read = |(key, node): &(String, Node)| match &node.value {
            Value::Text(text) => self.judge(key, &node.place, parse(key, text)),
            value => self.judge(key, &node.place, Err(expected("a text", value))),
        };
        self.table.0.iter().filter_map(read).collect()
    }

    /// A section inside this one.
    pub(super) fn section(&self, key: &'static str) -> Option<Section<'a>> {
        let node = self.find(key)?;
        match &node.value {
            Value::Table(table) => {
                let prefix = format!("{}{key}.", self.prefix);
                Some(Section::new(self.notes, prefix, table, node.place.clone()))
            }
            value => {
                self.mistake(key, expected("a section", value));
                None
            }
        }
    }

    /// The sections `[[key]]`, named in messages by the text of their key `name`.
    pub(super) fn sections(&self, key: &'static str, name: &str) -> Vec<Section<'a>> {
        let Some(node) = self.find(key) else {
            return Vec::new();
        };
        let Value::List(items) = &node.value else {
            let form = format!("written as [[{key}]]");
            self.mistake(key, expected(&form, &node.value));
            return Vec::new();
        };
        let section = |(index, item): (usize, &'a Node)| {
            let Value::Table(table) = &item.value else {
                self.mistake(key, expected(&format!("written as [[{key}]]"), &item.value));
                return None;
            };
            let name = match table.get(name).map(|node| &node.value) {
                Some(Value::Text(text)) => text.clone(),
                _ => (index + 1).to_string(),
            };
            let prefix = format!("{}{key}[{name}].", self.prefix);
            Some(Section::new(self.notes, prefix, table, item.place.clone()))
        };
        items.iter().enumerate().filter_map(section).collect()
    }

    /// Says which keys were not asked for, and what may have been meant.
    pub(super) fn finish(self) {
        let known = self.known.into_inner();
        for (key, node) in &self.table.0 {
            if !known.contains(&key.as_str()) {
                let name = format!("{}{key}", self.prefix);
                let wrong = misplaced(&self.prefix, key).unwrap_or_else(|| unknown(key, &known));
                self.notes.mistake(node.place.clone(), name, wrong);
            }
        }
    }

    fn find(&self, key: &'static str) -> Option<&'a Node> {
        let mut known = self.known.borrow_mut();
        if !known.contains(&key) {
            known.push(key);
        }
        self.table.get(key)
    }

    fn judge<T>(&self, key: &str, place: &Place, parsed: Result<T, Wrong>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.notes.mistake(place.clone(), self.name(key), wrong);
                None
            }
        }
    }
}

fn expected(form: &str, found: &Value) -> Wrong {
    Wrong::new(format!("is {}", found.kind()), format!("it must be {form}"))
}

/// Keys of `[[site]]` that no other section has. Where its line with brackets is left a comment, they fall to the
/// section above.
const OF_SITES: [&str; 6] = [
    "host",
    "upstream",
    "upstream_ca_file",
    "allow",
    "signed_out",
    "cors",
];

fn misplaced(prefix: &str, key: &str) -> Option<Wrong> {
    if prefix.starts_with("site") || !OF_SITES.contains(&key) {
        return None;
    }
    let remedy = "uncomment or write the line `[[site]]` above it";
    Some(Wrong::new(
        format!("is not a known key here: `{key}` belongs to [[site]]"),
        remedy,
    ))
}

fn unknown(key: &str, known: &[&str]) -> Wrong {
    let nearest = known.iter().min_by_key(|name| distance(key, name));
    let near_enough = |name: &&&str| distance(key, name) <= 1 + name.len() / 4;
    let remedy = match nearest.filter(near_enough) {
        Some(name) => format!("did you mean `{name}`? Otherwise remove it"),
        None => format!("remove it; known here: {}", known.join(", ")),
    };
    Wrong::new("is not a known key", remedy)
}

/// How many letters have to be changed, added or removed (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
