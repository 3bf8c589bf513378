//! The configuration as it was written, each value with its place: what file and environment are
//! turned into before anything is judged.
//!
//! In: text. Out: a tree, and a note for each place that is not TOML. It never judges a value.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::findings::{Notes, Place, Wrong};

/// A value and where it was written.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) place: Place,
}

/// What can be written.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    /// The text of an environment variable, to be read as whatever the key wants.
    Loose(String),
    Integer(i64),
    Boolean(bool),
    List(Vec<Node>),
    Table(Table),
    /// Something no key of ours wants, by its name.
    Other(&'static str),
}

impl Value {
    /// What it is, for a message.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Loose(_) => "a text",
            Self::Integer(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::List(_) => "a list",
            Self::Table(_) => "a section",
            Self::Other(kind) => kind,
        }
    }
}

/// Keys and values in the order in which they were written.
#[derive(Clone, Debug, Default)]
pub(super) struct Table(pub(super) Vec<(String, Node)>);

impl Table {
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.0
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, node)| node)
    }

    /// The value of a key, made by `new` if there is none.
    pub(super) fn entry(&mut self, key: &str, new: impl FnOnce() -> Node) -> &mut Node {
        let found = self.0.iter().position(|(name, _)| name == key);
        let index = found.unwrap_or_else(|| {
            self.0.push((key.to_owned(), new()));
            self.0.len() - 1
        });
        &mut self.0[index].1
    }
}

/// Reads TOML. What cannot be read is noted; the rest is kept, so that its mistakes are found too.
pub(super) fn parse(text: &str, notes: &Notes) -> Table {
    let source = Source {
        text,
        file: &notes.file,
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let place = match error.span() {
            Some(span) => source.place(&span),
            None => Place::File(Arc::clone(&notes.file)),
        };
        let what = format!("this is not TOML: {}", error.message());
        notes.mistake(
            place,
            "",
            Wrong::new(
                what,
                "correct the line; `key = \"value\"` is the usual form",
            ),
        );
    }
    source.table(table.get_ref())
}

struct Source<'s> {
    text: &'s str,
    file: &'s Arc<Path>,
}

impl Source<'_> {
    fn place(&self, span: &Range<usize>) -> Place {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        Place::Line(Arc::clone(self.file), before.matches('\n').count() + 1)
    }

    fn table(&self, table: &DeTable<'_>) -> Table {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let read = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let name: &std::borrow::Cow<'_, str> = key.get_ref();
            let node = Node {
                value: self.value(value.get_ref()),
                place: self.place(&key.span()),
            };
            (name.to_string(), node)
        };
        Table(entries.into_iter().map(read).collect())
    }

    fn value(&self, value: &DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) => {
                let digits = number.as_str();
                match i64::from_str_radix(digits, number.radix()) {
                    Ok(number) => Value::Integer(number),
                    Err(_) => Value::Other("a number that is too large"),
                }
            }
            DeValue::Boolean(yes) => Value::Boolean(*yes),
            DeValue::Array(items) => {
                let item = |item: &Spanned<DeValue<'_>>| Node {
                    value: self.value(item.get_ref()),
                    place: self.place(&item.span()),
                };
                Value::List(items.iter().map(item).collect())
            }
            DeValue::Table(table) => Value::Table(self.table(table)),
            DeValue::Float(_) => Value::Other("a number with a point"),
            DeValue::Datetime(_) => Value::Other("a date"),
        }
    }
}
