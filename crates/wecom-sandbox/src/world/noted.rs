//! A map that notes what becomes of its entries, so that telling of a change costs what was changed and not
//! what is there.
//!
//! In: entries; every change goes through here. Out: lookups, as from any ordered map; for events what an
//! entry was before; for the state file the entries that are new, changed or gone. While nobody watches,
//! nothing is copied.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::ops::Deref;

use serde::Serialize;
use wecom_sdk::CorpId;

use super::touched::Touched;
use crate::keep::Batch;

/// Departments or tags by their number. It reads like the map it holds.
#[derive(Clone, Debug)]
pub struct Noted<K, V> {
    entries: BTreeMap<K, V>,
    /// What was touched since somebody began to watch, each as it was at first.
    before: Option<BTreeMap<K, Option<V>>>,
    to_keep: Touched<K>,
}

impl<K, V> Default for Noted<K, V> {
    fn default() -> Self {
        Self {
            entries: BTreeMap::new(),
            before: None,
            to_keep: Touched::default(),
        }
    }
}

/// Who watches says nothing about what is there.
impl<K: PartialEq, V: PartialEq> PartialEq for Noted<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl<K: Eq, V: Eq> Eq for Noted<K, V> {}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for Noted<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        Self {
            entries: entries.into(),
            ..Self::default()
        }
    }
}

impl<K, V> Deref for Noted<K, V> {
    type Target = BTreeMap<K, V>;
    fn deref(&self) -> &BTreeMap<K, V> {
        &self.entries
    }
}

impl<K: Copy + Hash + Ord, V: Clone> Noted<K, V> {
    /// Puts an entry and gives the one whose place it took.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.touch(key);
        self.entries.insert(key, value)
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.touch(*key);
        self.entries.remove(key)
    }

    /// The entry, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.touch(*key);
        self.entries.get_mut(key)
    }

    /// Changes the entries that a question picks, and touches no other.
    pub fn change_where(&mut self, picks: impl Fn(&V) -> bool, change: impl Fn(&mut V)) {
        let picked = self.entries.iter().filter(|(_, value)| picks(value));
        let picked: Vec<K> = picked.map(|(key, _)| *key).collect();
        for key in picked {
            if let Some(value) = self.get_mut(&key) {
                change(value);
            }
        }
    }

    /// Begins to remember what entries were.
    pub(super) fn watch(&mut self) {
        self.before = Some(BTreeMap::new());
    }

    /// Ends it and gives what was touched as it was, `None` where there was nothing.
    pub(super) fn unwatch(&mut self) -> BTreeMap<K, Option<V>> {
        self.before.take().unwrap_or_default()
    }

    /// Writes everything, or what was touched since the last time.
    pub(super) fn write(&mut self, kind: &str, corp_id: &CorpId, batch: &mut Batch)
    where
        K: Serialize,
        V: Serialize,
    {
        if batch.is_whole() {
            self.to_keep.begin();
            for (key, value) in &self.entries {
                batch.put(kind, &(corp_id, key), value);
            }
        }
        for key in self.to_keep.take() {
            match self.entries.get(&key) {
                Some(value) => batch.put(kind, &(corp_id, key), value),
                None => batch.gone(kind, &(corp_id, key)),
            }
        }
    }

    fn touch(&mut self, key: K) {
        self.to_keep.note(&key);
        if let Some(before) = &mut self.before {
            let entries = &self.entries;
            before
                .entry(key)
                .or_insert_with(|| entries.get(&key).cloned());
        }
    }
}

#[cfg(test)]
mod tests;
