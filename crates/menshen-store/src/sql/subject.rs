//! Statements and row of [`Subject`].
//!
//! In: what a backend binds, in the order that each statement names. Out: rows that become records, or `Corrupt`.
//! A retired key stays, and is never found again.

use super::column;
use crate::{Result, StoreError, Subject, SubjectId, SubjectKind};

/// `$1` id.
pub(crate) const FIND: &str =
    "SELECT id, corp_id, kind, key, created_at, retired_at FROM subject WHERE id = $1";

/// `$1` corp, `$2` kind, `$3` key.
pub(crate) const FIND_BY_KEY: &str = "\
SELECT id, corp_id, kind, key, created_at, retired_at FROM subject
WHERE corp_id = $1 AND kind = $2 AND key = $3 AND retired_at IS NULL";

/// `$1` id, `$2` corp, `$3` kind, `$4` key, `$5` created at. The empty-handed update makes the
/// statement answer with the row that is there, so that callers at once all get the same one.
pub(crate) const FIND_OR_INSERT: &str = "\
INSERT INTO subject (id, corp_id, kind, key, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (corp_id, kind, key) WHERE retired_at IS NULL DO UPDATE SET key = excluded.key
RETURNING id, corp_id, kind, key, created_at, retired_at";

/// `$1` id, `$2` now.
pub(crate) const RETIRE: &str =
    "UPDATE subject SET retired_at = $2 WHERE id = $1 AND retired_at IS NULL";

#[derive(sqlx::FromRow)]
pub(crate) struct SubjectRow {
    id: Vec<u8>,
    corp_id: String,
    kind: String,
    key: String,
    created_at: i64,
    retired_at: Option<i64>,
}

impl TryFrom<SubjectRow> for Subject {
    type Error = StoreError;

    fn try_from(row: SubjectRow) -> Result<Self> {
        Ok(Self {
            id: SubjectId(column::uuid(&row.id, "subject.id")?),
            corp_id: column::corp_id(row.corp_id, "subject.corp_id")?,
            kind: SubjectKind::parse(&row.kind).ok_or_else(|| column::corrupt("subject.kind"))?,
            key: row.key,
            created_at: column::instant(row.created_at),
            retired_at: row.retired_at.map(column::instant),
        })
    }
}
