//! The no's of a scan (dossier 9.2, 9.3).
//!
//! In: what is wrong, and who scanned. Out: the page.

use super::login::UNREACHABLE;
use super::{SORRY, range_remedy};
use crate::page::refusal::Refusal;
use crate::page::said::Said;
use crate::world::{Person, ScanError};

/// The page for a scan that cannot go on.
pub(in crate::authorize) fn of_scan(error: ScanError, person: Option<&Person>) -> Refusal {
    let (title, why, remedy): (_, _, Said) = match error {
        ScanError::Unknown => (
            UNREACHABLE,
            (
                "There is no such scan, or nobody was chosen for it.",
                "没有这个二维码，或没有选择由谁来扫。",
            ),
            (
                "Open the application's login page again.",
                "请重新打开应用的登录页面。",
            )
                .into(),
        ),
        ScanError::Expired => (
            "二维码已过期",
            (
                "Nobody answered in time; how long WeCom waits is not on record.",
                "没有人及时回答；企业微信等多久没有记载。",
            ),
            (
                "Ask the other screen for a new QR code. scan_seconds in the seed sets the time.",
                "请在另一个屏幕上换一个二维码。时间由种子文件的 scan_seconds 设置。",
            )
                .into(),
        ),
        ScanError::Answered => (
            "二维码已失效",
            (
                "This QR code was answered before.",
                "这个二维码已经回答过。",
            ),
            (
                "Ask the other screen for a new one.",
                "请在另一个屏幕上换一个。",
            )
                .into(),
        ),
        ScanError::NotVisible => (
            "无权限",
            (
                "This person is outside the agent's visible range, or no member of the corp.",
                "这个人不在应用的可见范围内，或不是企业成员。",
            ),
            range_remedy(person),
        ),
        ScanError::CannotSignIn(_) => (
            SORRY,
            (
                "This member is disabled or has left, and cannot be signed in to the client.",
                "这个成员已禁用或已退出，无法登录客户端。",
            ),
            (
                "Choose somebody else, or set the switch disabled_members to admit.",
                "请选择别人，或把开关 disabled_members 设为 admit。",
            )
                .into(),
        ),
    };
    Refusal::new(error.rule(), title, why, remedy)
}
