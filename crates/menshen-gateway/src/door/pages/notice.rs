//! The pages that say what happened and what to do about it: one template, many texts.
//!
//! A notice names its texts in `texts/*.ftl`. It never holds a detail of a failure: those are for the log.

/// What a person has to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// Confirmed by WeCom (or `WeChat`), but not a member of this corp.
    Outsider,
    /// A member outside the agent's visible range (可见范围).
    OutsideRange,
    /// A member who is disabled, not activated, or has left.
    Inactive,
    /// The person said no at WeCom.
    Cancelled,
    /// The login attempt is too old, unknown, or used up.
    Expired,
    /// The login attempt belongs to another browser.
    OtherBrowser,
    /// WeCom answered, and the answer was no.
    Refused,
    /// WeCom did not answer.
    Unreachable,
    /// Too many at once.
    Busy,
    /// Our store, or something else of ours, is down for now.
    Unavailable,
    /// A mistake of ours.
    Failed,
    /// A request nobody can make sense of.
    BadRequest,
    /// No such page.
    NotFound,
    /// Signed out; coming back takes a click.
    SignedOut,
    /// Signed in, and not let in by the rules of this site.
    SiteRefused,
    /// The application behind the gate did not answer.
    SiteSilent,
    /// A form came after the session had ended, and was not passed on.
    FormNotSent,
}

impl Notice {
    #[cfg(test)]
    pub(super) const ALL: [Self; 17] = [
        Self::Outsider,
        Self::OutsideRange,
        Self::Inactive,
        Self::Cancelled,
        Self::Expired,
        Self::OtherBrowser,
        Self::Refused,
        Self::Unreachable,
        Self::Busy,
        Self::Unavailable,
        Self::Failed,
        Self::BadRequest,
        Self::NotFound,
        Self::SignedOut,
        Self::SiteRefused,
        Self::SiteSilent,
        Self::FormNotSent,
    ];

    /// The stem of its texts: `…-title`, `…-what`, `…-do`.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Outsider => "outsider",
            Self::OutsideRange => "outside-range",
            Self::Inactive => "inactive",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::OtherBrowser => "other-browser",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Busy => "busy",
            Self::Unavailable => "unavailable",
            Self::Failed => "failed",
            Self::BadRequest => "bad-request",
            Self::NotFound => "not-found",
            Self::SignedOut => "signed-out",
            Self::SiteRefused => "site-refused",
            Self::SiteSilent => "site-silent",
            Self::FormNotSent => "form-not-sent",
        }
    }

    /// The text on its one button.
    pub(super) fn action(self) -> &'static str {
        match self {
            Self::Cancelled | Self::Expired | Self::OtherBrowser | Self::Refused => "start-again",
            Self::SignedOut | Self::FormNotSent => "sign-in",
            Self::BadRequest | Self::NotFound | Self::SiteRefused => "go-home",
            Self::Outsider
            | Self::OutsideRange
            | Self::Inactive
            | Self::Unreachable
            | Self::Busy
            | Self::Unavailable
            | Self::SiteSilent
            | Self::Failed => "try-again",
        }
    }

    /// Whether the person may want to ask somebody about it, and quote the request id.
    pub(super) fn may_need_help(self) -> bool {
        !matches!(self, Self::SignedOut | Self::Cancelled | Self::FormNotSent)
    }

    /// Whether its button leaves this tab as it is: what the person wrote is still in it.
    pub(super) fn opens_a_tab(self) -> bool {
        matches!(self, Self::FormNotSent)
    }

    /// Its picture.
    pub(super) fn icon(self) -> Icon {
        match self {
            Self::Outsider | Self::OutsideRange | Self::Inactive | Self::SiteRefused => {
                Icon::Person
            }
            Self::Cancelled | Self::SignedOut | Self::FormNotSent => Icon::Leave,
            Self::Expired | Self::Busy | Self::Unreachable | Self::SiteSilent => Icon::Clock,
            Self::OtherBrowser => Icon::Windows,
            Self::BadRequest | Self::NotFound => Icon::Question,
            Self::Refused | Self::Unavailable | Self::Failed => Icon::Attention,
        }
    }
}

/// A picture in 24 × 24 units, drawn as one stroke.
#[derive(Clone, Copy, Debug)]
pub(super) enum Icon {
    Person,
    Leave,
    Clock,
    Windows,
    Question,
    Attention,
}

impl Icon {
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Person => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
            Self::Leave => "M10 4H5v16h5M10 12h10M16 8l4 4-4 4",
            Self::Clock => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2",
            Self::Windows => "M8 8V4h12v12h-4M4 8h12v12H4z",
            Self::Question => "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 18v.01",
            Self::Attention => "M12 7v6M12 17v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
        }
    }
}
