//! A member of a corp's directory (通讯录).
//!
//! In: what the seed and the console say. Out: a value with the words that seeds and the wire have for its
//! parts. It never decides which field a caller may see; `cgi_bin` does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wecom_sdk::{DepartmentId, UserId};

use super::ext_attr::ExtAttr;

/// Whether a member can use WeCom (dossier 8.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemberStatus {
    /// 1: active.
    #[default]
    Active,
    /// 2: disabled by an admin.
    Disabled,
    /// 4: invited, not yet activated.
    NotActivated,
    /// 5: has left the enterprise.
    Left,
}

impl MemberStatus {
    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Active => 1,
            Self::Disabled => 2,
            Self::NotActivated => 4,
            Self::Left => 5,
        }
    }

    /// The word in seeds and control calls.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::NotActivated => "not_activated",
            Self::Left => "left",
        }
    }

    /// The status that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Disabled, Self::NotActivated, Self::Left]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}

/// The personal fields that only the member's consent opens to new apps (dossier 4.2, 8.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SensitiveField {
    /// 性别
    Gender,
    /// 头像
    Avatar,
    /// 个人二维码
    QrCode,
    /// 手机
    Mobile,
    /// 邮箱
    Email,
    /// 企业邮箱
    BizMail,
    /// 地址
    Address,
}

impl SensitiveField {
    /// All seven, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::Gender,
        Self::Avatar,
        Self::QrCode,
        Self::Mobile,
        Self::Email,
        Self::BizMail,
        Self::Address,
    ];

    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gender => "gender",
            Self::Avatar => "avatar",
            Self::QrCode => "qr_code",
            Self::Mobile => "mobile",
            Self::Email => "email",
            Self::BizMail => "biz_mail",
            Self::Address => "address",
        }
    }

    /// The field with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }
}

/// A member's place in one department.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The department.
    pub department: DepartmentId,
    /// The order there; bigger sorts first.
    pub order: u32,
    /// Whether the member leads it.
    pub is_leader: bool,
}

/// A member of the directory (成员).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The userid, as stored.
    pub user_id: UserId,
    /// 姓名
    pub name: String,
    /// 别名
    pub alias: String,
    /// 职务
    pub position: String,
    /// 座机
    pub telephone: String,
    /// Departments; none for a member who waits to be given one (其他（待设置部门）).
    pub memberships: Vec<Membership>,
    /// 主部门
    pub main_department: Option<DepartmentId>,
    /// 直属上级, at most one.
    pub direct_leader: Option<UserId>,
    /// Whether the member can use WeCom.
    pub status: MemberStatus,
    /// The personal fields the member has.
    pub sensitive: BTreeMap<SensitiveField, String>,
    /// 自定义字段
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ext_attrs: Vec<ExtAttr>,
}
