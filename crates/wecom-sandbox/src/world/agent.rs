//! An agent (自建应用): its secret, its domains, its trusted IPs and whom it may see.
//!
//! In: what an admin has set. Out: the few questions rules ask about it. It never fetches the
//! ownership file; `ownership` does and records the outcome here.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wecom_sdk::{AgentId, DepartmentId, TagId, Timestamp};

use super::callback::Callback;
use super::domain::Domain;
use super::member::SensitiveField;

/// 2022-06-20 20:00 in Beijing: apps created from then on are restricted (dossier 8.1, 5.3).
pub const NEW_RULES_AT: Timestamp = Timestamp::from_seconds(1_655_726_400);

/// How long a saved list of trusted IPs needs to take effect (dossier 5.3).
pub const TRUSTED_IPS_TAKE: Duration = Duration::from_mins(1);

/// Whom and what an app may see (可见范围): it is also the data permission of its token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisibleRange {
    /// Members by name, in lower case.
    pub members: BTreeSet<String>,
    /// Departments, each with its whole subtree.
    pub departments: BTreeSet<DepartmentId>,
    /// Tags, each with its members and departments.
    pub tags: BTreeSet<TagId>,
}

/// The list of addresses that may call the API (企业可信IP).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedIps {
    in_force: Vec<IpAddr>,
    coming: Option<(Timestamp, Vec<IpAddr>)>,
}

impl TrustedIps {
    /// A list that is in force already.
    #[must_use]
    pub fn in_force(list: Vec<IpAddr>) -> Self {
        Self {
            in_force: list,
            coming: None,
        }
    }

    /// Saves another list, which takes effect a minute later.
    pub fn save(&mut self, now: Timestamp, list: Vec<IpAddr>) {
        self.in_force = self.list(now).to_vec();
        self.coming = Some((now.plus(TRUSTED_IPS_TAKE), list));
    }

    /// The list in force at `now`.
    #[must_use]
    pub fn list(&self, now: Timestamp) -> &[IpAddr] {
        match &self.coming {
            Some((from, list)) if *from <= now => list,
            _ => &self.in_force,
        }
    }

    /// Whether an address may call.
    #[must_use]
    pub fn allows(&self, now: Timestamp, caller: IpAddr) -> bool {
        let caller = caller.to_canonical();
        let mut list = self.list(now).iter();
        list.any(|ip| ip.to_canonical() == caller)
    }
}

/// The proof that a domain belongs to the corp (域名归属校验, dossier 5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ownership {
    /// The 16 letters and digits of `WW_verify_<token>.txt`.
    pub token: String,
    /// When the file was found with the right body.
    pub verified_at: Option<Timestamp>,
    /// What the last look found, for the console.
    pub last_finding: Option<String>,
}

impl Ownership {
    /// A domain whose file has not been looked for yet.
    pub fn unverified(token: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            verified_at: None,
            last_finding: None,
        }
    }

    /// The name of the file.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("WW_verify_{}.txt", self.token)
    }
}

/// A corp's own app (自建应用).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// 应用ID
    pub id: AgentId,
    /// 应用名称
    pub name: String,
    /// Its secret.
    pub secret: String,
    /// Whether it is enabled (启用).
    pub is_enabled: bool,
    /// When it was created: see [`NEW_RULES_AT`].
    pub created_at: Timestamp,
    /// 可见范围
    pub visible: VisibleRange,
    /// 网页授权可信域名: one at most.
    pub oauth_domain: Option<Domain>,
    /// The state of the ownership file of the OAuth domain.
    pub ownership: Ownership,
    /// 企业微信授权登录: callback domains of the web login.
    pub web_callback_domains: Vec<Domain>,
    /// 接收消息服务器
    pub callback: Option<Callback>,
    /// JS-SDK可信域名, besides the OAuth domain.
    pub js_domains: Vec<Domain>,
    /// 企业可信IP
    pub trusted_ips: TrustedIps,
    /// The sensitive fields an admin has selected for this app.
    pub sensitive_fields: BTreeSet<SensitiveField>,
}

impl Agent {
    /// Whether the rules of 2022-06-20 20:00 hold for it.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.created_at >= NEW_RULES_AT
    }

    /// Every domain a code may be delivered to: the OAuth domain for the link, and the web
    /// callback domains as well for a web login (dossier 9.1).
    pub fn code_domains(&self, for_web_login: bool) -> impl Iterator<Item = &Domain> {
        let web = for_web_login.then_some(self.web_callback_domains.as_slice());
        self.oauth_domain.iter().chain(web.unwrap_or_default())
    }
}
