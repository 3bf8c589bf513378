//! The SQLite backend: one file in WAL mode, one writer, a few readers.
//!
//! Every write goes through the one writer connection, so that writers queue in the process instead of
//! meeting at the file's lock; reads go to a small read-only pool and never wait for a write. A call
//! that waits longer than five seconds for its turn, or one for a lock of another process, is `Unavailable`. What is committed
//! survives the end of the process at any moment; an end of a session survives a power cut too (`lasting`). Nothing here makes a database where one should have
//! been: see [`OpenMode`].

mod error;
mod file;
#[cfg(feature = "contract")]
mod fill;
mod identity;
mod installation;
mod lasting;
mod login_attempt;
mod open;
mod open_error;
mod session;
mod signing_key;
mod site_session;
mod subject;
mod unmigrated;
mod wecom_token;

use sqlx::{SqlitePool, Transaction};

pub use open::OpenMode;
pub use open_error::OpenError;
pub use unmigrated::Unmigrated;

use crate::{Result, Store};
use error::failed;

/// A store in SQLite.
#[derive(Clone, Debug)]
pub struct Sqlite {
    writer: SqlitePool,
    reader: SqlitePool,
}

impl Sqlite {
    /// A transaction that holds the write lock from its first moment, so that it never fails half way
    /// for want of it. Dropped without a commit, it leaves nothing.
    async fn begin(&self) -> Result<Transaction<'static, sqlx::Sqlite>> {
        self.writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(failed)
    }
}

#[async_trait::async_trait]
impl Store for Sqlite {
    async fn ping(&self) -> Result<()> {
        for pool in [&self.writer, &self.reader] {
            sqlx::query("SELECT 1")
                .execute(pool)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}
