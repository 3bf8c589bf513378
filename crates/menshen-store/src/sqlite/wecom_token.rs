//! [`WecomTokens`] in SQLite.
//!
//! Runs the statements of `sql/wecom_token`. What each method promises is said at the trait.

use wecom_sdk::Timestamp;

use super::Sqlite;
use super::error::failed;
use crate::sql::wecom_token::{DELETE, FIND, SWEEP, UPSERT, WecomTokenRow};
use crate::{Result, WecomToken, WecomTokenKey, WecomTokens};

#[async_trait::async_trait]
impl WecomTokens for Sqlite {
    async fn find_wecom_token(
        &self,
        key: &WecomTokenKey,
        now: Timestamp,
    ) -> Result<Option<WecomToken>> {
        let row: Option<WecomTokenRow> = sqlx::query_as(FIND)
            .bind(key.corp_id.as_str())
            .bind(i64::from(key.agent_id.0))
            .bind(key.credential.as_bytes().as_slice())
            .bind(now.as_millis())
            .fetch_optional(&self.reader)
            .await
            .map_err(failed)?;
        Ok(row.map(WecomToken::from))
    }

    async fn upsert_wecom_token(&self, key: &WecomTokenKey, token: &WecomToken) -> Result<()> {
        sqlx::query(UPSERT)
            .bind(key.corp_id.as_str())
            .bind(i64::from(key.agent_id.0))
            .bind(key.credential.as_bytes().as_slice())
            .bind(token.sealed.as_slice())
            .bind(token.fetched_at.as_millis())
            .bind(token.expires_at.as_millis())
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn delete_wecom_token(&self, key: &WecomTokenKey, fetched_at: Timestamp) -> Result<()> {
        sqlx::query(DELETE)
            .bind(key.corp_id.as_str())
            .bind(i64::from(key.agent_id.0))
            .bind(key.credential.as_bytes().as_slice())
            .bind(fetched_at.as_millis())
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn sweep_wecom_tokens(&self, before: Timestamp) -> Result<u64> {
        let swept = sqlx::query(SWEEP)
            .bind(before.as_millis())
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(swept.rows_affected())
    }
}
