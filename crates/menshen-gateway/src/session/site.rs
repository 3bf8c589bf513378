//! Sessions at sites on other hosts: issued a ticket here, entered there, looked up with each request.
//!
//! In: a session of the gateway and the browser that a site has sent; later that browser's cookie. Out: a
//! ticket for one site, one browser and one minute; then the same person as at the gateway, for as long as the
//! session there lives. A site's cookie counts at its own host only, and never at the gateway's (S-167).
//! Never: opens a session for anybody who has none at the gateway.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use menshen_store::{Digest, SiteTicket, StoreError, TakenTicket, TicketClaim};
use quick_cache::sync::Cache;
use wecom_sdk::{Entropy, EntropyError, Secret, Timestamp};

use super::SessionRoom;
use super::load::Loaded;
use super::lookup::{LookupError, Presented, Remembered};
use super::signed_in::SignedIn;
use crate::vault::sha256;

/// How long a ticket may be shown: the browser only follows a redirect.
const TICKET_FOR: Duration = Duration::from_mins(1);
/// How long the store's word about a site session is good.
const GOOD_FOR: Duration = Duration::from_secs(5);
/// The most site sessions that are kept in memory.
const MOST: usize = 100_000;

/// Which gateway session a site's cookie stands for, as the store said a moment ago.
#[derive(Clone, Debug)]
struct Known {
    parent: Digest,
    host: Arc<str>,
    since: Timestamp,
}

impl Known {
    fn is_good(&self, now: Timestamp) -> bool {
        self.since <= now && now.since(self.since) < GOOD_FOR
    }
}

/// The site sessions kept in memory. All clones are one.
#[derive(Clone, Debug)]
pub(super) struct SiteMemory(Arc<Cache<Digest, Known>>);

impl SiteMemory {
    pub(super) fn new() -> Self {
        Self(Arc::new(Cache::new(MOST)))
    }
}

/// Whom a ticket carries where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crossing<'a> {
    /// The session of the gateway.
    pub(crate) parent: &'a Digest,
    /// The host of the site.
    pub(crate) host: &'a str,
    /// Path and query there.
    pub(crate) path: &'a str,
    /// The binding that the site gave the browser, as a digest.
    pub(crate) browser: &'a Digest,
}

/// Why there is no ticket.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TicketError {
    /// The store failed, or the session was ended a moment ago.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no chance to draw one from.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl SessionRoom {
    /// Issues a ticket. Only its digest is kept.
    pub(crate) async fn issue_ticket(
        &self,
        entropy: &Entropy,
        crossing: Crossing<'_>,
        now: Timestamp,
    ) -> Result<Secret, TicketError> {
        let text = entropy.url_safe(43)?;
        let ticket = SiteTicket {
            ticket_digest: sha256(text.as_bytes()),
            browser_digest: *crossing.browser,
            parent_digest: *crossing.parent,
            host: crossing.host.to_owned(),
            return_to: crossing.path.to_owned(),
            created_at: now,
            expires_at: now.plus(TICKET_FOR),
        };
        self.store.insert_site_ticket(&ticket).await?;
        Ok(Secret::new(text))
    }

    /// Takes a ticket and opens the site session, in one step.
    pub(crate) async fn enter(
        &self,
        claim: TicketClaim<'_>,
        now: Timestamp,
    ) -> Result<TakenTicket, StoreError> {
        let taken = self.store.take_site_ticket(claim, now).await?;
        if let Some(replaced) = claim.replaces {
            self.site_memory.0.remove(replaced);
        }
        Ok(taken)
    }

    /// Who is signed in at the site on this host, by that host's own cookie.
    pub(crate) async fn lookup_at(
        &self,
        host: &str,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Option<Arc<SignedIn>>, LookupError> {
        let Some(digest) = self.presented_digest(headers) else {
            return Ok(None);
        };
        match self.parent_at(host, &digest, now).await? {
            // Security: the parent decides. What ends it ends every site, whatever is remembered here.
            Some(parent) => self.lookup_digest(&parent, now).await,
            None => Ok(None),
        }
    }

    /// The same as `lookup_at` where no store has to be asked for it; else nothing is known.
    pub(crate) fn remembered_at(
        &self,
        host: &str,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Remembered {
        let digest = match self.read_cookie(headers) {
            Presented::One(digest) => digest,
            Presented::Nothing => return Remembered::Nobody,
            Presented::Many => return Remembered::Nothing,
        };
        // Security: the cookie of one site is nobody's at another (S-167). That is for the log, not for here.
        let is_good = |known: &Known| known.is_good(now) && *known.host == *host;
        let known = self.site_memory.0.get(&digest).filter(is_good);
        Remembered::of(known.and_then(|known| self.remembered_digest(&known.parent, now)))
    }

    /// The whole session behind that cookie, for an answer about the person themselves.
    pub(crate) async fn load_at(
        &self,
        host: &str,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Option<Loaded>, LookupError> {
        let Some(digest) = self.presented_digest(headers) else {
            return Ok(None);
        };
        match self.parent_at(host, &digest, now).await? {
            Some(parent) => Ok(self.load_digest(&parent, now).await?),
            None => Ok(None),
        }
    }

    async fn parent_at(
        &self,
        host: &str,
        digest: &Digest,
        now: Timestamp,
    ) -> Result<Option<Digest>, LookupError> {
        let known = self.site_memory.0.get(digest);
        let known = match known {
            Some(known) if known.is_good(now) => known,
            _ => {
                let Some(found) = self.store.find_site_session(digest).await? else {
                    self.site_memory.0.remove(digest);
                    return Ok(None);
                };
                let known = Known {
                    parent: found.parent_digest,
                    host: found.host.into(),
                    since: now,
                };
                self.site_memory.0.insert(*digest, known.clone());
                known
            }
        };
        // Security: the cookie of one site is nobody's at another (S-167).
        if *known.host != *host {
            tracing::warn!("a site's session cookie was shown at another host; it does not count");
            return Ok(None);
        }
        Ok(Some(known.parent))
    }
}
