//! How many calls of one kind a corp has under way: two-step verification allows 20 (dossier 13.1).
//!
//! In: a call at its beginning. Out: a place, given back when the call ends, also when its caller goes
//! away; and whether there were too many. A call that a script holds is under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wecom_sdk::CorpId;

type Key = (CorpId, &'static str);

/// The calls under way. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Crowd(Arc<Mutex<HashMap<Key, u32>>>);

/// A call's place among them.
pub(super) struct Place {
    crowd: Crowd,
    key: Key,
    /// How many there are, this one included.
    pub(super) count: u32,
}

impl Crowd {
    pub(super) fn enter(&self, corp_id: CorpId, call: &'static str) -> Place {
        let key = (corp_id, call);
        let mut counts = self.lock();
        let count = counts.entry(key.clone()).or_default();
        *count += 1;
        let count = *count;
        drop(counts);
        Place {
            crowd: self.clone(),
            key,
            count,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.crowd.lock();
        if let Some(count) = counts.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.key);
            }
        }
    }
}
