//! Statements and row of [`WecomToken`].
//!
//! In: what a backend binds, in the order that each statement names. Out: rows that become records, or `Corrupt`.
//! The token lies in it sealed; no statement ever sees it plain.

use super::column;
use crate::WecomToken;

/// `$1` corp, `$2` agent, `$3` credential, `$4` now.
pub(crate) const FIND: &str = "\
SELECT sealed, fetched_at, expires_at FROM wecom_token
WHERE corp_id = $1 AND agent_id = $2 AND credential = $3 AND expires_at > $4";

/// `$1` corp, `$2` agent, `$3` credential, `$4` sealed, `$5` fetched at, `$6` expires at.
pub(crate) const UPSERT: &str = "\
INSERT INTO wecom_token (corp_id, agent_id, credential, sealed, fetched_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (corp_id, agent_id, credential) DO UPDATE SET
  sealed = excluded.sealed, fetched_at = excluded.fetched_at, expires_at = excluded.expires_at
WHERE excluded.fetched_at >= wecom_token.fetched_at";

/// `$1` corp, `$2` agent, `$3` credential, `$4` fetched at.
pub(crate) const DELETE: &str = "\
DELETE FROM wecom_token
WHERE corp_id = $1 AND agent_id = $2 AND credential = $3 AND fetched_at = $4";

/// `$1` before.
pub(crate) const SWEEP: &str = "DELETE FROM wecom_token WHERE expires_at < $1";

#[derive(sqlx::FromRow)]
pub(crate) struct WecomTokenRow {
    sealed: Vec<u8>,
    fetched_at: i64,
    expires_at: i64,
}

impl From<WecomTokenRow> for WecomToken {
    fn from(row: WecomTokenRow) -> Self {
        Self {
            sealed: row.sealed,
            fetched_at: column::instant(row.fetched_at),
            expires_at: column::instant(row.expires_at),
        }
    }
}
