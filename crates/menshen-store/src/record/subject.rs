//! A subject: the stable name we give a person, whatever WeCom calls them tomorrow.
//!
//! In: corp, kind and WeCom's name. Out: the subject in force under that key. Never reused: whoever comes
//! back under a retired key is somebody new.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wecom_sdk::{CorpId, Timestamp};

use crate::Result;

/// The stable, opaque name of a person towards everyone else (`sub`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubjectId(pub Uuid);

impl std::fmt::Display for SubjectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// In which namespace a key names somebody. Equal keys of two kinds are two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// A member of the corp; the key is the userid, folded.
    Member,
    /// A member of a linked corp; the key is `CorpId/userid`, the userid folded.
    LinkedMember,
    /// An external contact; the key is the `external_userid`.
    ExternalContact,
}

impl SubjectKind {
    /// The word that is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::LinkedMember => "linked_member",
            Self::ExternalContact => "external_contact",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Member, Self::LinkedMember, Self::ExternalContact]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// Ties a person at WeCom to our name for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Our name.
    pub id: SubjectId,
    /// The corp; part of the key.
    pub corp_id: CorpId,
    /// The namespace; part of the key.
    pub kind: SubjectKind,
    /// WeCom's name, folded where WeCom ignores case; part of the key.
    pub key: String,
    /// When we first met them.
    pub created_at: Timestamp,
    /// When WeCom said that they are gone. The key may then be given to a new subject.
    pub retired_at: Option<Timestamp>,
}

/// Keeps [`Subject`]s. At most one of each (corp, kind, key) is not retired.
#[async_trait::async_trait]
pub trait Subjects {
    /// The subject with this id, retired or not.
    async fn find_subject(&self, id: &SubjectId) -> Result<Option<Subject>>;

    /// The subject in force with this key.
    async fn find_subject_by_key(
        &self,
        corp_id: &CorpId,
        kind: SubjectKind,
        key: &str,
    ) -> Result<Option<Subject>>;

    /// Gives back the subject in force with the candidate's (corp, kind, key), or makes the candidate
    /// that subject. Any number of callers at once get the same one. `Conflict` when the candidate's
    /// id is taken by another key.
    async fn find_or_insert_subject(&self, candidate: &Subject) -> Result<Subject>;

    /// Retires a subject and ends its sessions, all or nothing; answers whether it was in force. No
    /// session can be opened for it afterwards.
    async fn retire_subject(&self, id: &SubjectId, now: Timestamp) -> Result<bool>;
}
