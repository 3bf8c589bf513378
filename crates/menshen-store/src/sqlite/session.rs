//! [`Sessions`] in SQLite.
//!
//! Runs the statements of `sql/session`. What each method promises is said at the trait.

use std::time::Duration;

use sqlx::SqliteConnection;
use wecom_sdk::Timestamp;

use super::Sqlite;
use super::error::failed;
use crate::sql::column;
use crate::sql::session::{
    Chosen, END, END_CHOSEN, END_CHOSEN_OF_SUBJECT, END_OF_SUBJECT, FIND, INSERT, LIST,
    LIST_OF_SUBJECT, SWEEP, SessionRow, TOUCH, UPDATE_CHECKED_AT,
};
use crate::{Digest, Result, Session, SessionFilter, Sessions, SubjectId};

#[async_trait::async_trait]
impl Sessions for Sqlite {
    async fn find_session(
        &self,
        id_digest: &Digest,
        idle: Duration,
        now: Timestamp,
    ) -> Result<Option<Session>> {
        let row: Option<SessionRow> = sqlx::query_as(FIND)
            .bind(id_digest.as_bytes().as_slice())
            .bind(now.as_millis())
            .bind(now.minus(idle).as_millis())
            .fetch_optional(&self.reader)
            .await
            .map_err(failed)?;
        row.map(Session::try_from).transpose()
    }

    async fn touch_session(&self, id_digest: &Digest, now: Timestamp) -> Result<()> {
        sqlx::query(TOUCH)
            .bind(id_digest.as_bytes().as_slice())
            .bind(now.as_millis())
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn update_checked_at(
        &self,
        subject_id: &SubjectId,
        connector_id: &str,
        now: Timestamp,
    ) -> Result<()> {
        sqlx::query(UPDATE_CHECKED_AT)
            .bind(subject_id.0.as_bytes().as_slice())
            .bind(connector_id)
            .bind(now.as_millis())
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn end_session(&self, id_digest: &Digest) -> Result<bool> {
        let mut writer = self.lasting().await?;
        let ended = sqlx::query(END)
            .bind(id_digest.as_bytes().as_slice())
            .execute(&mut *writer)
            .await
            .map_err(failed)?;
        writer.done().await?;
        Ok(ended.rows_affected() == 1)
    }

    async fn end_sessions_of(
        &self,
        subject_id: &SubjectId,
        connector_id: Option<&str>,
    ) -> Result<Vec<Digest>> {
        let mut writer = self.lasting().await?;
        let ended: Vec<Vec<u8>> = sqlx::query_scalar(END_OF_SUBJECT)
            .bind(subject_id.0.as_bytes().as_slice())
            .bind(connector_id.unwrap_or_default())
            .fetch_all(&mut *writer)
            .await
            .map_err(failed)?;
        writer.done().await?;
        let digest = |bytes: &Vec<u8>| column::digest(bytes, "session.id_digest");
        ended.iter().map(digest).collect()
    }

    async fn end_sessions(&self, filter: &SessionFilter) -> Result<u64> {
        let chosen = Chosen::from(filter);
        let statement = match chosen.subject_id {
            Some(_) => sqlx::query(END_CHOSEN_OF_SUBJECT),
            None => sqlx::query(END_CHOSEN),
        };
        let mut statement = statement
            .bind(chosen.after)
            .bind(chosen.first)
            .bind(chosen.last)
            .bind(chosen.corp_id)
            .bind(chosen.limit);
        if let Some(subject_id) = chosen.subject_id {
            statement = statement.bind(subject_id.0.as_bytes().to_vec());
        }
        let mut writer = self.lasting().await?;
        let ended = statement.execute(&mut *writer).await.map_err(failed)?;
        writer.done().await?;
        Ok(ended.rows_affected())
    }

    async fn list_sessions(&self, filter: &SessionFilter) -> Result<Vec<Session>> {
        let chosen = Chosen::from(filter);
        let statement = match chosen.subject_id {
            Some(_) => sqlx::query_as(LIST_OF_SUBJECT),
            None => sqlx::query_as(LIST),
        };
        let mut statement = statement
            .bind(chosen.after)
            .bind(chosen.first)
            .bind(chosen.last)
            .bind(chosen.corp_id)
            .bind(chosen.limit);
        if let Some(subject_id) = chosen.subject_id {
            statement = statement.bind(subject_id.0.as_bytes().to_vec());
        }
        let rows: Vec<SessionRow> = statement.fetch_all(&self.reader).await.map_err(failed)?;
        rows.into_iter().map(Session::try_from).collect()
    }

    async fn sweep_sessions(
        &self,
        now: Timestamp,
        seen_before: Timestamp,
        most: u32,
    ) -> Result<u64> {
        let swept = sqlx::query(SWEEP)
            .bind(now.as_millis())
            .bind(seen_before.as_millis())
            .bind(i64::from(most))
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(swept.rows_affected())
    }
}

/// Writes a session inside a transaction; answers how many rows that made.
pub(super) async fn insert_session(
    connection: &mut SqliteConnection,
    session: &Session,
) -> Result<u64> {
    let written = sqlx::query(INSERT)
        .bind(session.id_digest.as_bytes().as_slice())
        .bind(session.subject_id.0.as_bytes().as_slice())
        .bind(session.corp_id.as_str())
        .bind(session.connector_id.as_str())
        .bind(session.door.as_str())
        .bind(session.user_agent.as_str())
        .bind(session.created_at.as_millis())
        .bind(session.expires_at.as_millis())
        .bind(session.last_seen_at.as_millis())
        .bind(session.checked_at.as_millis())
        .execute(connection)
        .await
        .map_err(failed)?;
    Ok(written.rows_affected())
}
