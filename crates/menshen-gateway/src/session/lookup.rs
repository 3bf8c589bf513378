//! Who is signed in, for every request that is judged: the cookie goes in, a [`SignedIn`] comes out,
//! or nobody.
//!
//! The hot way: what the store said is kept in memory, bounded in number, each for at most five
//! seconds and never past the moment when WeCom has to be asked again. A session that ends on this
//! node leaves at once; one that ends elsewhere within those five seconds (S-154, S-170). "Nobody" is
//! never kept, so nothing keeps a new session out. A store that fails is an error, never "nobody".
//! One request at a time asks about one session, whatever the number that wait. Never: judges.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::HeaderMap;
use menshen_store::{Digest, StoreError, SubjectId};
use quick_cache::sync::Cache;
use wecom_sdk::Timestamp;

use super::load::Loaded;
use super::recheck::Verdict;
use super::signed_in::{SignedIn, Sources};
use super::{SessionRoom, cookie, id};
use crate::connector::UnreadableFields;
use crate::door::{Failure, codes};
use crate::vault::sha256;

/// How long the store's word is good.
const GOOD_FOR: Duration = Duration::from_secs(5);
/// The most sessions that are kept in memory. Each takes less than 1 KiB.
const MOST: usize = 100_000;
/// How often a load is repeated because sessions ended while it ran.
const MOST_TRIES: usize = 3;

/// Why it is not known who is signed in.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum LookupError {
    /// The store failed.
    #[error("the store failed: {0}")]
    Store(Arc<StoreError>),
    /// What we keep of the person cannot be read.
    #[error("{0}")]
    Unreadable(Arc<UnreadableFields>),
}

impl From<StoreError> for LookupError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl From<UnreadableFields> for LookupError {
    fn from(error: UnreadableFields) -> Self {
        Self::Unreadable(Arc::new(error))
    }
}

/// Security: neither reads as "nobody is signed in" (invariant 3).
impl From<LookupError> for Failure {
    fn from(error: LookupError) -> Self {
        match error {
            LookupError::Store(error) => Self::new(codes::STORE_UNAVAILABLE)
                .with_detail(error.to_string())
                .with_retry_after(5),
            LookupError::Unreadable(error) => {
                Self::new(codes::INTERNAL).with_detail(error.to_string())
            }
        }
    }
}

/// What is known of a request's person without asking anybody.
pub(crate) enum Remembered {
    /// Who is signed in.
    Somebody(Arc<SignedIn>),
    /// Nobody is: the request presents no session.
    Nobody,
    /// Nothing: the store has to be asked, or the log told.
    Nothing,
}

impl Remembered {
    pub(super) fn of(who: Option<Arc<SignedIn>>) -> Self {
        who.map_or(Self::Nothing, Self::Somebody)
    }
}

/// What a request presents under the name of the session cookie.
pub(super) enum Presented {
    Nothing,
    One(Digest),
    /// Several: somebody planted one.
    Many,
}

/// What is kept of a session, and for how long.
#[derive(Clone, Debug)]
struct Kept {
    who: Arc<SignedIn>,
    since: Timestamp,
    until: Timestamp,
}

/// The sessions kept in memory. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    kept: Arc<Cache<Digest, Kept>>,
    /// Counts the ends of sessions, so that a load that ran meanwhile is not believed.
    ends: Arc<AtomicU64>,
}

impl Memory {
    pub(super) fn new() -> Self {
        Self {
            kept: Arc::new(Cache::new(MOST)),
            ends: Arc::default(),
        }
    }

    fn ends(&self) -> u64 {
        self.ends.load(Ordering::SeqCst)
    }
}

/// Nobody, or it is not known.
enum Miss {
    Nobody,
    Failed(LookupError),
}

impl<E: Into<LookupError>> From<E> for Miss {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl SessionRoom {
    /// Who is signed in, by the session cookie of the gateway's own host.
    pub(crate) async fn lookup(
        &self,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Option<Arc<SignedIn>>, LookupError> {
        let Some(digest) = self.presented_digest(headers) else {
            return Ok(None);
        };
        self.lookup_digest(&digest, now).await
    }

    /// Whose session has this digest.
    pub(crate) async fn lookup_digest(
        &self,
        digest: &Digest,
        now: Timestamp,
    ) -> Result<Option<Arc<SignedIn>>, LookupError> {
        if let Some(who) = self.remembered_digest(digest, now) {
            return Ok(Some(who));
        }
        let kept = self.memory.kept.get(digest);
        // Boxed: it is large and rare, and would be moved about with every request otherwise.
        let who = match Box::pin(self.look_again(digest, kept, now)).await {
            Ok(who) => who,
            Err(Miss::Nobody) => return Ok(None),
            Err(Miss::Failed(error)) => return Err(error),
        };
        self.note(&who, now);
        Ok(Some(who))
    }

    /// The same as `lookup` where no store has to be asked for it; else nothing is known.
    pub(crate) fn remembered(&self, headers: &HeaderMap, now: Timestamp) -> Remembered {
        match self.read_cookie(headers) {
            Presented::One(digest) => Remembered::of(self.remembered_digest(&digest, now)),
            Presented::Nothing => Remembered::Nobody,
            Presented::Many => Remembered::Nothing,
        }
    }

    /// Whose session has this digest, if it is in memory and good.
    pub(super) fn remembered_digest(
        &self,
        digest: &Digest,
        now: Timestamp,
    ) -> Option<Arc<SignedIn>> {
        let kept = self.memory.kept.get(digest)?;
        // A clock that stepped back makes what is kept as good as unknown.
        if now < kept.since || now >= kept.until {
            return None;
        }
        self.note(&kept.who, now);
        Some(kept.who)
    }

    /// Forgets a session that ended. To be called after the store has been told.
    pub(crate) fn forget(&self, digest: &Digest) {
        self.memory.ends.fetch_add(1, Ordering::SeqCst);
        self.memory.kept.remove(digest);
        self.watches.tell(digest);
    }

    /// Forgets all sessions of a subject. To be called after the store has been told.
    pub(crate) fn forget_subject(&self, subject_id: &SubjectId) {
        self.memory.ends.fetch_add(1, Ordering::SeqCst);
        let is_another = |_: &Digest, kept: &Kept| kept.who.subject_id != *subject_id;
        self.memory.kept.retain(is_another);
        self.watches.tell_of(subject_id);
    }

    /// The digest of the one session id that a request presents under the cookie's name.
    pub(super) fn presented_digest(&self, headers: &HeaderMap) -> Option<Digest> {
        match self.read_cookie(headers) {
            Presented::One(digest) => Some(digest),
            Presented::Nothing => None,
            Presented::Many => {
                tracing::warn!("a request presents several session cookies; none of them counts");
                None
            }
        }
    }

    /// The same without a word in the log.
    pub(super) fn read_cookie(&self, headers: &HeaderMap) -> Presented {
        match cookie::find(headers, self.cookies.session_name()) {
            cookie::Found::Many => Presented::Many,
            cookie::Found::One(text) if id::is_token(text) => {
                Presented::One(sha256(text.as_bytes()))
            }
            cookie::Found::One(_) | cookie::Found::None => Presented::Nothing,
        }
    }

    /// Asks the store, and WeCom where it is time to; those who come meanwhile wait for the answer.
    async fn look_again(
        &self,
        digest: &Digest,
        old: Option<Kept>,
        now: Timestamp,
    ) -> Result<Arc<SignedIn>, Miss> {
        if let Some(old) = &old {
            // Only what this request found too old goes; somebody may have been faster.
            let is_old = |kept: &Kept| kept.since == old.since;
            self.memory.kept.remove_if(digest, is_old);
        }
        let old = old.map(|kept| kept.who);
        let ends = self.memory.ends();
        let load = self.load_kept(digest, old, now);
        let kept = self.memory.kept.get_or_insert_async(digest, load).await?;
        // Something ended between the store's word and its keeping: it may have been this one.
        if self.memory.ends() != ends {
            self.memory.kept.remove(digest);
        }
        Ok(kept.who)
    }

    async fn load_kept(
        &self,
        digest: &Digest,
        old: Option<Arc<SignedIn>>,
        now: Timestamp,
    ) -> Result<Kept, Miss> {
        let mut loaded = None;
        for _ in 0..MOST_TRIES {
            let ends = self.memory.ends();
            loaded = Some(self.load_once(digest, old.as_ref(), now).await?);
            if self.memory.ends() == ends {
                break;
            }
        }
        loaded.ok_or(Miss::Nobody)
    }

    async fn load_once(
        &self,
        digest: &Digest,
        old: Option<&Arc<SignedIn>>,
        now: Timestamp,
    ) -> Result<Kept, Miss> {
        let idle = self.config.idle;
        let found = self.store.find_session(digest, idle, now).await?;
        let session = found.filter(|session| self.is_vouched_for(session));
        let session = session.ok_or(Miss::Nobody)?;
        let is_due = self.is_due(&session, now);
        if let Some(old) = old.filter(|old| !is_due && old.is_of(&session)) {
            return Ok(self.kept(Arc::clone(old), is_due, now));
        }
        let mut loaded = self.with_identity(session).await?.ok_or(Miss::Nobody)?;
        if is_due {
            match self.recheck(&loaded, now).await? {
                Verdict::Ended => return Err(Miss::Nobody),
                // Asking took time: the session may have been ended meanwhile.
                Verdict::Confirmed | Verdict::Kept => {
                    let found = self.find(digest, now).await?;
                    loaded = found.ok_or(Miss::Nobody)?;
                }
            }
        }
        let who = self.describe(&loaded).await?;
        let is_due = self.is_due(&loaded.session, now);
        Ok(self.kept(Arc::new(who), is_due, now))
    }

    /// Kept for five seconds, but not past the moment when WeCom has to be asked. If WeCom was asked
    /// just now and said nothing, five seconds pass before anybody asks again.
    fn kept(&self, who: Arc<SignedIn>, is_due: bool, now: Timestamp) -> Kept {
        let mut until = now.plus(GOOD_FOR).min(who.expires_at);
        if !is_due {
            until = until.min(who.checked_at.plus(self.config.recheck));
        }
        Kept {
            who,
            since: now,
            until,
        }
    }

    async fn describe(&self, loaded: &Loaded) -> Result<SignedIn, Miss> {
        let Loaded { session, identity } = loaded;
        let connector = self.connectors.get(&session.connector_id);
        let connector = connector.ok_or(Miss::Nobody)?;
        let subject = self.store.find_subject(&session.subject_id).await?;
        let kind = subject.ok_or(Miss::Nobody)?.kind;
        Ok(SignedIn::new(&Sources {
            session,
            identity,
            kind,
            connector: connector.config(),
            vault: &self.vault,
        })?)
    }

    /// Writes now and then that the session is in use, behind the request's back: a store that fails
    /// here costs nobody anything.
    fn note(&self, who: &SignedIn, now: Timestamp) {
        if !who.take_note(self.touch_after(), now) {
            return;
        }
        let (store, digest) = (Arc::clone(&self.store), who.digest);
        self.jobs.spawn(async move {
            if let Err(error) = store.touch_session(&digest, now).await {
                tracing::warn!(%error, session.id = digest.prefix(), "a use of a session was not noted");
            }
        });
    }
}
