//! [`SigningKeys`] in SQLite.
//!
//! Runs the statements of `sql/signing_key`. What each method promises is said at the trait.

use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use wecom_sdk::Timestamp;

use super::Sqlite;
use super::error::failed;
use crate::sql::signing_key::{INSERT, INSERT_FIRST, LIST, SWEEP, SigningKeyRow, WITHDRAW};
use crate::{KeyUse, Result, SigningKey, SigningKeys};

#[async_trait::async_trait]
impl SigningKeys for Sqlite {
    async fn list_signing_keys(&self, key_use: KeyUse, now: Timestamp) -> Result<Vec<SigningKey>> {
        let rows: Vec<SigningKeyRow> = sqlx::query_as(LIST)
            .bind(key_use.as_str())
            .bind(now.as_millis())
            .fetch_all(&self.reader)
            .await
            .map_err(failed)?;
        rows.into_iter().map(SigningKey::try_from).collect()
    }

    async fn insert_first_signing_key(&self, key: &SigningKey) -> Result<bool> {
        let written = bound(INSERT_FIRST, key)
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(written.rows_affected() == 1)
    }

    async fn rotate_signing_key(&self, key: &SigningKey, others_end_at: Timestamp) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query(WITHDRAW)
            .bind(key.key_use.as_str())
            .bind(others_end_at.as_millis())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        bound(INSERT, key)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    async fn sweep_signing_keys(&self, now: Timestamp) -> Result<u64> {
        let swept = sqlx::query(SWEEP)
            .bind(now.as_millis())
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(swept.rows_affected())
    }
}

fn bound<'q>(
    statement: &'static str,
    key: &'q SigningKey,
) -> Query<'q, sqlx::Sqlite, SqliteArguments> {
    sqlx::query(statement)
        .bind(key.id.as_str())
        .bind(key.key_use.as_str())
        .bind(key.public.as_slice())
        .bind(key.sealed.as_slice())
        .bind(key.created_at.as_millis())
        .bind(key.signs_from.as_millis())
        .bind(key.withdrawn_at.map(Timestamp::as_millis))
}
