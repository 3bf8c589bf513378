//! Statements and row of [`Session`].
//!
//! In: what a backend binds, in the order that each statement names. Out: rows that become records, or `Corrupt`.
//! A row is found by the digest of its id only, and only while it lives.

use super::column;
use crate::{Digest, DigestPrefix, Result, Session, SessionFilter, StoreError, SubjectId};

macro_rules! columns {
    () => {
        "id_digest, subject_id, corp_id, connector_id, door, user_agent, created_at, expires_at, \
         last_seen_at, checked_at"
    };
}

/// `$1` the greatest digest to skip, `$2` and `$3` the first and last digest, `$4` the corp or empty,
/// `$5` at most.
macro_rules! chosen {
    () => {
        "id_digest > $1 AND id_digest >= $2 AND id_digest <= $3
         AND ($4 = '' OR corp_id = $4) ORDER BY id_digest LIMIT $5"
    };
}

/// `$1` digest, `$2` now, `$3` the last moment that counts as idle.
pub(crate) const FIND: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM session WHERE id_digest = $1 AND expires_at > $2 AND last_seen_at > $3"
);

/// `$1` to `$10` the columns. Writes nothing unless the subject is in force and of the same corp.
///
/// Security: a subject that is retired while its login runs must not get a session.
pub(crate) const INSERT: &str = concat!(
    "INSERT INTO session (",
    columns!(),
    ") SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
     WHERE EXISTS
       (SELECT 1 FROM subject WHERE id = $2 AND corp_id = $3 AND retired_at IS NULL)"
);

/// `$1` digest, `$2` now.
pub(crate) const TOUCH: &str =
    "UPDATE session SET last_seen_at = $2 WHERE id_digest = $1 AND last_seen_at < $2";

/// `$1` subject, `$2` connector, `$3` now.
pub(crate) const UPDATE_CHECKED_AT: &str = "\
UPDATE session SET checked_at = $3 WHERE subject_id = $1 AND connector_id = $2 AND checked_at < $3";

/// `$1` digest.
pub(crate) const END: &str = "DELETE FROM session WHERE id_digest = $1";

/// `$1` subject, `$2` connector or empty.
pub(crate) const END_OF_SUBJECT: &str = "\
DELETE FROM session WHERE subject_id = $1 AND ($2 = '' OR connector_id = $2) RETURNING id_digest";

/// `$1` to `$5` as in `chosen`.
pub(crate) const LIST: &str = concat!("SELECT ", columns!(), " FROM session WHERE ", chosen!());

/// `$1` to `$5` as in `chosen`, `$6` subject.
pub(crate) const LIST_OF_SUBJECT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM session WHERE subject_id = $6 AND ",
    chosen!()
);

/// `$1` to `$5` as in `chosen`.
pub(crate) const END_CHOSEN: &str = concat!(
    "DELETE FROM session WHERE id_digest IN (SELECT id_digest FROM session WHERE ",
    chosen!(),
    ")"
);

/// `$1` to `$5` as in `chosen`, `$6` subject.
pub(crate) const END_CHOSEN_OF_SUBJECT: &str = concat!(
    "DELETE FROM session WHERE id_digest IN
     (SELECT id_digest FROM session WHERE subject_id = $6 AND ",
    chosen!(),
    ")"
);

/// `$1` now, `$2` seen before, `$3` at most.
pub(crate) const SWEEP: &str = "\
DELETE FROM session WHERE id_digest IN
  (SELECT id_digest FROM session WHERE expires_at <= $1 OR last_seen_at < $2 LIMIT $3)";

/// What is bound for `chosen`.
pub(crate) struct Chosen {
    pub(crate) after: Vec<u8>,
    pub(crate) first: Vec<u8>,
    pub(crate) last: Vec<u8>,
    pub(crate) corp_id: String,
    pub(crate) limit: i64,
    pub(crate) subject_id: Option<SubjectId>,
}

impl From<&SessionFilter> for Chosen {
    fn from(filter: &SessionFilter) -> Self {
        let bytes = |digest: &Digest| digest.as_bytes().to_vec();
        let prefix = filter.prefix.unwrap_or(DigestPrefix::ANY);
        Self {
            after: filter.after.as_ref().map(bytes).unwrap_or_default(),
            first: bytes(prefix.first()),
            last: bytes(prefix.last()),
            corp_id: filter
                .corp_id
                .as_ref()
                .map(|corp_id| corp_id.as_str().to_owned())
                .unwrap_or_default(),
            limit: i64::from(filter.limit),
            subject_id: filter.subject_id,
        }
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct SessionRow {
    id_digest: Vec<u8>,
    subject_id: Vec<u8>,
    corp_id: String,
    connector_id: String,
    door: String,
    user_agent: String,
    created_at: i64,
    expires_at: i64,
    last_seen_at: i64,
    checked_at: i64,
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self> {
        Ok(Self {
            id_digest: column::digest(&row.id_digest, "session.id_digest")?,
            subject_id: SubjectId(column::uuid(&row.subject_id, "session.subject_id")?),
            corp_id: column::corp_id(row.corp_id, "session.corp_id")?,
            connector_id: row.connector_id,
            door: column::door(&row.door, "session.door")?,
            user_agent: row.user_agent,
            created_at: column::instant(row.created_at),
            expires_at: column::instant(row.expires_at),
            last_seen_at: column::instant(row.last_seen_at),
            checked_at: column::instant(row.checked_at),
        })
    }
}
