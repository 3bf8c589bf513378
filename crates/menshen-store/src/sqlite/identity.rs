//! [`Identities`] in SQLite.
//!
//! Runs the statements of `sql/identity`. What each method promises is said at the trait.

use sqlx::sqlite::SqliteQueryResult;
use wecom_sdk::Timestamp;

use super::Sqlite;
use super::error::failed;
use crate::sql::column;
use crate::sql::identity::{
    FIND, IdentityRow, LIST_BY_USER, SWEEP_CONSENTS, UPDATE_DIRECTORY_FACTS, UPSERT, user_key,
};
use crate::{Identities, Identity, Result, StoreError, SubjectId};

#[async_trait::async_trait]
impl Identities for Sqlite {
    async fn find_identity(
        &self,
        subject_id: &SubjectId,
        connector_id: &str,
    ) -> Result<Option<Identity>> {
        let row: Option<IdentityRow> = sqlx::query_as(FIND)
            .bind(subject_id.0.as_bytes().as_slice())
            .bind(connector_id)
            .fetch_optional(&self.reader)
            .await
            .map_err(failed)?;
        row.map(Identity::try_from).transpose()
    }

    async fn upsert_identity(&self, identity: &Identity) -> Result<()> {
        let departments = column::to_json(&identity.departments, "identity.departments")?;
        let tags = column::to_json(&identity.tags, "identity.tags")?;
        let written = sqlx::query(UPSERT)
            .bind(identity.subject_id.0.as_bytes().as_slice())
            .bind(identity.corp_id.as_str())
            .bind(identity.connector_id.as_str())
            .bind(identity.user_id.as_str())
            .bind(identity.name.as_deref())
            .bind(identity.alias.as_deref())
            .bind(identity.position.as_deref())
            .bind(departments)
            .bind(identity.main_department.map(|id| i64::from(id.0)))
            .bind(tags)
            .bind(identity.sealed.as_deref())
            .bind(identity.consented_at.map(Timestamp::as_millis))
            .bind(identity.updated_at.as_millis())
            .bind(user_key(&identity.user_id))
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        one_row(&written)
    }

    async fn update_directory_facts(&self, identity: &Identity) -> Result<()> {
        let departments = column::to_json(&identity.departments, "identity.departments")?;
        let tags = column::to_json(&identity.tags, "identity.tags")?;
        let written = sqlx::query(UPDATE_DIRECTORY_FACTS)
            .bind(identity.subject_id.0.as_bytes().as_slice())
            .bind(identity.corp_id.as_str())
            .bind(identity.user_id.as_str())
            .bind(identity.name.as_deref())
            .bind(identity.alias.as_deref())
            .bind(identity.position.as_deref())
            .bind(departments)
            .bind(identity.main_department.map(|id| i64::from(id.0)))
            .bind(tags)
            .bind(identity.updated_at.as_millis())
            .bind(user_key(&identity.user_id))
            .bind(identity.connector_id.as_str())
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        one_row(&written)
    }

    async fn sweep_consents(&self, before: Timestamp, most: u32) -> Result<u64> {
        let swept = sqlx::query(SWEEP_CONSENTS)
            .bind(before.as_millis())
            .bind(i64::from(most))
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(swept.rows_affected())
    }

    async fn list_identities_by_user(&self, user_id: &str) -> Result<Vec<Identity>> {
        let rows: Vec<IdentityRow> = sqlx::query_as(LIST_BY_USER)
            .bind(user_key(user_id))
            .fetch_all(&self.reader)
            .await
            .map_err(failed)?;
        rows.into_iter().map(Identity::try_from).collect()
    }
}

/// Writing to nobody is a conflict.
fn one_row(written: &SqliteQueryResult) -> Result<()> {
    if written.rows_affected() == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}
