//! Statements and row of [`Identity`].
//!
//! In: what a backend binds, in the order that each statement names. Out: rows that become records, or `Corrupt`.
//! Nothing is written about a subject that is retired or of another corp.

use wecom_sdk::DepartmentId;

use super::column;
use crate::{Identity, Result, StoreError, SubjectId};

macro_rules! columns {
    () => {
        "subject_id, corp_id, connector_id, user_id, name, alias, position, departments, \
         main_department, tags, sealed, consented_at, updated_at"
    };
}

/// `$1` subject, `$2` connector.
pub(crate) const FIND: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM identity WHERE subject_id = $1 AND connector_id = $2"
);

/// `$1` folded userid.
pub(crate) const LIST_BY_USER: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM identity WHERE user_key = $1 AND subject_id IN
     (SELECT id FROM subject WHERE retired_at IS NULL)
     ORDER BY subject_id, connector_id"
);

/// `$1` to `$13` the columns, `$14` folded userid. Writes nothing unless the subject is in force and
/// of the same corp.
pub(crate) const UPSERT: &str = concat!(
    "INSERT INTO identity (",
    columns!(),
    ", user_key)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
     WHERE EXISTS
       (SELECT 1 FROM subject WHERE id = $1 AND corp_id = $2 AND retired_at IS NULL)
     ON CONFLICT (subject_id, connector_id) DO UPDATE SET
       corp_id = excluded.corp_id, user_id = excluded.user_id,
       name = excluded.name, alias = excluded.alias, position = excluded.position, departments = excluded.departments,
       main_department = excluded.main_department, tags = excluded.tags,
       sealed = excluded.sealed, consented_at = excluded.consented_at,
       updated_at = excluded.updated_at, user_key = excluded.user_key"
);

/// `$1` subject, `$2` corp, `$3` to `$9` what the directory says, `$10` when, `$11` folded userid,
/// `$12` connector.
/// Writes nothing unless the subject is in force.
pub(crate) const UPDATE_DIRECTORY_FACTS: &str = "\
UPDATE identity SET user_id = $3, name = $4, alias = $5, position = $6, departments = $7,
  main_department = $8, tags = $9, updated_at = $10, user_key = $11
WHERE subject_id = $1 AND connector_id = $12 AND corp_id = $2 AND EXISTS
  (SELECT 1 FROM subject WHERE id = $1 AND corp_id = $2 AND retired_at IS NULL)";

/// `$1` before, `$2` at most.
pub(crate) const SWEEP_CONSENTS: &str = "\
UPDATE identity SET sealed = NULL, consented_at = NULL WHERE (subject_id, connector_id) IN
  (SELECT subject_id, connector_id FROM identity WHERE consented_at < $1
   ORDER BY consented_at LIMIT $2)";

/// The form in which userids are compared: WeCom ignores their case.
pub(crate) fn user_key(user_id: &str) -> String {
    user_id.to_ascii_lowercase()
}

#[derive(sqlx::FromRow)]
pub(crate) struct IdentityRow {
    subject_id: Vec<u8>,
    corp_id: String,
    connector_id: String,
    user_id: String,
    name: Option<String>,
    alias: Option<String>,
    position: Option<String>,
    departments: String,
    main_department: Option<i64>,
    tags: String,
    sealed: Option<Vec<u8>>,
    consented_at: Option<i64>,
    updated_at: i64,
}

impl TryFrom<IdentityRow> for Identity {
    type Error = StoreError;

    fn try_from(row: IdentityRow) -> Result<Self> {
        let main_department = row
            .main_department
            .map(|id| column::number(id, "identity.main_department").map(DepartmentId))
            .transpose()?;
        Ok(Self {
            subject_id: SubjectId(column::uuid(&row.subject_id, "identity.subject_id")?),
            corp_id: column::corp_id(row.corp_id, "identity.corp_id")?,
            connector_id: row.connector_id,
            user_id: row.user_id,
            name: row.name,
            alias: row.alias,
            position: row.position,
            departments: column::json(&row.departments, "identity.departments")?,
            main_department,
            tags: column::json(&row.tags, "identity.tags")?,
            sealed: row.sealed,
            consented_at: row.consented_at.map(column::instant),
            updated_at: column::instant(row.updated_at),
        })
    }
}
