//! A map whose entries all live equally long and are forgotten in the order they came.
//!
//! In: entries with the moment they may be forgotten. Out: lookups in constant time. Forgetting
//! costs nothing extra: it happens a few entries at a time while new ones are put. It never judges
//! whether an entry is still valid; its owner does, with `now`.

use std::collections::{HashMap, VecDeque};

use serde::Serialize;
use serde::de::DeserializeOwned;
use wecom_sdk::Timestamp;

use super::touched::Touched;
use crate::keep::{Batch, Things, Unreadable};

/// The most entries a shelf keeps, so that no client can fill the memory.
const MOST: usize = 500_000;

#[derive(Debug)]
pub(crate) struct Shelf<V> {
    entries: HashMap<String, Standing<V>>,
    order: VecDeque<(Timestamp, String)>,
    touched: Touched<String>,
}

#[derive(Debug)]
struct Standing<V> {
    until: Timestamp,
    value: V,
}

impl<V> Default for Shelf<V> {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
            order: VecDeque::new(),
            touched: Touched::default(),
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
                self.touched.note(&key);
                self.entries.remove(&key);
            }
        }
        self.touched.note(&key);
        self.stand(until, key, value);
    }

    fn stand(&mut self, until: Timestamp, key: String, value: V) {
        self.order.push_back((until, key.clone()));
        self.entries.insert(key, Standing { until, value });
    }

    /// Forgets what is meant at once.
    pub(crate) fn forget(&mut self, is_meant: impl Fn(&V) -> bool) {
        let forgotten = self
            .entries
            .extract_if(|_, standing| is_meant(&standing.value));
        for (key, _) in forgotten {
            self.touched.note(&key);
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&V> {
        self.entries.get(key).map(|standing| &standing.value)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        let standing = self.entries.get_mut(key)?;
        self.touched.note_with(|| key.to_owned());
        Some(&mut standing.value)
    }

    /// Changes the values that a question picks, and says how many there were.
    pub(crate) fn change_each(
        &mut self,
        picks: impl Fn(&V) -> bool,
        change: impl Fn(&mut V),
    ) -> usize {
        let entries = self.entries.iter_mut();
        let picked = entries.filter(|(_, standing)| picks(&standing.value));
        let mut count = 0;
        for (key, standing) in picked {
            self.touched.note(key);
            change(&mut standing.value);
            count += 1;
        }
        count
    }

    /// Keys and values, the newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = (&str, &V)> {
        let keys = self.order.iter().rev();
        keys.filter_map(|(_, key)| Some((key.as_str(), self.get(key)?)))
    }

    /// Writes everything, or what was touched since the last time; the oldest first.
    pub(crate) fn write(&mut self, kind: &str, batch: &mut Batch)
    where
        V: Serialize,
    {
        let touched = if batch.is_whole() {
            self.touched.begin();
            self.order.iter().map(|(_, key)| key.clone()).collect()
        } else {
            self.touched.take()
        };
        for key in touched {
            match self.entries.get(&key) {
                Some(Standing { until, value }) => batch.put(kind, &key, &(until, value)),
                None => batch.gone(kind, &key),
            }
        }
    }

    /// Reads what was written under this kind, the oldest first.
    pub(crate) fn read(kind: &str, things: &mut Things<'_>) -> Result<Self, Unreadable>
    where
        V: DeserializeOwned,
    {
        let mut shelf = Self::default();
        for (key, (until, value)) in things.take(kind)? {
            shelf.stand(until, key, value);
        }
        Ok(shelf)
    }
}
