//! Which entries were touched, so that what is kept on disk costs what was changed and not what is there.
//!
//! In: keys, or a hand laid on a value. Out: what was touched since somebody last looked. While nobody
//! looks, nothing is noted and nothing grows.

use std::collections::HashSet;
use std::hash::Hash;
use std::ops::{Deref, DerefMut};

/// The keys that were touched.
#[derive(Clone, Debug)]
pub(crate) struct Touched<K>(Option<Vec<K>>);

impl<K> Default for Touched<K> {
    fn default() -> Self {
        Self(None)
    }
}

/// Who looks says nothing about what is there.
impl<K> PartialEq for Touched<K> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<K> Eq for Touched<K> {}

impl<K: Clone + Eq + Hash> Touched<K> {
    /// Begins to note, with nothing touched yet.
    pub(crate) fn begin(&mut self) {
        self.0 = Some(Vec::new());
    }

    /// Whether somebody looks.
    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn note(&mut self, key: &K) {
        self.note_with(|| key.clone());
    }

    pub(crate) fn note_with(&mut self, key: impl FnOnce() -> K) {
        if let Some(keys) = &mut self.0 {
            keys.push(key());
        }
    }

    /// Each key once, in the order they were touched first; from now on nothing is touched.
    pub(crate) fn take(&mut self) -> Vec<K> {
        let mut keys = self.0.as_mut().map(std::mem::take).unwrap_or_default();
        let mut seen = HashSet::new();
        keys.retain(|key| seen.insert(key.clone()));
        keys
    }
}

/// A value that knows whether somebody has had it in hand to change it. It reads and changes like the value.
#[derive(Clone, Debug, Default)]
pub struct Watched<T> {
    value: T,
    is_touched: bool,
}

/// Whether somebody has had it in hand says nothing about what it is.
impl<T: PartialEq> PartialEq for Watched<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Watched<T> {}

impl<T> Watched<T> {
    /// The value, for changes that somebody else notes.
    pub(crate) fn quietly(&mut self) -> &mut T {
        &mut self.value
    }

    /// Whether it was in somebody's hand since the last look.
    pub(crate) fn take_touched(&mut self) -> bool {
        std::mem::take(&mut self.is_touched)
    }
}

impl<T> From<T> for Watched<T> {
    fn from(value: T) -> Self {
        Self {
            value,
            is_touched: false,
        }
    }
}

impl<T> Deref for Watched<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Watched<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.is_touched = true;
        &mut self.value
    }
}
