//! Who can try to sign in, and what comes of it: read from the sandbox as it is now.
//!
//! In: the sandbox's world. Out: names and forecasts. It decides nothing: the gateway and its gate do.

use menshen_gateway::sdk::{CorpId, TagId};
use wecom_sandbox::World;
use wecom_sandbox::world::{Corp, Member, MemberStatus, Person};

use super::place::Place;
use super::setup::{AGENT, CORP};

/// Somebody in the sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Someone {
    /// The name, or what they are.
    pub name: String,
    /// The id by which WeCom knows them.
    pub id: String,
    /// What comes of it when they sign in.
    pub verdict: Verdict,
}

/// What comes of it when somebody signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They get in.
    Welcome,
    /// The corp disabled the account.
    Disabled,
    /// The account was never activated, or the member has left.
    NotActive,
    /// The agent may not see them.
    OutsideRange,
    /// Nobody of the corp.
    Stranger,
    /// An external contact of the corp; admitted only by a setting.
    ExternalContact,
    /// A member of a linked corp; admitted only by a setting.
    LinkedCorp,
}

impl Verdict {
    /// The verdict in Chinese and in English.
    #[must_use]
    pub const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Welcome => ("可以登录", "can sign in"),
            Self::Disabled => ("账号已禁用，会被拒绝", "refused: the account is disabled"),
            Self::NotActive => (
                "未激活或已退出，会被拒绝",
                "refused: not activated, or has left",
            ),
            Self::OutsideRange => (
                "不在应用可见范围内，会被拒绝",
                "refused: outside the agent's visible range",
            ),
            Self::Stranger => (
                "不是企业成员，会被拒绝",
                "refused: not a member of the corp",
            ),
            Self::ExternalContact => (
                "外部联系人，默认不放行",
                "refused unless admit_external_contacts is set: an external contact",
            ),
            Self::LinkedCorp => (
                "互联企业成员，默认不放行",
                "refused unless admit_linked_corps is set: a linked corp's member",
            ),
        }
    }
}

/// Everybody, members first, in the order of the seed.
pub(super) fn all(world: &World) -> Vec<Someone> {
    read(world, |corp| {
        let members = corp.members.iter().map(|member| of_member(corp, member));
        members
            .chain(
                corp.outsiders
                    .iter()
                    .map(|person| of_outsider(corp, person)),
            )
            .collect()
    })
}

/// The names of those who can sign in and may open a page, where the directory says so.
pub(super) fn inside(world: &World, place: Place) -> Vec<String> {
    let Some(range) = place.range() else {
        return Vec::new();
    };
    read(world, |corp| {
        let members = corp.members.iter();
        let may = members.filter(|member| corp.sees_member(&range, member));
        let may = may.filter(|member| of_member(corp, member).verdict == Verdict::Welcome);
        may.map(|member| member.name.clone()).collect()
    })
}

/// What a tag is called.
pub(super) fn tag(world: &World, number: &str) -> Option<String> {
    let id = number.parse().ok().map(TagId)?;
    read(world, |corp| corp.tags.get(&id).map(|tag| tag.name.clone()))
}

/// Reads the demo's corp. Without it there is nobody.
fn read<T: Default>(world: &World, look: impl FnOnce(&Corp) -> T) -> T {
    let Ok(corp_id) = CorpId::parse(CORP) else {
        return T::default();
    };
    world.read(|state, _| state.corps.get(&corp_id).map(look).unwrap_or_default())
}

fn of_member(corp: &Corp, member: &Member) -> Someone {
    let agent = corp.agents.get(&AGENT);
    let is_visible = agent.is_some_and(|agent| corp.is_visible(agent, &member.user_id));
    let verdict = match member.status {
        _ if !is_visible => Verdict::OutsideRange,
        MemberStatus::Active => Verdict::Welcome,
        MemberStatus::Disabled => Verdict::Disabled,
        MemberStatus::NotActivated | MemberStatus::Left => Verdict::NotActive,
    };
    Someone {
        name: member.name.clone(),
        id: member.user_id.to_string(),
        verdict,
    }
}

fn of_outsider(corp: &Corp, person: &Person) -> Someone {
    let (usual, id, verdict) = match person {
        Person::Member(user_id) => ("成员 · member", user_id.to_string(), Verdict::Welcome),
        Person::Linked(linked) => (
            "互联企业成员 · member of a linked corp",
            linked.to_string(),
            Verdict::LinkedCorp,
        ),
        Person::Stranger(open_id) => ("陌生人 · stranger", open_id.to_string(), Verdict::Stranger),
        Person::ExternalContact {
            external_user_id, ..
        } => (
            "外部联系人 · external contact",
            external_user_id.to_string(),
            Verdict::ExternalContact,
        ),
    };
    let named = corp.outsider_names.get(&person.key());
    let name = named.and_then(|named| named.name.clone());
    Someone {
        name: name.unwrap_or_else(|| usual.to_owned()),
        id,
        verdict,
    }
}
