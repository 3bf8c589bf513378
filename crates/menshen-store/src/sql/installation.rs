//! Statements and row of [`Installation`].
//!
//! In: what a backend binds, in the order that each statement names. Out: rows that become records, or `Corrupt`.
//! There is one row and no second.

use super::column;
use crate::{Installation, Result, StoreError};

pub(crate) const FIND: &str = "SELECT id, key_check, created_at FROM installation";

/// `$1` id, `$2` key check, `$3` created at.
pub(crate) const INSERT: &str =
    "INSERT INTO installation (singleton, id, key_check, created_at) VALUES (1, $1, $2, $3)";

#[derive(sqlx::FromRow)]
pub(crate) struct InstallationRow {
    id: Vec<u8>,
    key_check: Vec<u8>,
    created_at: i64,
}

impl TryFrom<InstallationRow> for Installation {
    type Error = StoreError;

    fn try_from(row: InstallationRow) -> Result<Self> {
        Ok(Self {
            id: column::uuid(&row.id, "installation.id")?,
            key_check: row.key_check,
            created_at: column::instant(row.created_at),
        })
    }
}
