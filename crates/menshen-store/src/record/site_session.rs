//! A site session: the same signed-in browser, at a site on another host than the gateway's.
//!
//! In: the digest of the id in that host's cookie. Out: the site session, and by its parent the session of
//! the gateway. It has no life of its own: it ends with its parent, in the same step, and is idle or expired
//! exactly when its parent is. A site ticket carries it over, once, from the gateway's host to the site's.

use wecom_sdk::Timestamp;

use crate::{Digest, Result};

/// A signed-in browser at one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteSession {
    /// Digest of its id; the key. The id itself is only in the cookie of the site's host.
    pub id_digest: Digest,
    /// The session of the gateway that it belongs to.
    pub parent_digest: Digest,
    /// The one host at which it counts, in normal form.
    pub host: String,
    /// When the browser entered.
    pub created_at: Timestamp,
}

/// A ticket for one site, bound to the browser that the site has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteTicket {
    /// Digest of the ticket; the key.
    pub ticket_digest: Digest,
    /// Digest of the binding: the value of the cookie that the site gave the browser.
    pub browser_digest: Digest,
    /// The session of the gateway that it speaks for.
    pub parent_digest: Digest,
    /// The host of the site, in normal form.
    pub host: String,
    /// Where the browser goes then: path and query on that host.
    pub return_to: String,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it can no longer be shown.
    pub expires_at: Timestamp,
}

/// Who shows which ticket where, and what they get for it.
#[derive(Clone, Copy, Debug)]
pub struct TicketClaim<'a> {
    /// Digest of the ticket.
    pub ticket_digest: &'a Digest,
    /// Digest of the browser's binding.
    pub browser_digest: &'a Digest,
    /// The host at which it is shown.
    pub host: &'a str,
    /// Digest of the id that the site session will have.
    pub session_digest: &'a Digest,
    /// The site session that the browser presented, to be ended.
    pub replaces: Option<&'a Digest>,
}

/// How many site sessions one session may have at one host. A browser shows one cookie; those that it forgot would
/// stay as long as the session, and a script could enter all day.
pub const MOST_AT_ONE_SITE: u32 = 8;

/// What [`SiteSessions::take_site_ticket`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenTicket {
    /// This caller took it, and the site session was opened. No other caller ever gets this answer.
    Entered(SiteTicket),
    /// The same browser took it before, and it has not ended yet: the connection may have broken before
    /// the answer was there. Nothing was changed.
    Before(SiteTicket),
    /// There is none that this browser may show here: never issued, ended, of a session that was ended,
    /// for another host, or bound to another browser. Nothing was changed.
    Absent,
}

/// Keeps [`SiteSession`]s and [`SiteTicket`]s.
#[async_trait::async_trait]
pub trait SiteSessions {
    /// Writes a ticket. `Conflict` when its session was ended.
    async fn insert_site_ticket(&self, ticket: &SiteTicket) -> Result<()>;

    /// Reads a ticket by itself alone, to name a refusal; never to let anyone in.
    async fn find_site_ticket(&self, ticket_digest: &Digest) -> Result<Option<SiteTicket>>;

    /// Takes the ticket once and opens the site session, in one atomic step. Ticket, browser and host
    /// must match, and the ticket must not be expired at `now`. Of one session's site sessions at one host the
    /// youngest [`MOST_AT_ONE_SITE`] stay.
    async fn take_site_ticket(&self, claim: TicketClaim<'_>, now: Timestamp)
    -> Result<TakenTicket>;

    /// The site session with this id. Whether its parent still lives is for `find_session` to say.
    async fn find_site_session(&self, id_digest: &Digest) -> Result<Option<SiteSession>>;

    /// The site sessions of one session, in the order in which the browser entered.
    async fn list_site_sessions(&self, parent_digest: &Digest) -> Result<Vec<SiteSession>>;

    /// Deletes at most `most` tickets that expired before `before`; answers how many.
    async fn sweep_site_tickets(&self, before: Timestamp, most: u32) -> Result<u64>;
}
