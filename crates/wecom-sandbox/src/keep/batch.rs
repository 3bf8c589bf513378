//! What is to be written together: things of a kind, by key, as they are now.
//!
//! In: changes, from the world and its neighbours. Out: one piece of JSON, a list of rows `[kind, key,
//! value]`; a row without a value says that the thing is gone. All rows of a batch count, or none.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde::Serialize;

/// Changes that belong together.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    rows: Vec<u8>,
    is_whole: bool,
    trouble: Option<serde_json::Error>,
}

/// What the last batches said of things that nobody watches: a fingerprint of each row.
#[derive(Debug, Default)]
pub(crate) struct Known(HashMap<String, u64>);

impl Batch {
    /// What follows is everything there is: it takes the place of all that was written before.
    pub(crate) fn begin_whole(&mut self) {
        self.rows.clear();
        self.is_whole = true;
    }

    /// Whether it is everything there is.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty() && !self.is_whole && self.trouble.is_none()
    }

    /// A thing as it is now.
    pub(crate) fn put<K, V>(&mut self, kind: &str, key: &K, value: &V)
    where
        K: Serialize + ?Sized,
        V: Serialize + ?Sized,
    {
        self.row(&(kind, key, value));
    }

    /// A thing that is no more.
    pub(crate) fn gone<K: Serialize + ?Sized>(&mut self, kind: &str, key: &K) {
        self.row(&(kind, key));
    }

    /// The rows as a JSON list.
    pub(crate) fn finish(self) -> Result<Vec<u8>, serde_json::Error> {
        match self.trouble {
            Some(trouble) => Err(trouble),
            None => Ok([b"[", self.rows.as_slice(), b"]"].concat()),
        }
    }

    /// Adds a row and says where it stands.
    fn row(&mut self, row: &impl Serialize) -> usize {
        if !self.rows.is_empty() {
            self.rows.push(b',');
        }
        let start = self.rows.len();
        if let Err(trouble) = serde_json::to_writer(&mut self.rows, row) {
            self.trouble.get_or_insert(trouble);
        }
        start
    }

    /// Takes back the row at this place, the last one.
    fn take_back(&mut self, start: usize) {
        self.rows.truncate(start.saturating_sub(1));
    }
}

impl Known {
    /// One round over all these things: the next state of knowledge, begun empty.
    pub(crate) fn round(&mut self) -> Round<'_> {
        Round {
            before: self,
            now: Self::default(),
        }
    }
}

/// A look at every thing that nobody watches.
pub(crate) struct Round<'a> {
    before: &'a mut Known,
    now: Known,
}

impl Round<'_> {
    /// A thing, written where it differs from what was written last.
    pub(crate) fn see<K, V>(&mut self, batch: &mut Batch, kind: &str, key: &K, value: &V)
    where
        K: Serialize + ?Sized,
        V: Serialize + ?Sized,
    {
        let start = batch.row(&(kind, key, value));
        let mut hasher = DefaultHasher::new();
        batch
            .rows
            .get(start..)
            .unwrap_or_default()
            .hash(&mut hasher);
        let fingerprint = hasher.finish();
        // A key that cannot be written has been noted with its row.
        let name = serde_json::to_string(&(kind, key)).unwrap_or_default();
        let is_known = !batch.is_whole && self.before.0.get(&name) == Some(&fingerprint);
        if is_known {
            batch.take_back(start);
        }
        self.now.0.insert(name, fingerprint);
    }

    /// Ends the round: what was not seen is gone.
    pub(crate) fn end(self, batch: &mut Batch) {
        if !batch.is_whole {
            let mut gone: Vec<_> = self.before.0.keys().collect();
            gone.retain(|name| !self.now.0.contains_key(*name));
            gone.sort_unstable();
            for name in gone {
                if !batch.rows.is_empty() {
                    batch.rows.push(b',');
                }
                batch.rows.extend_from_slice(name.as_bytes());
            }
        }
        *self.before = self.now;
    }
}
