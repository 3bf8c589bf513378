//! `[[connector]]`: one configured way to sign in at WeCom.
//!
//! In: its section of the file, with the environment on top. Out: checked values and the secret's file.
//! Never: calls WeCom.

mod all;
mod email_template;
mod read;

use std::collections::BTreeSet;
use std::sync::Arc;

use url::Url;
use wecom_sdk::{AgentId, CorpId};

use super::SecretFile;
pub(super) use all::read_all;
pub use email_template::EmailTemplate;

/// One configured way to sign in at WeCom: a corp's own agent (自建应用).
#[derive(Clone, Debug)]
pub struct ConnectorConfig {
    /// Its name in addresses: `/_menshen/callback/{id}`.
    pub id: String,
    /// Its name for people, on the page that offers several.
    pub label: String,
    /// The corp.
    pub corp_id: CorpId,
    /// The agent.
    pub agent_id: AgentId,
    /// The agent's secret.
    pub secret: Arc<SecretFile>,
    /// The personal fields to ask consent for. Empty: silent sign-in only.
    pub private_info: BTreeSet<PrivateField>,
    /// The files that prove to WeCom that the host is ours.
    pub verification_files: Vec<VerificationFile>,
    /// Other addresses of WeCom: a sandbox or an egress relay.
    pub endpoints: EndpointOverrides,
    /// The email of members for whom WeCom gives none.
    pub email_fallback: Option<EmailTemplate>,
    /// Whether external contacts (外部联系人) may sign in. Off by default.
    pub admit_external_contacts: bool,
    /// Whether members of linked corps (互联企业) may sign in. Off by default.
    pub admit_linked_corps: bool,
}

/// Addresses of WeCom that differ from the real ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointOverrides {
    /// In place of `https://open.weixin.qq.com`.
    pub open: Option<Url>,
    /// In place of `https://login.work.weixin.qq.com`.
    pub login: Option<Url>,
    /// In place of `https://qyapi.weixin.qq.com`.
    pub api: Option<Url>,
}

/// A personal field (敏感信息) that WeCom gives only with the member's consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrivateField {
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

impl PrivateField {
    /// All seven.
    pub const ALL: [Self; 7] = [
        Self::Gender,
        Self::Avatar,
        Self::QrCode,
        Self::Mobile,
        Self::Email,
        Self::BizMail,
        Self::Address,
    ];

    /// WeCom's name for the field.
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
}

/// A file that proves to WeCom that the host is ours; loaded at start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationFile {
    /// `WW_verify_….txt`.
    pub name: String,
    /// What the file holds, exactly.
    pub content: Vec<u8>,
}
