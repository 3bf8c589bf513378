//! A person as WeCom described them a moment ago: plain facts, not yet a record.
//!
//! Made by `identify` and `recheck` from WeCom's answers; written into an identity record by
//! `login/identity` and by the re-check of a session. Nothing here asks WeCom or the store.

use std::collections::BTreeSet;
use std::time::Duration;

use menshen_store::{Department, Identity};
use serde::{Deserialize, Serialize};
use wecom_sdk::{DepartmentId, ExternalUserId, LinkedUserId, TagId, Timestamp, UserId};

use super::email::Email;
use crate::config::PrivateField;
use crate::vault::{Purpose, Vault, VaultError};

/// How long consent lasts at WeCom (dossier 4.2); afterwards the fields go.
pub(crate) const CONSENT_FOR: Duration = Duration::from_hours(30 * 24);

/// Who came, and what `access` has admitted.
#[derive(Clone, Debug)]
pub(crate) enum Person {
    /// An active member inside the visible range.
    Member(Box<Member>),
    /// A member of a linked corp. WeCom tells nothing but the name.
    Linked(LinkedUserId),
    /// An external contact (外部联系人). WeCom tells nothing but the name.
    External(ExternalUserId),
}

impl Person {
    /// Since when all that is known of them is known.
    pub(crate) fn known_since(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Member(member) => member.known_since,
            Self::Linked(_) | Self::External(_) => now,
        }
    }
}

/// A member's facts.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// WeCom's name, in WeCom's own casing.
    pub user_id: UserId,
    /// 姓名
    pub name: Option<String>,
    /// 别名
    pub alias: Option<String>,
    /// 职务
    pub position: Option<String>,
    /// The departments the agent may see.
    pub departments: Vec<Department>,
    /// The main one.
    pub main_department: Option<DepartmentId>,
    /// Tags, direct and through departments; `None` when they could not be had.
    pub tags: Option<Vec<TagId>>,
    /// What the member consented to and the operator asked for.
    pub personal: PersonalFields,
    /// Whether `personal` comes from consent given just now.
    pub has_consented: bool,
    /// Since when all of it is known: the directory may have been read a while before the member was.
    pub known_since: Timestamp,
}

impl Member {
    /// Writes what WeCom said into a record. Personal fields are not among it.
    pub(crate) fn write_to(&self, identity: &mut Identity, now: Timestamp) {
        self.user_id.as_str().clone_into(&mut identity.user_id);
        identity.name.clone_from(&self.name);
        identity.alias.clone_from(&self.alias);
        identity.position.clone_from(&self.position);
        identity.departments.clone_from(&self.departments);
        identity.main_department = self.main_department;
        // Tags that could not be had are not tags that are kept: a rule that needs one must deny.
        identity.tags = self.tags.clone().unwrap_or_default();
        identity.updated_at = now;
    }
}

/// The personal fields (敏感信息) that came by consent. Kept sealed, shown to the person themselves and
/// to whom the operator passes them on. Missing is normal.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PersonalFields {
    /// The address, with whether the corp vouches for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// 手机, with a country code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<String>,
    /// 头像
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// 个人二维码
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr_code: Option<String>,
    /// 性别: `male` or `female`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// 地址
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Why personal fields cannot be read. Neither is ever "nothing" (S-190).
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnreadableFields {
    /// They do not open under our key.
    #[error("the personal fields cannot be read: {0}")]
    Sealed(#[from] VaultError),
    /// They opened, and are no JSON of ours.
    #[error("the personal fields are no longer what we wrote")]
    Foreign(#[from] serde_json::Error),
}

impl PersonalFields {
    /// Opens the fields of an identity.
    pub(crate) fn open(vault: &Vault, identity: &Identity) -> Result<Self, UnreadableFields> {
        let Some(sealed) = &identity.sealed else {
            return Ok(Self::default());
        };
        let context = identity.subject_id.0.as_bytes();
        let plain = vault.open(Purpose::PersonalFields, context, sealed)?;
        Ok(serde_json::from_slice(&plain)?)
    }

    /// These fields, and where one is missing the other's.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            email: self.email.or(other.email),
            mobile: self.mobile.or(other.mobile),
            avatar: self.avatar.or(other.avatar),
            qr_code: self.qr_code.or(other.qr_code),
            gender: self.gender.or(other.gender),
            address: self.address.or(other.address),
        }
    }

    /// Whether nothing is known.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The fields that the operator still asks for; what is no longer wanted is no longer shown.
    pub(crate) fn within(self, wanted: &BTreeSet<PrivateField>) -> Self {
        let wants = |field| wanted.contains(&field);
        let is_wanted = |email: &Email| {
            if email.is_verified {
                wants(PrivateField::BizMail)
            } else {
                wants(PrivateField::Email)
            }
        };
        Self {
            email: self.email.filter(is_wanted),
            mobile: self.mobile.filter(|_| wants(PrivateField::Mobile)),
            avatar: self.avatar.filter(|_| wants(PrivateField::Avatar)),
            qr_code: self.qr_code.filter(|_| wants(PrivateField::QrCode)),
            gender: self.gender.filter(|_| wants(PrivateField::Gender)),
            address: self.address.filter(|_| wants(PrivateField::Address)),
        }
    }
}

/// Security: personal data is never printed, only which of it is there.
impl std::fmt::Debug for PersonalFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PersonalFields")
            .field("has_email", &self.email.is_some())
            .field("has_mobile", &self.mobile.is_some())
            .field("has_avatar", &self.avatar.is_some())
            .field("has_qr_code", &self.qr_code.is_some())
            .field("has_gender", &self.gender.is_some())
            .field("has_address", &self.address.is_some())
            .finish()
    }
}

/// A gender, as OpenID Connect spells it. WeCom's `0` is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Gender {
    /// WeCom's `1`.
    Male,
    /// WeCom's `2`.
    Female,
}
