//! An identity: what we know of a signed-in person, as WeCom last told us through one connector.
//!
//! In: what a login or a re-check learned. Out: the same, by subject and connector: two agents (自建应用) of one
//! corp may see a person differently, and consent is given to one of them. Personal fields lie in it sealed;
//! this crate never opens them, and never recognises anybody by a name, an address or a number.

use serde::{Deserialize, Serialize};
use wecom_sdk::{CorpId, DepartmentId, TagId, Timestamp};

use super::subject::SubjectId;
use crate::Result;

/// A person's place in one department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// The department.
    pub id: DepartmentId,
    /// Its names from the root down, as far as the agent may see them; empty when unknown.
    pub path: Vec<String>,
    /// The departments above it, as far as the agent may see them. Rows of an older version have none.
    #[serde(default)]
    pub above: Vec<DepartmentId>,
    /// Whether the person leads it.
    pub is_leader: bool,
}

/// What we know of a person through one connector. One row for each, replaced at every login and re-check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The key, together with the connector.
    pub subject_id: SubjectId,
    /// The corp, repeated here so that every read can check it.
    pub corp_id: CorpId,
    /// The connector that told us.
    pub connector_id: String,
    /// WeCom's name for the person, in WeCom's own casing.
    pub user_id: String,
    /// The name people see (姓名).
    pub name: Option<String>,
    /// The nickname (别名).
    pub alias: Option<String>,
    /// The position (职务).
    pub position: Option<String>,
    /// The departments the agent may see.
    pub departments: Vec<Department>,
    /// The main department.
    pub main_department: Option<DepartmentId>,
    /// The tags the person has, directly or through a department.
    pub tags: Vec<TagId>,
    /// The personal fields (mobile, email, …), sealed under the data key. Opaque here.
    pub sealed: Option<Vec<u8>>,
    /// When the person last consented to personal fields.
    pub consented_at: Option<Timestamp>,
    /// When WeCom last told us.
    pub updated_at: Timestamp,
}

/// Keeps [`Identity`] records.
#[async_trait::async_trait]
pub trait Identities {
    /// What is known of a subject through this connector, and through no other.
    async fn find_identity(
        &self,
        subject_id: &SubjectId,
        connector_id: &str,
    ) -> Result<Option<Identity>>;

    /// Writes what is known, in place of what was known through the same connector. `Conflict` when the subject does not exist, is
    /// retired, or is of another corp.
    async fn upsert_identity(&self, identity: &Identity) -> Result<()>;

    /// Writes what the directory says of a person who is known, and leaves alone what came by consent:
    /// a login may have changed that since this record was read. `Conflict` when nothing is known of
    /// the subject through the connector, or it is retired, or of another corp.
    async fn update_directory_facts(&self, identity: &Identity) -> Result<()>;

    /// Forgets the personal fields of at most `most` people whose consent is older than `before`, and
    /// the consent with them; answers how many. What came without consent stays.
    async fn sweep_consents(&self, before: Timestamp, most: u32) -> Result<u64>;

    /// The identities with this userid, ignoring case, of subjects in force, in every corp, those of one
    /// subject together: for operator commands.
    async fn list_identities_by_user(&self, user_id: &str) -> Result<Vec<Identity>>;
}
