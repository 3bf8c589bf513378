//! A database between opening and use: it may be of an older version, and nothing in it was changed.
//!
//! In: what `open` has opened and checked. Out: which installation it is of, and then a [`Sqlite`] whose
//! schema is up to date. Security: whoever holds the wrong data key must find out here, before a
//! migration has changed a store that is not theirs.

use std::path::PathBuf;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use super::error::failed;
use super::open::{QUEUE_FOR, cause, migrate};
use super::{OpenError, Sqlite};
use crate::sql::installation::{FIND, InstallationRow};
use crate::{Installation, Result};

const READERS: u32 = 4;

/// An opened database that was not changed yet.
#[derive(Debug)]
pub struct Unmigrated {
    pub(super) path: PathBuf,
    pub(super) options: SqliteConnectOptions,
    pub(super) writer: SqlitePool,
}

impl Unmigrated {
    /// The installation that the database is of, whatever its version: the table has been the same since
    /// the first. `None` in one that was just made.
    ///
    /// # Errors
    /// Fails as any read does.
    pub async fn find_installation(&self) -> Result<Option<Installation>> {
        let is_there: bool = sqlx::query_scalar(
            "SELECT count(*) > 0 FROM sqlite_schema WHERE type = 'table' AND name = 'installation'",
        )
        .fetch_one(&self.writer)
        .await
        .map_err(failed)?;
        if !is_there {
            return Ok(None);
        }
        let row: Option<InstallationRow> = sqlx::query_as(FIND)
            .fetch_optional(&self.writer)
            .await
            .map_err(failed)?;
        row.map(Installation::try_from).transpose()
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// Fails with the reason and the remedy; a step that failed left nothing behind.
    pub async fn migrate(self) -> std::result::Result<Sqlite, OpenError> {
        match self.run().await {
            Ok(()) => Ok(Sqlite {
                reader: SqlitePoolOptions::new()
                    .max_connections(READERS)
                    .min_connections(0)
                    .acquire_timeout(QUEUE_FOR)
                    .test_before_acquire(false)
                    .connect_lazy_with(self.options.read_only(true)),
                writer: self.writer,
            }),
            Err(error) => {
                self.close().await;
                Err(error)
            }
        }
    }

    async fn run(&self) -> std::result::Result<(), OpenError> {
        migrate(&self.writer, &self.path).await?;
        let fail = |error: sqlx::Error| cause(&self.path, &error);
        let mut connection = self.writer.acquire().await.map_err(fail)?;
        sqlx::query("PRAGMA journal_mode = WAL")
            .execute(&mut *connection)
            .await
            .map_err(fail)?;
        Ok(())
    }

    /// Lets go of the database as it is.
    pub async fn close(self) {
        self.writer.close().await;
    }
}
