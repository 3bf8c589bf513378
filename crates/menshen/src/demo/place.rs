//! The pages of the small site: where each is, which rule guards it, and how both are put into words.
//!
//! The demo's `menshen.toml` is written from this list, so that a page never names another rule than the one
//! that guards it. It judges nobody: the gate does.

use menshen_gateway::sdk::{DepartmentId, TagId};
use wecom_sandbox::world::VisibleRange;

/// The department of the default seed that one page is for, with everything below it.
const RESEARCH: DepartmentId = DepartmentId(2);
/// The tag 管理员 of the default seed.
const ADMINS: TagId = TagId(2);

/// A text in Chinese and in English.
pub(super) type Text = (&'static str, &'static str);

/// A page of the small site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// For everybody, signed in or not.
    Open,
    /// For everybody who is signed in.
    Everyone,
    /// For a department and those below it.
    Research,
    /// For those who have a tag.
    Admins,
}

impl Place {
    /// All of them, from open to closed.
    pub(super) const ALL: [Self; 4] = [Self::Open, Self::Everyone, Self::Research, Self::Admins];

    /// Its path.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Open => "/open",
            Self::Everyone => "/everyone",
            Self::Research => "/research",
            Self::Admins => "/admins",
        }
    }

    /// What stands behind `allow =` for it.
    pub(super) const fn allow(self) -> &'static str {
        match self {
            Self::Open => "public",
            Self::Everyone => "member",
            Self::Research => "department:2",
            Self::Admins => "tag:2",
        }
    }

    /// Whether it needs no rule of its own: it is open to whomever the site is.
    pub(super) fn is_as_the_site(self) -> bool {
        self == Self::Everyone
    }

    /// What decides about it, as it stands in `menshen.toml`.
    pub(super) fn rule(self) -> String {
        let allow = self.allow();
        if self.is_as_the_site() {
            return format!("[[site]]\nallow = \"{allow}\"");
        }
        format!(
            "[[site.rule]]\npath  = \"{}\"\nallow = \"{allow}\"",
            self.path()
        )
    }

    /// Whom the directory knows who may open it; `None`: a sign-in alone decides, or not even that.
    pub(super) fn range(self) -> Option<VisibleRange> {
        let nobody = VisibleRange::default();
        match self {
            Self::Open | Self::Everyone => None,
            Self::Research => Some(VisibleRange {
                departments: [RESEARCH].into(),
                ..nobody
            }),
            Self::Admins => Some(VisibleRange {
                tags: [ADMINS].into(),
                ..nobody
            }),
        }
    }

    /// What it is called.
    pub(super) const fn name(self) -> Text {
        match self {
            Self::Open => ("公开页", "The open page"),
            Self::Everyone => ("成员页", "The page for everyone"),
            Self::Research => ("研发部的页面", "The page of 研发部"),
            Self::Admins => ("管理员的页面", "The page of 管理员"),
        }
    }

    /// Whom it is for.
    pub(super) const fn whom(self) -> Text {
        match self {
            Self::Open => ("任何人，不必登录", "for anybody, signed in or not"),
            Self::Everyone => ("所有已登录的成员", "for every member who is signed in"),
            Self::Research => (
                "部门 2（研发部）及其下级部门",
                "for department 2 (研发部) and those below it",
            ),
            Self::Admins => (
                "有标签 2（管理员）的成员",
                "for members with the tag 2 (管理员)",
            ),
        }
    }

    /// What the rule means.
    pub(super) const fn meaning(self) -> Text {
        match self {
            Self::Open => (
                "这个路径的规则是 public：网关不要求登录。已登录的人，网站同样能看到是谁。",
                "The rule for this path says public: the gate asks nobody to sign in. Whoever is signed in is named to the site all the same.",
            ),
            Self::Everyone => (
                "没有单独的规则匹配这个路径，所以由站点自己的 allow 决定：member，即任何已登录的成员。",
                "No rule of its own matches this path, so the site's own allow decides: member, which is every member who is signed in.",
            ),
            Self::Research => (
                "第一条匹配的规则只放行部门 2 的成员；下级部门也算在内。",
                "The first rule that matches lets the members of department 2 pass; departments below it count.",
            ),
            Self::Admins => (
                "第一条匹配的规则只放行有标签 2 的成员，无论他在哪个部门。",
                "The first rule that matches lets members with the tag 2 pass, whatever their department.",
            ),
        }
    }
}
