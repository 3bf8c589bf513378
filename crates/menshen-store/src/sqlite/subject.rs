//! [`Subjects`] in SQLite.
//!
//! Runs the statements of `sql/subject`. What each method promises is said at the trait.

use sqlx::Connection as _;
use wecom_sdk::{CorpId, Timestamp};

use super::Sqlite;
use super::error::failed;
use crate::sql::session::END_OF_SUBJECT;
use crate::sql::subject::{FIND, FIND_BY_KEY, FIND_OR_INSERT, RETIRE, SubjectRow};
use crate::{Result, Subject, SubjectId, SubjectKind, Subjects};

#[async_trait::async_trait]
impl Subjects for Sqlite {
    async fn find_subject(&self, id: &SubjectId) -> Result<Option<Subject>> {
        let row: Option<SubjectRow> = sqlx::query_as(FIND)
            .bind(id.0.as_bytes().as_slice())
            .fetch_optional(&self.reader)
            .await
            .map_err(failed)?;
        row.map(Subject::try_from).transpose()
    }

    async fn find_subject_by_key(
        &self,
        corp_id: &CorpId,
        kind: SubjectKind,
        key: &str,
    ) -> Result<Option<Subject>> {
        let row: Option<SubjectRow> = sqlx::query_as(FIND_BY_KEY)
            .bind(corp_id.as_str())
            .bind(kind.as_str())
            .bind(key)
            .fetch_optional(&self.reader)
            .await
            .map_err(failed)?;
        row.map(Subject::try_from).transpose()
    }

    async fn find_or_insert_subject(&self, candidate: &Subject) -> Result<Subject> {
        // Most people have been here before: they cost no write.
        let known = self
            .find_subject_by_key(&candidate.corp_id, candidate.kind, &candidate.key)
            .await?;
        if let Some(subject) = known {
            return Ok(subject);
        }
        let row: SubjectRow = sqlx::query_as(FIND_OR_INSERT)
            .bind(candidate.id.0.as_bytes().as_slice())
            .bind(candidate.corp_id.as_str())
            .bind(candidate.kind.as_str())
            .bind(candidate.key.as_str())
            .bind(candidate.created_at.as_millis())
            .fetch_one(&self.writer)
            .await
            .map_err(failed)?;
        row.try_into()
    }

    async fn retire_subject(&self, id: &SubjectId, now: Timestamp) -> Result<bool> {
        // Who left must not be back after a power cut.
        let mut writer = self.lasting().await?;
        let transaction = writer.begin_with("BEGIN IMMEDIATE").await;
        let mut transaction = transaction.map_err(failed)?;
        let retired = sqlx::query(RETIRE)
            .bind(id.0.as_bytes().as_slice())
            .bind(now.as_millis())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        sqlx::query(END_OF_SUBJECT)
            .bind(id.0.as_bytes().as_slice())
            .bind("")
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        writer.done().await?;
        Ok(retired.rows_affected() == 1)
    }
}
