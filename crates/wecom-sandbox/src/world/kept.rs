//! A map that knows which of its entries were touched, and can be written down and read again.
//!
//! In: entries. Out: lookups; and for the state file the entries that are new, changed or gone. An entry
//! that somebody takes to change counts as changed.

use std::collections::BTreeMap;
use std::hash::Hash;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::touched::Touched;
use crate::keep::{Batch, Things, Unreadable};

#[derive(Debug)]
pub(crate) struct Kept<K, V> {
    entries: BTreeMap<K, V>,
    touched: Touched<K>,
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self {
            entries: BTreeMap::new(),
            touched: Touched::default(),
        }
    }
}

impl<K: Clone + Hash + Ord, V> Kept<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.touched.note(key);
        self.entries.get_mut(key)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.touched.note(&key);
        self.entries.insert(key, value);
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        self.touched.note(key);
        self.entries.remove(key)
    }

    /// The entry, made if it is missing.
    pub(crate) fn entry(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.touched.note(&key);
        self.entries.entry(key).or_default()
    }

    /// Takes out the entries that a question picks.
    pub(crate) fn take_out(&mut self, mut picks: impl FnMut(&K) -> bool) -> Vec<(K, V)> {
        let taken = self.entries.extract_if(.., |key, _| picks(key));
        let taken: Vec<_> = taken.collect();
        for (key, _) in &taken {
            self.touched.note(key);
        }
        taken
    }

    pub(crate) fn clear(&mut self) {
        self.take_out(|_| true);
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter()
    }

    /// Writes everything, or what was touched since the last time.
    pub(crate) fn write(&mut self, kind: &str, batch: &mut Batch)
    where
        K: Serialize,
        V: Serialize,
    {
        if batch.is_whole() {
            self.touched.begin();
            for (key, value) in &self.entries {
                batch.put(kind, key, value);
            }
        }
        for key in self.touched.take() {
            match self.entries.get(&key) {
                Some(value) => batch.put(kind, &key, value),
                None => batch.gone(kind, &key),
            }
        }
    }

    /// Reads what was written under this kind.
    pub(crate) fn read(kind: &str, things: &mut Things<'_>) -> Result<Self, Unreadable>
    where
        K: DeserializeOwned,
        V: DeserializeOwned,
    {
        let things = things.take(kind)?;
        Ok(Self {
            entries: things.into_iter().collect(),
            touched: Touched::default(),
        })
    }
}
