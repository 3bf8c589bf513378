//! Statements and rows of [`SiteSession`] and [`SiteTicket`].
//!
//! One text for both databases. In: digests, never what a browser holds. Out: records; a ticket is taken out in
//! the statement that finds it.

use super::column;
use crate::{Result, SiteSession, SiteTicket, StoreError};

macro_rules! ticket_columns {
    () => {
        "ticket_digest, browser_digest, parent_digest, host, return_to, created_at, expires_at"
    };
}

/// `$1` to `$7` the columns.
pub(crate) const INSERT_TICKET: &str = concat!(
    "INSERT INTO site_ticket (",
    ticket_columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7)"
);

/// `$1` ticket digest.
pub(crate) const FIND_TICKET: &str = concat!(
    "SELECT ",
    ticket_columns!(),
    " FROM site_ticket WHERE ticket_digest = $1"
);

/// `$1` ticket digest, `$2` browser digest, `$3` host, `$4` now.
///
/// Security: taking is this one statement. A check in front of it would be a race.
pub(crate) const TAKE_TICKET: &str = concat!(
    "UPDATE site_ticket SET taken_at = $4
     WHERE ticket_digest = $1 AND browser_digest = $2 AND host = $3
       AND taken_at IS NULL AND expires_at > $4
     RETURNING ",
    ticket_columns!()
);

/// `$1` ticket digest, `$2` browser digest, `$3` host, `$4` now.
pub(crate) const FIND_TAKEN_TICKET: &str = concat!(
    "SELECT ",
    ticket_columns!(),
    " FROM site_ticket WHERE ticket_digest = $1 AND browser_digest = $2 AND host = $3
       AND taken_at IS NOT NULL AND expires_at > $4"
);

/// `$1` before, `$2` at most.
pub(crate) const SWEEP_TICKETS: &str = "\
DELETE FROM site_ticket WHERE ticket_digest IN
  (SELECT ticket_digest FROM site_ticket WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)";

/// `$1` digest, `$2` parent, `$3` host, `$4` created at.
pub(crate) const INSERT: &str = "\
INSERT INTO site_session (id_digest, parent_digest, host, created_at) VALUES ($1, $2, $3, $4)";

/// `$1` parent, `$2` host, `$3` how many stay: the youngest, in the order in which they were written.
pub(crate) const END_OLDEST: &str = "\
DELETE FROM site_session WHERE parent_digest = $1 AND host = $2 AND rowid NOT IN
  (SELECT rowid FROM site_session WHERE parent_digest = $1 AND host = $2 ORDER BY rowid DESC LIMIT $3)";

/// `$1` digest, `$2` host.
pub(crate) const END: &str = "DELETE FROM site_session WHERE id_digest = $1 AND host = $2";

/// `$1` digest.
pub(crate) const FIND: &str =
    "SELECT id_digest, parent_digest, host, created_at FROM site_session WHERE id_digest = $1";

/// `$1` parent.
pub(crate) const LIST: &str = "\
SELECT id_digest, parent_digest, host, created_at FROM site_session
WHERE parent_digest = $1 ORDER BY created_at, host";

#[derive(sqlx::FromRow)]
pub(crate) struct SiteTicketRow {
    ticket_digest: Vec<u8>,
    browser_digest: Vec<u8>,
    parent_digest: Vec<u8>,
    host: String,
    return_to: String,
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<SiteTicketRow> for SiteTicket {
    type Error = StoreError;

    fn try_from(row: SiteTicketRow) -> Result<Self> {
        Ok(Self {
            ticket_digest: column::digest(&row.ticket_digest, "site_ticket.ticket_digest")?,
            browser_digest: column::digest(&row.browser_digest, "site_ticket.browser_digest")?,
            parent_digest: column::digest(&row.parent_digest, "site_ticket.parent_digest")?,
            host: row.host,
            return_to: row.return_to,
            created_at: column::instant(row.created_at),
            expires_at: column::instant(row.expires_at),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct SiteSessionRow {
    id_digest: Vec<u8>,
    parent_digest: Vec<u8>,
    host: String,
    created_at: i64,
}

impl TryFrom<SiteSessionRow> for SiteSession {
    type Error = StoreError;

    fn try_from(row: SiteSessionRow) -> Result<Self> {
        Ok(Self {
            id_digest: column::digest(&row.id_digest, "site_session.id_digest")?,
            parent_digest: column::digest(&row.parent_digest, "site_session.parent_digest")?,
            host: row.host,
            created_at: column::instant(row.created_at),
        })
    }
}
