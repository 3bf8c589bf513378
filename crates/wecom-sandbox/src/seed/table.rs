//! A TOML table read key by key, with every mistake noted and none fatal.
//!
//! In: a table with positions. Out: values that were there and well-formed. `finish` reports the
//! keys that nobody asked for. It never fails: what is missing or wrong is in the report.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::Report;

/// A value with its place in the file.
#[derive(Clone, Debug)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) key: String,
    pub(super) span: Range<usize>,
}

pub(super) struct Table<'a> {
    entries: &'a DeTable<'a>,
    path: String,
    span: Range<usize>,
    asked: RefCell<Vec<&'static str>>,
    report: &'a Report<'a>,
}

impl<'a> Table<'a> {
    pub(super) fn new(
        entries: &'a DeTable<'a>,
        path: String,
        span: Range<usize>,
        report: &'a Report<'a>,
    ) -> Self {
        Self {
            entries,
            path,
            span,
            asked: RefCell::default(),
            report,
        }
    }

    pub(super) fn report(&self) -> &'a Report<'a> {
        self.report
    }

    /// Notes a mistake at a key of this table, or at the table itself where the key is absent.
    pub(super) fn wrong(&self, key: &'static str, problem: impl Into<String>, remedy: &str) {
        let span = self.find(key).map_or(self.span.clone(), Spanned::span);
        self.report.add(&span, self.name(key), problem, remedy);
    }

    pub(super) fn text(&self, key: &'static str) -> Option<Placed<String>> {
        let (value, place) = self.value(key)?;
        let text = value.as_str().map(str::to_owned);
        self.typed(text, place, "a text")
    }

    /// A text that must be there and not empty.
    pub(super) fn needed_text(&self, key: &'static str) -> Option<Placed<String>> {
        let text = self.text(key);
        let is_absent = text
            .as_ref()
            .map_or(self.find(key).is_none(), |text| text.value.is_empty());
        if is_absent {
            self.wrong(key, "missing", "give it a text");
            return None;
        }
        text
    }

    /// A text that `parse` turns into something checked.
    pub(super) fn parsed<T, E: std::fmt::Display>(
        &self,
        text: Option<Placed<String>>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Placed<T>> {
        let text = text?;
        match parse(&text.value) {
            Ok(value) => Some(Placed {
                value,
                key: text.key,
                span: text.span,
            }),
            Err(error) => {
                let problem = format!("`{}`: {error}", text.value);
                self.report
                    .add(&text.span, text.key, problem, "correct the value");
                None
            }
        }
    }

    pub(super) fn number(&self, key: &'static str) -> Option<Placed<u32>> {
        let (value, place) = self.value(key)?;
        self.typed(whole(value), place, "a whole number from 0 to 4294967295")
    }

    pub(super) fn needed_number(&self, key: &'static str) -> Option<Placed<u32>> {
        if self.find(key).is_none() {
            self.wrong(key, "missing", "give it a whole number");
        }
        self.number(key)
    }

    /// Notes a list that is not there; an empty one is.
    pub(super) fn needed_list(&self, key: &'static str) {
        if self.find(key).is_none() {
            self.wrong(key, "missing", "give it a list; [] is fine");
        }
    }

    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        let (value, place) = self.value(key)?;
        let flag = self.typed(value.as_bool(), place, "true or false");
        flag.map(|flag| flag.value)
    }

    pub(super) fn texts(&self, key: &'static str) -> Vec<Placed<String>> {
        self.list(key, "a text", |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn numbers(&self, key: &'static str) -> Vec<Placed<u32>> {
        self.list(key, "a whole number from 0 to 4294967295", whole)
    }

    pub(super) fn table(&self, key: &'static str) -> Option<Table<'a>> {
        let (value, place) = self.value(key)?;
        let span = place.span.clone();
        let path = place.key.clone();
        let table = self.typed(value.as_table(), place, "a table")?;
        Some(Table::new(table.value, path, span, self.report))
    }

    pub(super) fn tables(&self, key: &'static str) -> Vec<Table<'a>> {
        let tables = self.list(key, "a table", DeValue::as_table);
        let tables = tables.into_iter();
        let open = |table: Placed<&'a DeTable<'a>>| {
            Table::new(table.value, table.key, table.span, self.report)
        };
        tables.map(open).collect()
    }

    /// Every key and value, all of them texts: for tables whose keys are data.
    pub(super) fn pairs(&self) -> Vec<(String, Option<Placed<String>>)> {
        let pairs = self.entries.iter().map(|(key, value)| {
            let key = key.get_ref().to_string();
            let place = self.place(&key, value.span());
            let text = value.get_ref().as_str().map(str::to_owned);
            (key, self.typed(text, place, "a text"))
        });
        pairs.collect()
    }

    /// Reports the keys that nobody asked for.
    pub(super) fn finish(self) {
        let asked = self.asked.borrow();
        for key in self.entries.keys() {
            let name = key.get_ref();
            if !asked.iter().any(|asked| asked == name) {
                let remedy = format!("remove it; known here: {}", asked.join(", "));
                self.report
                    .add(&key.span(), self.name(name), "unknown key", remedy);
            }
        }
    }

    fn list<T>(
        &self,
        key: &'static str,
        kind: &'static str,
        read: impl Fn(&'a DeValue<'a>) -> Option<T>,
    ) -> Vec<Placed<T>> {
        let Some((value, place)) = self.value(key) else {
            return Vec::new();
        };
        let name = place.key.clone();
        let array = self.typed(value.as_array(), place, "a list");
        let items = array.into_iter().flat_map(|array| array.value.iter());
        let read_item = |(at, item): (usize, &'a Spanned<DeValue<'a>>)| {
            let place = Placed {
                value: (),
                key: format!("{name}[{at}]"),
                span: item.span(),
            };
            self.typed(read(item.get_ref()), place, kind)
        };
        items.enumerate().filter_map(read_item).collect()
    }

    fn typed<T>(&self, value: Option<T>, place: Placed<()>, kind: &str) -> Option<Placed<T>> {
        let Some(value) = value else {
            let remedy = format!("give it {kind}");
            self.report
                .add(&place.span, place.key, "wrong type", remedy);
            return None;
        };
        Some(Placed {
            value,
            key: place.key,
            span: place.span,
        })
    }

    fn value(&self, key: &'static str) -> Option<(&'a DeValue<'a>, Placed<()>)> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
        drop(asked);
        let found = self.find(key)?;
        Some((found.get_ref(), self.place(key, found.span())))
    }

    fn find(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.entries.get(key)
    }

    fn place(&self, key: &str, span: Range<usize>) -> Placed<()> {
        Placed {
            value: (),
            key: self.name(key),
            span,
        }
    }

    fn name(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }
}

fn whole(value: &DeValue<'_>) -> Option<u32> {
    let number = value.as_integer()?;
    u32::from_str_radix(number.as_str(), number.radix()).ok()
}
