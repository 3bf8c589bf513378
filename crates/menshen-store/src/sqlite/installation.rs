//! [`Installations`] in SQLite.
//!
//! Runs the statements of `sql/installation`. What each method promises is said at the trait.

use super::Sqlite;
use super::error::failed;
use crate::sql::installation::{FIND, INSERT, InstallationRow};
use crate::{Installation, Installations, Result};

#[async_trait::async_trait]
impl Installations for Sqlite {
    async fn find_installation(&self) -> Result<Option<Installation>> {
        let row: Option<InstallationRow> = sqlx::query_as(FIND)
            .fetch_optional(&self.reader)
            .await
            .map_err(failed)?;
        row.map(Installation::try_from).transpose()
    }

    async fn insert_installation(&self, installation: &Installation) -> Result<()> {
        sqlx::query(INSERT)
            .bind(installation.id.as_bytes().as_slice())
            .bind(installation.key_check.as_slice())
            .bind(installation.created_at.as_millis())
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(())
    }
}
