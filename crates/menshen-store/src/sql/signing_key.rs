//! Statements and row of [`SigningKey`].
//!
//! One text for both databases. In: records. Out: records; the private half stays sealed all the way.

use super::column;
use crate::{KeyUse, Result, SigningKey, StoreError};

macro_rules! columns {
    () => {
        "id, key_use, public, sealed, created_at, signs_from, withdrawn_at"
    };
}

/// `$1` use, `$2` now.
pub(crate) const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM signing_key WHERE key_use = $1 AND (withdrawn_at IS NULL OR withdrawn_at > $2)
     ORDER BY signs_from, id"
);

/// `$1` to `$7` the columns.
pub(crate) const INSERT: &str = concat!(
    "INSERT INTO signing_key (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7)"
);

/// `$1` to `$7` the columns. One statement, so that two gateways that start together agree on one key.
pub(crate) const INSERT_FIRST: &str = concat!(
    "INSERT INTO signing_key (",
    columns!(),
    ") SELECT $1, $2, $3, $4, $5, $6, $7
     WHERE NOT EXISTS (SELECT 1 FROM signing_key
       WHERE key_use = $2 AND (withdrawn_at IS NULL OR withdrawn_at > $5))"
);

/// `$1` use, `$2` when.
pub(crate) const WITHDRAW: &str =
    "UPDATE signing_key SET withdrawn_at = $2 WHERE key_use = $1 AND withdrawn_at IS NULL";

/// `$1` now.
pub(crate) const SWEEP: &str = "DELETE FROM signing_key WHERE withdrawn_at <= $1";

#[derive(sqlx::FromRow)]
pub(crate) struct SigningKeyRow {
    id: String,
    key_use: String,
    public: Vec<u8>,
    sealed: Vec<u8>,
    created_at: i64,
    signs_from: i64,
    withdrawn_at: Option<i64>,
}

impl TryFrom<SigningKeyRow> for SigningKey {
    type Error = StoreError;

    fn try_from(row: SigningKeyRow) -> Result<Self> {
        let key_use = KeyUse::parse(&row.key_use);
        Ok(Self {
            id: row.id,
            key_use: key_use.ok_or_else(|| column::corrupt("signing_key.key_use"))?,
            public: row.public,
            sealed: row.sealed,
            created_at: column::instant(row.created_at),
            signs_from: column::instant(row.signs_from),
            withdrawn_at: row.withdrawn_at.map(column::instant),
        })
    }
}
