//! From the driver's errors to ours.
//!
//! In: an error of sqlx. Out: `Conflict` for what a constraint forbids, `Corrupt` for what cannot be read,
//! `Unavailable` for everything else. No message carries a value of a row.

use sqlx::Error;
use sqlx::error::DatabaseError;

use crate::StoreError;

/// SQLite's primary result codes that we tell apart (<https://www.sqlite.org/rescode.html>).
pub(super) mod code {
    pub(in crate::sqlite) const PERM: i32 = 3;
    pub(in crate::sqlite) const BUSY: i32 = 5;
    pub(in crate::sqlite) const LOCKED: i32 = 6;
    pub(in crate::sqlite) const READONLY: i32 = 8;
    pub(in crate::sqlite) const IOERR: i32 = 10;
    pub(in crate::sqlite) const CORRUPT: i32 = 11;
    pub(in crate::sqlite) const FULL: i32 = 13;
    pub(in crate::sqlite) const CANTOPEN: i32 = 14;
    pub(in crate::sqlite) const CONSTRAINT: i32 = 19;
    pub(in crate::sqlite) const NOTADB: i32 = 26;
}

/// The class of a failed statement.
#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
pub(super) fn failed(error: Error) -> StoreError {
    match &error {
        Error::Database(database) => refused(primary_code(database.as_ref())),
        Error::ColumnDecode { index, .. } => StoreError::Corrupt(format!("column {index}")),
        Error::ColumnNotFound(name) => StoreError::Corrupt(format!("column {name} is missing")),
        Error::Decode(_) => StoreError::Corrupt("a column".to_owned()),
        Error::PoolTimedOut => unavailable("no connection was free in time"),
        Error::PoolClosed => unavailable("it was closed"),
        Error::Io(_) => unavailable("the disk failed"),
        _ => unavailable("the driver failed"),
    }
}

/// The primary result code of SQLite behind an extended one.
pub(super) fn primary_code(error: &dyn DatabaseError) -> i32 {
    let extended: i32 = error
        .code()
        .and_then(|code| code.parse().ok())
        .unwrap_or_default();
    extended & 0xff
}

fn refused(code: i32) -> StoreError {
    match code {
        code::CONSTRAINT => StoreError::Conflict,
        code::CORRUPT | code::NOTADB => StoreError::Corrupt("the database file".to_owned()),
        code::BUSY | code::LOCKED => unavailable("another process held its lock for too long"),
        code::FULL => unavailable("the disk is full"),
        code::READONLY | code::PERM => unavailable("the file cannot be written"),
        code::IOERR | code::CANTOPEN => unavailable("the disk failed"),
        other => unavailable(&format!("SQLite answered with code {other}")),
    }
}

fn unavailable(reason: &str) -> StoreError {
    StoreError::Unavailable(reason.to_owned())
}
