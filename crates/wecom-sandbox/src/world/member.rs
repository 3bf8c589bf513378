//! Members of a corp's directory (通讯录), and the list that keeps them.
//!
//! In: what the seed and the console say. Out: lookups that ignore the case of a userid (dossier 1).
//! It never decides which field a caller may see; `cgi_bin` does.

use std::collections::{BTreeMap, HashMap};

use wecom_sdk::{DepartmentId, UserId};

use super::places::Places;

/// Whether a member can use WeCom (dossier 8.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The department.
    pub department: DepartmentId,
    /// The order there; bigger sorts first.
    pub order: u32,
    /// Whether the member leads it.
    pub is_leader: bool,
}

/// A member of the directory (成员).
#[derive(Clone, Debug, PartialEq, Eq)]
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
}

/// The members of one corp, found by userid without regard to case and listed in the order they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    by_key: HashMap<String, (u64, Member)>,
    in_order: BTreeMap<u64, String>,
    next: u64,
    /// What was touched since somebody began to watch.
    touched: Option<Vec<Touched>>,
    places: Places,
}

/// A member that somebody had in hand, as it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Touched {
    /// The userid in lower case.
    pub(super) key: String,
    /// `None` when there was none.
    pub(super) before: Option<Member>,
    /// The new userid in lower case, when it changed.
    pub(super) renamed_to: Option<String>,
}

impl Members {
    /// Begins to note who is touched.
    pub(super) fn watch(&mut self) {
        self.touched = Some(Vec::new());
    }

    /// Ends it and says who was.
    pub(super) fn unwatch(&mut self) -> Vec<Touched> {
        self.touched.take().unwrap_or_default()
    }

    /// The member with this userid, given in lower case.
    pub(super) fn by_key(&self, key: &str) -> Option<&Member> {
        self.by_key.get(key).map(|(_, member)| member)
    }

    fn touch(&mut self, key: &str, renamed_to: Option<String>) {
        self.places.forget();
        let Some(touched) = &mut self.touched else {
            return;
        };
        touched.push(Touched {
            key: key.to_owned(),
            before: self.by_key.get(key).map(|(_, member)| member.clone()),
            renamed_to,
        });
    }

    /// Puts a member, in the place of one with the same userid if there is one.
    pub fn put(&mut self, member: Member) {
        let key = member.user_id.folded();
        self.touch(&key, None);
        let place = self.by_key.get(&key).map_or(self.next, |(place, _)| *place);
        self.next = self.next.max(place.saturating_add(1));
        self.in_order.insert(place, key.clone());
        self.by_key.insert(key, (place, member));
    }

    /// The member with this userid, in any case.
    #[must_use]
    pub fn get(&self, user_id: &UserId) -> Option<&Member> {
        self.by_key.get(&user_id.folded()).map(|(_, member)| member)
    }

    /// The member with this userid, to be changed. Its userid must stay: see [`Members::rename`].
    pub fn get_mut(&mut self, user_id: &UserId) -> Option<&mut Member> {
        let key = user_id.folded();
        self.touch(&key, None);
        let entry = self.by_key.get_mut(&key)?;
        Some(&mut entry.1)
    }

    /// Takes a member out of the directory.
    pub fn remove(&mut self, user_id: &UserId) -> Option<Member> {
        let key = user_id.folded();
        self.touch(&key, None);
        let (place, member) = self.by_key.remove(&key)?;
        self.in_order.remove(&place);
        Some(member)
    }

    /// Gives a member another userid; false when the old one is unknown or the new one taken.
    pub fn rename(&mut self, from: &UserId, to: &UserId) -> bool {
        let is_taken = from.folded() != to.folded() && self.get(to).is_some();
        if is_taken {
            return false;
        }
        self.touch(&from.folded(), Some(to.folded()));
        let Some((place, mut member)) = self.by_key.remove(&from.folded()) else {
            return false;
        };
        member.user_id = to.clone();
        self.in_order.insert(place, to.folded());
        self.by_key.insert(to.folded(), (place, member));
        true
    }

    /// The direct members of a department, in the order they came.
    pub fn in_department(&self, id: DepartmentId) -> impl Iterator<Item = &Member> {
        self.at(self.places.members(id, self.placed()))
    }

    /// The leaders of a department, in the order they came.
    pub fn leaders_of(&self, id: DepartmentId) -> impl Iterator<Item = &Member> {
        self.at(self.places.leaders(id, self.placed()))
    }

    fn at<'a>(&'a self, places: &'a [u64]) -> impl Iterator<Item = &'a Member> {
        let keys = places.iter().filter_map(|place| self.in_order.get(place));
        keys.filter_map(|key| self.by_key(key))
    }

    fn placed(&self) -> impl Iterator<Item = (u64, &Member)> {
        let places = self.in_order.iter();
        places.filter_map(|(place, key)| Some((*place, self.by_key(key)?)))
    }

    /// All members, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = &Member> {
        let keys = self.in_order.values();
        keys.filter_map(|key| self.by_key.get(key).map(|(_, member)| member))
    }

    /// Members whose userid or name holds a text, without regard to case, in the order they came.
    pub(crate) fn search(&self, text: &str) -> impl Iterator<Item = &Member> {
        let text = text.trim().to_lowercase();
        self.iter().filter(move |member| {
            text.is_empty()
                || member.user_id.folded().contains(&text)
                || member.name.to_lowercase().contains(&text)
        })
    }

    /// All members, to be changed, in no order. Their userids must stay.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Member> {
        self.places.forget();
        self.by_key.values_mut().map(|(_, member)| member)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }
}
