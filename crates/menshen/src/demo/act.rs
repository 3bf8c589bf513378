//! What the buttons do to the sandbox, and what is said about it afterwards.
//!
//! In: a button and the sandbox. Out: a sentence in two languages. It reaches into the sandbox and
//! the common clock only: at the gateway the demo is a visitor like any other.

use std::time::Duration;

use menshen_gateway::sdk::{CorpId, UserId};
use wecom_sandbox::World;
use wecom_sandbox::world::{Holder, MemberStatus};

use super::setup::{AGENT, CORP};

const LATER: Duration = Duration::from_hours(31 * 24);

/// What a button did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// The clock of both sides went on.
    Later,
    /// WeCom ended the access token.
    TokenEnded,
    /// A member was disabled.
    Disabled,
    /// A member was enabled.
    Enabled,
    /// Nothing: the member is not there.
    Nothing,
}

impl Done {
    const ALL: [Self; 5] = [
        Self::Later,
        Self::TokenEnded,
        Self::Disabled,
        Self::Enabled,
        Self::Nothing,
    ];

    /// The word in the address.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Later => "later",
            Self::TokenEnded => "token_ended",
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::Nothing => "nothing",
        }
    }

    /// Reads the word in the address; anything else says nothing.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|done| done.as_str() == word)
    }

    /// What happened and what to try next, in Chinese and in English.
    pub(super) const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Later => (
                "网关和企业微信的时间都过了 31 天：登录早已过期，授权也已被忘记。再登录一次，授权页会重新出现。",
                "31 days passed for the gateway and for WeCom: sessions have ended and consents are forgotten. Sign in again: in WeCom the consent page comes back.",
            ),
            Self::TokenEnded => (
                "企业微信提前作废了 access_token。刷新本页：网关会换一个新的再问一次，你什么也感觉不到；调用日志里看得到。",
                "WeCom ended the access token early. Reload this page: the gateway fetches a new one and asks again, and you notice nothing; the sandbox's journal shows it.",
            ),
            Self::Disabled => (
                "这名成员已在企业微信里被禁用，网关在下一次点击时就结束了登录。试试再登录一次，会被拒绝；之后可在下面重新启用。",
                "The member was disabled at WeCom, and the gateway ended the session at the very next click. Try to sign in again: it is refused. Enable the member again below.",
            ),
            Self::Enabled => (
                "这名成员已重新启用，可以登录了。旧的登录不会回来。",
                "The member is enabled and can sign in again. The old session does not come back.",
            ),
            Self::Nothing => (
                "没有这名成员，什么也没有改变。",
                "There is no such member; nothing was changed.",
            ),
        }
    }
}

/// Lets 31 days pass, for both sides.
pub(super) fn later(world: &World) -> Done {
    world.clock().advance(LATER);
    Done::Later
}

/// Ends the gateway's access token before its time.
pub(super) fn end_token(world: &World) -> Done {
    if let Ok(corp_id) = CorpId::parse(CORP) {
        world.change(|state, _| state.end_tokens(&corp_id, Some(Holder::Agent(AGENT))));
    }
    Done::TokenEnded
}

/// Disables a member, or enables one.
pub(super) fn switch(world: &World, user_id: &str, to: MemberStatus) -> Done {
    let (Ok(corp_id), Ok(user_id)) = (CorpId::parse(CORP), UserId::parse(user_id)) else {
        return Done::Nothing;
    };
    world.change(|state, _| {
        let corp = state.corps.get_mut(&corp_id);
        let member = corp.and_then(|corp| corp.members.get_mut(&user_id));
        match member {
            Some(member) => {
                member.status = to;
                match to {
                    MemberStatus::Active => Done::Enabled,
                    _ => Done::Disabled,
                }
            }
            None => Done::Nothing,
        }
    })
}
