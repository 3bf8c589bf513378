//! A signed-in browser: its cookie, and the record behind it.
//!
//! The cookie holds the session id and nothing else; the store holds the id's digest. A session is
//! opened by the login that completes its attempt and by nothing else. This room never judges where
//! a session may pass (`access`).

pub(crate) mod cookie;
pub(crate) mod id;
mod load;
mod lookup;
mod recheck;
mod signed_in;
pub(crate) mod site;
mod watch;

use std::collections::BTreeSet;
use std::sync::Arc;

use http::HeaderMap;
use menshen_store::{Digest, Store, StoreError, SubjectId};
use moka::future::Cache;

use crate::Parts;
use crate::config::SessionConfig;
use crate::connector::Connectors;
use crate::jobs::Jobs;
use crate::vault::Vault;
use cookie::Cookies;
use id::SessionId;
pub(crate) use load::Loaded;
use lookup::Memory;
pub(crate) use lookup::{LookupError, Remembered};
use recheck::{Turn, Verdict};
pub(crate) use signed_in::{SignedIn, with_those_above};
use site::SiteMemory;
use watch::Watches;

/// How many verdicts are shared at a time, at most.
const MOST_VERDICTS: u64 = 10_000;
/// How many of the sessions that one request names are looked at, where all are meant.
const MOST_NAMED: usize = 8;

/// What sessions need. Cheap to clone; all clones share what is being asked.
#[derive(Clone, Debug)]
pub(crate) struct SessionRoom {
    pub(crate) cookies: Cookies,
    config: SessionConfig,
    store: Arc<dyn Store>,
    connectors: Connectors,
    jobs: Jobs,
    verdicts: Cache<Turn, Verdict>,
    vault: Vault,
    memory: Memory,
    site_memory: SiteMemory,
    watches: Watches,
}

impl SessionRoom {
    /// Takes what it needs out of the parts.
    pub(crate) fn new(parts: &Parts, connectors: &Connectors) -> Self {
        Self {
            cookies: Cookies::new(parts.config.public_url.is_secure()),
            config: parts.config.session,
            store: Arc::clone(&parts.store),
            connectors: connectors.clone(),
            jobs: parts.jobs.clone(),
            verdicts: Cache::builder()
                .max_capacity(MOST_VERDICTS)
                .time_to_live(std::time::Duration::from_mins(1))
                .build(),
            vault: parts.vault.clone(),
            memory: Memory::new(),
            site_memory: SiteMemory::new(),
            watches: Watches::default(),
        }
    }

    /// Every session that a request names, each once, in an order that does not depend on the request.
    /// More than one means that a cookie was planted; to sign out is to end them all.
    pub(crate) fn named(&self, headers: &HeaderMap) -> Vec<Digest> {
        let name = self.cookies.session_name();
        let ids = cookie::find_all(headers, name).filter_map(SessionId::parse);
        let digests: BTreeSet<Digest> = ids.map(|id| id.digest()).collect();
        digests.into_iter().take(MOST_NAMED).collect()
    }

    /// Ends one session; answers whether there was one.
    pub(crate) async fn end(&self, digest: &Digest) -> Result<bool, StoreError> {
        let was_there = self.store.end_session(digest).await?;
        self.forget(digest);
        Ok(was_there)
    }

    /// Comes to an end when this process ends the session, or learns that it has ended.
    pub(crate) async fn ended(&self, digest: Digest, subject_id: SubjectId) {
        self.watches.ended(digest, subject_id).await;
    }
}
