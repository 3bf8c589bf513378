//! A corp (企业): its directory, its agents and its outsiders.
//!
//! In: the seed. Out: questions about the directory that several rules ask: who is this, which
//! department lies under which, what is inside a visible range. It never answers a call.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use wecom_sdk::{AgentId, CorpId, DepartmentId, TagId, Timestamp, UserId};

use super::agent::{Agent, TrustedIps, VisibleRange};
use super::callback::Callback;
use super::member::Member;
use super::members::Members;
use super::noted::Noted;
use super::person::{Person, PersonKey};
use super::two_step::TwoStep;

/// A department (部门).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Its number; the root is 1.
    pub id: DepartmentId,
    /// 部门名称
    pub name: String,
    /// 英文名称
    pub name_en: String,
    /// The department above; none for the root.
    pub parent: Option<DepartmentId>,
    /// The order among its sisters; bigger sorts first.
    pub order: u32,
}

/// A tag (标签).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Its number.
    pub id: TagId,
    /// 标签名
    pub name: String,
    /// Tagged members.
    pub members: Vec<UserId>,
    /// Tagged departments.
    pub departments: BTreeSet<DepartmentId>,
}

impl Tag {
    /// Whether it is on the member with this userid, given in lower case.
    pub(super) fn holds(&self, key: &str) -> bool {
        let mut members = self.members.iter();
        members.any(|user_id| user_id.folded() == key)
    }
}

/// The contact-sync secret (通讯录同步) and who may use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactSync {
    /// Its secret.
    pub secret: String,
    /// When it was opened: from 2022-06-20 20:00 on, trusted IPs are mandatory.
    pub created_at: Timestamp,
    /// 可信IP
    pub trusted_ips: TrustedIps,
    /// Whether its callers' addresses are from before 2022-08, so that full reads still work (8.1).
    pub reads_details: bool,
    /// 接收事件服务器
    pub callback: Option<Callback>,
}

/// What somebody outside the directory is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsiderName {
    /// Their name.
    pub name: Option<String>,
    /// The name of their own corp, for a member of a linked one.
    pub corp_name: Option<String>,
}

/// A corp and everything in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corp {
    /// 企业ID
    pub id: CorpId,
    /// 企业名称
    pub name: String,
    /// 自建应用
    pub agents: BTreeMap<AgentId, Agent>,
    /// 通讯录同步, where it was opened.
    pub contact_sync: Option<ContactSync>,
    /// 部门
    pub departments: Noted<DepartmentId, Department>,
    /// 成员
    pub members: Members,
    /// 标签
    pub tags: Noted<TagId, Tag>,
    /// People outside the directory.
    pub outsiders: Vec<Person>,
    /// What the pages call them, where the seed says so. No answer of a call has these names.
    pub outsider_names: BTreeMap<PersonKey, OutsiderName>,
    /// 二次验证, where it is set.
    pub two_step: Option<TwoStep>,
}

impl Corp {
    /// The person that a key names, here.
    #[must_use]
    pub fn person(&self, key: &PersonKey) -> Option<Person> {
        if let Some(user_id) = key.as_str().strip_prefix("member:") {
            let member = self.members.get(&UserId::parse(user_id).ok()?)?;
            return Some(Person::Member(member.user_id.clone()));
        }
        let mut outsiders = self.outsiders.iter();
        outsiders.find(|person| person.key() == *key).cloned()
    }

    /// Everybody a browser can be: members first, in the order of the seed, then outsiders.
    #[must_use]
    pub fn people(&self) -> Vec<Person> {
        let members = self.members.iter();
        let members = members.map(|member| Person::Member(member.user_id.clone()));
        members.chain(self.outsiders.iter().cloned()).collect()
    }

    /// A department and everything above it, nearest first.
    pub fn line(&self, department: DepartmentId) -> impl Iterator<Item = DepartmentId> {
        // A tree is at most 15 deep (81002); the bound ends a circle that a seed may have made.
        let up = move |id: &DepartmentId| self.departments.get(id).and_then(|found| found.parent);
        std::iter::successors(Some(department), up).take(64)
    }

    /// Whether a department lies in a visible range: it or one above it is listed or tagged.
    #[must_use]
    pub fn sees_department(&self, range: &VisibleRange, department: DepartmentId) -> bool {
        let tags = || range.tags.iter().filter_map(|tag| self.tags.get(tag));
        self.line(department).any(|id| {
            range.departments.contains(&id) || tags().any(|tag| tag.departments.contains(&id))
        })
    }

    /// Whether a member lies in a visible range: by name, by tag or by department.
    #[must_use]
    pub fn sees_member(&self, range: &VisibleRange, member: &Member) -> bool {
        let key = member.user_id.folded();
        let mut tags = range.tags.iter().filter_map(|tag| self.tags.get(tag));
        let mut places = member.memberships.iter();
        range.members.contains(&key)
            || tags.any(|tag| tag.holds(&key))
            || places.any(|place| self.sees_department(range, place.department))
    }

    /// Whether the member with this userid is inside the agent's visible range.
    #[must_use]
    pub fn is_visible(&self, agent: &Agent, user_id: &UserId) -> bool {
        let member = self.members.get(user_id);
        member.is_some_and(|member| self.sees_member(&agent.visible, member))
    }
}
