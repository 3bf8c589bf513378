//! What WeCom says about a member in numbers: whether they take part, and their gender.
//!
//! Shared by the calls, which write numbers and texts, and by the events.

/// Whether a member takes part.
///
/// ```
/// use wecom_sdk::MemberStatus;
///
/// assert_eq!(MemberStatus::from(2), MemberStatus::Disabled);
/// assert_eq!(MemberStatus::from(77), MemberStatus::Other(77));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MemberStatus {
    /// 1: active (已激活).
    Active,
    /// 2: disabled by the enterprise (已禁用).
    Disabled,
    /// 4: invited, not yet activated (未激活).
    NotActivated,
    /// 5: left the enterprise (退出企业).
    Left,
    /// A number that is not documented. Not active.
    Other(u32),
}

impl From<u32> for MemberStatus {
    fn from(number: u32) -> Self {
        match number {
            1 => Self::Active,
            2 => Self::Disabled,
            4 => Self::NotActivated,
            5 => Self::Left,
            other => Self::Other(other),
        }
    }
}

/// The gender that WeCom keeps, which it writes as a text.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
/// # fn main() { run(|client| async move {
/// use wecom_sdk::{Gender, Secret};
///
/// let detail = client.user_detail(&Secret::new("ticket")).await?;
/// assert_eq!(detail.gender, Some(Gender::Male));
/// # Ok(()) }) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gender {
    /// `"1"`.
    Male,
    /// `"2"`.
    Female,
}

impl Gender {
    /// `0` is WeCom's word for "unknown, or not for you": it reads as absent.
    pub(crate) const fn from_number(number: u64) -> Option<Self> {
        match number {
            1 => Some(Self::Male),
            2 => Some(Self::Female),
            _ => None,
        }
    }
}
