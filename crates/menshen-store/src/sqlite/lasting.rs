//! Writes that a power cut must not take back.
//!
//! In: the writer. Out: the same, with commits that are on the disk before they are answered. Every other commit is
//! safe from the end of the process, but the last moments before a power cut may be lost: a login is then done again.
//! An end must not be lost so: a session that somebody ended would live again.

use std::ops::{Deref, DerefMut};

use sqlx::SqliteConnection;
use sqlx::pool::PoolConnection;

use super::Sqlite;
use super::error::failed;
use crate::Result;

/// The writer, for ends. Dropped before [`Lasting::done`] it stays as it is: slower, and as safe.
pub(super) struct Lasting(PoolConnection<sqlx::Sqlite>);

impl Sqlite {
    /// The writer, whose commits last from here on.
    pub(super) async fn lasting(&self) -> Result<Lasting> {
        let mut writer = self.writer.acquire().await.map_err(failed)?;
        set(&mut writer, "PRAGMA synchronous = FULL").await?;
        Ok(Lasting(writer))
    }
}

impl Lasting {
    /// Back to the usual.
    pub(super) async fn done(mut self) -> Result<()> {
        set(&mut self.0, "PRAGMA synchronous = NORMAL").await
    }
}

async fn set(writer: &mut SqliteConnection, pragma: &'static str) -> Result<()> {
    sqlx::query(pragma).execute(writer).await.map_err(failed)?;
    Ok(())
}

impl Deref for Lasting {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.0
    }
}

impl DerefMut for Lasting {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn level(connection: &mut SqliteConnection) -> i64 {
        let level = sqlx::query_scalar("PRAGMA synchronous");
        level.fetch_one(connection).await.unwrap()
    }

    #[tokio::test]
    async fn ends_are_on_the_disk_and_everything_else_is_as_before() {
        let store = Sqlite::in_memory().await.unwrap();
        for _ in 0..2 {
            let mut writer = store.lasting().await.unwrap();
            assert_eq!(level(&mut writer).await, 2, "FULL");
            writer.done().await.unwrap();
            let mut writer = store.writer.acquire().await.unwrap();
            assert_eq!(level(&mut writer).await, 1, "NORMAL");
        }
    }
}
