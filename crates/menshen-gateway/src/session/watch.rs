//! Who wants to hear at once that a session has ended: whatever of it stays open, such as a WebSocket.
//!
//! In: the ends that this process causes or learns of: a sign-out, another login in the same browser, a no
//! of WeCom's. Out: the news, to each who waits for it. An end that another process wrote into the store
//! is not seen here; whoever waits asks now and then besides (S-066).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use menshen_store::{Digest, SubjectId};
use tokio_util::sync::CancellationToken;

/// The sessions that somebody waits for. All clones are one.
#[derive(Clone, Debug, Default)]
pub(super) struct Watches(Arc<Mutex<HashMap<Digest, Watched>>>);

#[derive(Debug)]
struct Watched {
    subject_id: SubjectId,
    ended: CancellationToken,
    watchers: usize,
}

/// One who waits.
#[derive(Debug)]
struct Watch<'w> {
    watches: &'w Watches,
    digest: Digest,
    ended: CancellationToken,
}

impl Watches {
    /// Comes to an end when the session does.
    pub(super) async fn ended(&self, digest: Digest, subject_id: SubjectId) {
        let watch = self.begin(digest, subject_id);
        watch.ended.cancelled().await;
    }

    /// Tells those who wait for this session.
    pub(super) fn tell(&self, digest: &Digest) {
        if let Some(watched) = self.lock().remove(digest) {
            watched.ended.cancel();
        }
    }

    /// Tells those who wait for a session of this subject.
    pub(super) fn tell_of(&self, subject_id: &SubjectId) {
        self.lock().retain(|_, watched| {
            let is_meant = watched.subject_id == *subject_id;
            if is_meant {
                watched.ended.cancel();
            }
            !is_meant
        });
    }

    fn begin(&self, digest: Digest, subject_id: SubjectId) -> Watch<'_> {
        let mut all = self.lock();
        let watched = all.entry(digest).or_insert_with(|| Watched {
            subject_id,
            ended: CancellationToken::new(),
            watchers: 0,
        });
        watched.watchers += 1;
        Watch {
            watches: self,
            digest,
            ended: watched.ended.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Digest, Watched>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        // What was told is forgotten already; an entry of this name would be somebody else's.
        if self.ended.is_cancelled() {
            return;
        }
        let mut watches = self.watches.lock();
        if let Some(watched) = watches.get_mut(&self.digest) {
            watched.watchers -= 1;
            if watched.watchers == 0 {
                watches.remove(&self.digest);
            }
        }
    }
}

#[cfg(test)]
mod tests;
