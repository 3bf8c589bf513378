//! A map whose entries all live equally long and are forgotten in the order they came.
//!
//! In: entries with the moment they may be forgotten. Out: lookups in constant time. Forgetting
//! costs nothing extra: it happens a few entries at a time while new ones are put. It never judges
//! whether an entry is still valid; its owner does, with `now`.

use std::collections::{HashMap, VecDeque};

use wecom_sdk::Timestamp;

/// The most entries a shelf keeps, so that no client can fill the memory.
const MOST: usize = 500_000;

#[derive(Debug)]
pub(crate) struct Shelf<V> {
    entries: HashMap<String, V>,
    order: VecDeque<(Timestamp, String)>,
}

impl<V> Default for Shelf<V> {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
            order: VecDeque::new(),
        }
    }
}

impl<V> Shelf<V> {
    pub(crate) fn put(&mut self, now: Timestamp, until: Timestamp, key: String, value: V) {
        while let Some((end, _)) = self.order.front() {
            if *end > now && self.order.len() < MOST {
                break;
            }
            if let Some((_, key)) = self.order.pop_front() {
                self.entries.remove(&key);
            }
        }
        self.order.push_back((until, key.clone()));
        self.entries.insert(key, value);
    }

    /// Forgets what is meant at once.
    pub(crate) fn forget(&mut self, is_meant: impl Fn(&V) -> bool) {
        self.entries.retain(|_, value| !is_meant(value));
    }

    pub(crate) fn get(&self, key: &str) -> Option<&V> {
        self.entries.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.entries.get_mut(key)
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.values_mut()
    }

    /// Keys and values, the newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = (&str, &V)> {
        let keys = self.order.iter().rev();
        keys.filter_map(|(_, key)| Some((key.as_str(), self.entries.get(key)?)))
    }
}
