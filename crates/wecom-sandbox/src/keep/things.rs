//! Everything a state file says, as it is in the end.
//!
//! In: the rows of its lines, oldest first. Out: the things of each kind, in the order they first came. A
//! thing that came again keeps its place; one that went and came again is new.

use std::collections::{BTreeMap, HashMap};

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// What was wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unreadable(pub(crate) String);

type Row<'a> = (&'a str, &'a str);

/// The things of a file. Each kind is taken once.
#[derive(Debug, Default)]
pub(crate) struct Things<'a> {
    /// Kind and key, both as JSON, with key and value.
    places: HashMap<Row<'a>, u64>,
    by_place: BTreeMap<u64, (&'a str, &'a RawValue, &'a RawValue)>,
    next: u64,
}

impl<'a> Things<'a> {
    /// Reads the rows of one line.
    pub(crate) fn add(&mut self, rows: &'a str) -> Result<(), Unreadable> {
        let rows: Vec<Vec<&'a RawValue>> =
            serde_json::from_str(rows).map_err(|error| unreadable(&error))?;
        for row in rows {
            match row.as_slice() {
                [kind, key] => {
                    if let Some(place) = self.places.remove(&(kind.get(), key.get())) {
                        self.by_place.remove(&place);
                    }
                }
                [kind, key, value] => {
                    let place = self.places.entry((kind.get(), key.get()));
                    let place = *place.or_insert_with(|| {
                        self.next += 1;
                        self.next
                    });
                    self.by_place.insert(place, (kind.get(), key, value));
                }
                _ => return Err(Unreadable("a row of another length".to_owned())),
            }
        }
        Ok(())
    }

    /// The things of one kind, with their keys.
    pub(crate) fn take<K, V>(&mut self, kind: &str) -> Result<Vec<(K, V)>, Unreadable>
    where
        K: DeserializeOwned,
        V: DeserializeOwned,
    {
        let name = format!("\"{kind}\"");
        let taken = self.by_place.extract_if(.., |_, (its, _, _)| *its == name);
        let read = taken.map(|(_, (_, key, value))| {
            let key = serde_json::from_str(key.get());
            let value = serde_json::from_str(value.get());
            key.and_then(|key| Ok((key, value?)))
        });
        let read: Result<_, serde_json::Error> = read.collect();
        read.map_err(|error| Unreadable(format!("a {kind} that cannot be read: {error}")))
    }

    /// The thing of a kind of which there is one.
    pub(crate) fn one<V: DeserializeOwned>(&mut self, kind: &str) -> Result<V, Unreadable> {
        let found = self.take::<(), V>(kind)?.pop();
        let value = found.map(|((), value)| value);
        value.ok_or_else(|| Unreadable(format!("no {kind}")))
    }

    /// Ends the reading: a kind that nobody took is one that this program does not know.
    pub(crate) fn finish(self) -> Result<(), Unreadable> {
        match self.by_place.into_values().next() {
            Some((kind, _, _)) => Err(Unreadable(format!("things of the unknown kind {kind}"))),
            None => Ok(()),
        }
    }
}

fn unreadable(error: &serde_json::Error) -> Unreadable {
    Unreadable(format!("a line that cannot be read: {error}"))
}
