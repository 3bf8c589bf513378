//! Statements and row of [`LoginAttempt`].
//!
//! In: what a backend binds, in the order that each statement names. Out: rows that become records, or `Corrupt`.
//! Using an attempt up is one statement; none here reads first and writes after.

use super::column;
use crate::{LoginAttempt, LoginOutcome, Result, StoreError, TakenAttempt};

macro_rules! columns {
    () => {
        "state_digest, browser_digest, connector_id, corp_id, agent_id, door, return_to, \
         created_at, expires_at, site_browser_digest"
    };
}

/// `$1` to `$10` the columns.
pub(crate) const INSERT: &str = concat!(
    "INSERT INTO login_attempt (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
);

/// `$1` state digest.
pub(crate) const FIND: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM login_attempt WHERE state_digest = $1"
);

/// `$1` state digest, `$2` browser digest, `$3` connector, `$4` now.
///
/// Security: claiming is this one statement. A check in front of it would be a race.
pub(crate) const TAKE: &str = concat!(
    "UPDATE login_attempt SET taken_at = $4
     WHERE state_digest = $1 AND browser_digest = $2 AND connector_id = $3
       AND taken_at IS NULL AND expires_at > $4
     RETURNING ",
    columns!()
);

/// `$1` state digest, `$2` browser digest, `$3` connector.
pub(crate) const FIND_TAKEN: &str = concat!(
    "SELECT ",
    columns!(),
    ", taken_at, ended_at, outcome FROM login_attempt
     WHERE state_digest = $1 AND browser_digest = $2 AND connector_id = $3
       AND taken_at IS NOT NULL"
);

/// `$1` state digest, `$2` now, `$3` outcome.
pub(crate) const REFUSE: &str = "\
UPDATE login_attempt SET ended_at = $2, outcome = $3
WHERE state_digest = $1 AND taken_at IS NOT NULL AND ended_at IS NULL";

/// `$1` state digest, `$2` now, `$3` outcome, `$4` the session's corp, `$5` its connector.
pub(crate) const COMPLETE: &str = "\
UPDATE login_attempt SET ended_at = $2, outcome = $3
WHERE state_digest = $1 AND corp_id = $4 AND connector_id = $5
  AND taken_at IS NOT NULL AND ended_at IS NULL";

/// `$1` before, `$2` at most.
pub(crate) const SWEEP: &str = "\
DELETE FROM login_attempt WHERE state_digest IN
  (SELECT state_digest FROM login_attempt WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)";

pub(crate) fn outcome_text(outcome: &LoginOutcome) -> Result<String> {
    column::to_json(outcome, "login_attempt.outcome")
}

#[derive(sqlx::FromRow)]
pub(crate) struct LoginAttemptRow {
    state_digest: Vec<u8>,
    browser_digest: Vec<u8>,
    connector_id: String,
    corp_id: String,
    agent_id: i64,
    door: String,
    return_to: String,
    created_at: i64,
    expires_at: i64,
    site_browser_digest: Option<Vec<u8>>,
}

impl TryFrom<LoginAttemptRow> for LoginAttempt {
    type Error = StoreError;

    fn try_from(row: LoginAttemptRow) -> Result<Self> {
        Ok(Self {
            state_digest: column::digest(&row.state_digest, "login_attempt.state_digest")?,
            browser_digest: column::digest(&row.browser_digest, "login_attempt.browser_digest")?,
            connector_id: row.connector_id,
            corp_id: column::corp_id(row.corp_id, "login_attempt.corp_id")?,
            agent_id: column::agent_id(row.agent_id, "login_attempt.agent_id")?,
            door: column::door(&row.door, "login_attempt.door")?,
            return_to: row.return_to,
            created_at: column::instant(row.created_at),
            expires_at: column::instant(row.expires_at),
            site_browser_digest: row
                .site_browser_digest
                .map(|bytes| column::digest(&bytes, "login_attempt.site_browser_digest"))
                .transpose()?,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct TakenRow {
    #[sqlx(flatten)]
    attempt: LoginAttemptRow,
    taken_at: i64,
    ended_at: Option<i64>,
    outcome: Option<String>,
}

impl TryFrom<TakenRow> for TakenAttempt {
    type Error = StoreError;

    fn try_from(row: TakenRow) -> Result<Self> {
        let outcome = match (row.outcome, row.ended_at) {
            (Some(text), Some(ended_at)) => Some((
                column::json(&text, "login_attempt.outcome")?,
                column::instant(ended_at),
            )),
            _ => None,
        };
        Ok(Self::TakenBefore {
            attempt: row.attempt.try_into()?,
            taken_at: column::instant(row.taken_at),
            outcome,
        })
    }
}
