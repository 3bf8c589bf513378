//! Every public code of a failure, in one table.
//!
//! A code is a stable word: people quote it, `docs/errors.md` explains it (a test compares the two),
//! and a refused login keeps it in the store. Codes are added, never renamed.

use http::StatusCode;

use super::pages::Notice;

/// Whose failure it is. Decides the level of its log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// The caller's: a request that cannot be served, or a person who may not pass. Info.
    Caller,
    /// WeCom's, or our dealings with WeCom. Error.
    Wecom,
    /// An application's behind us, or of the way to it. Error.
    Upstream,
    /// Ours. Error.
    Ours,
}

/// One public code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Code {
    /// The stable word, `room.what_happened`.
    pub(crate) name: &'static str,
    /// Whose failure it is.
    pub(crate) class: Class,
    /// The status of the answer.
    pub(crate) status: StatusCode,
    /// One neutral sentence for programs (RFC 9457 `title`); pages have their own words.
    pub(crate) title: &'static str,
    /// What a person is told.
    pub(crate) notice: Notice,
}

macro_rules! codes {
    ($($constant:ident = $name:literal, $class:ident $status:ident, $notice:ident, $title:literal;)*) => {
        $(
            #[doc = $title]
            pub(crate) const $constant: &Code = &Code {
                name: $name,
                class: Class::$class,
                status: StatusCode::$status,
                title: $title,
                notice: Notice::$notice,
            };
        )*

        /// All of them, in the order of `docs/errors.md`.
        pub(crate) const ALL: &[&Code] = &[$($constant),*];
    };
}

codes! {
    BAD_REQUEST = "request.malformed", Caller BAD_REQUEST, BadRequest, "The request cannot be understood.";
    UNAUTHENTICATED = "request.not_signed_in", Caller UNAUTHORIZED, Expired, "Nobody is signed in.";
    FORBIDDEN = "request.forbidden", Caller FORBIDDEN, BadRequest, "This is not allowed.";
    FORGED = "request.forged", Caller FORBIDDEN, BadRequest, "The form did not come from a page of this gateway.";
    NOT_FOUND = "request.not_found", Caller NOT_FOUND, NotFound, "There is no such address.";
    METHOD_NOT_ALLOWED = "request.method_not_allowed", Caller METHOD_NOT_ALLOWED, BadRequest, "This address does not take this method.";
    BODY_TOO_LARGE = "request.body_too_large", Caller PAYLOAD_TOO_LARGE, BadRequest, "The body is too large.";
    BODY_TOO_SLOW = "request.body_too_slow", Caller REQUEST_TIMEOUT, BadRequest, "The body did not arrive in time.";
    URL_TOO_LONG = "request.url_too_long", Caller URI_TOO_LONG, BadRequest, "The address is too long.";
    UNSUPPORTED_BODY = "request.unsupported_body", Caller UNSUPPORTED_MEDIA_TYPE, BadRequest, "The body has a type or an encoding that is not accepted.";
    MISDIRECTED = "request.wrong_host", Caller MISDIRECTED_REQUEST, NotFound, "This host is not served here.";
    HEADERS_TOO_LARGE = "request.headers_too_large", Caller REQUEST_HEADER_FIELDS_TOO_LARGE, BadRequest, "The headers are too many or too large.";

    SITE_REFUSED = "site.refused", Caller FORBIDDEN, SiteRefused, "The person may not open this address.";
    CHECK_UNTRUSTED = "check.untrusted_peer", Caller FORBIDDEN, BadRequest, "Only a proxy that is listed may ask.";
    CHECK_INCOMPLETE = "check.header_missing", Caller FORBIDDEN, BadRequest, "The question does not say what it is about.";
    CHECK_CONFLICT = "check.headers_disagree", Caller BAD_REQUEST, BadRequest, "The question describes two requests.";
    CHECK_UNREADABLE = "check.unreadable", Caller FORBIDDEN, BadRequest, "The request that is asked about cannot be judged.";
    CHECK_UNKNOWN_SITE = "check.unknown_site", Caller FORBIDDEN, NotFound, "No site has this host.";
    FORM_NOT_SENT = "site.form_not_sent", Caller UNAUTHORIZED, FormNotSent, "Nobody is signed in, and the form was not sent.";
    FOREIGN_SOCKET = "site.foreign_socket", Caller FORBIDDEN, BadRequest, "A page of another origin may not open this WebSocket.";
    ENTER_TICKET_INVALID = "enter.ticket_invalid", Caller BAD_REQUEST, BadRequest, "The ticket for the site is unusable.";
    ENTER_EXPIRED = "enter.expired", Caller BAD_REQUEST, Expired, "The ticket for the site is unknown, too old or used up.";
    ENTER_OTHER_BROWSER = "enter.other_browser", Caller BAD_REQUEST, OtherBrowser, "The ticket belongs to another browser or another site.";

    LOGIN_UNKNOWN_CONNECTOR = "login.unknown_connector", Caller NOT_FOUND, NotFound, "There is no such connector.";
    LOGIN_STATE_INVALID = "login.state_invalid", Caller BAD_REQUEST, BadRequest, "The login callback came without a usable state.";
    LOGIN_EXPIRED = "login.expired", Caller BAD_REQUEST, Expired, "The login attempt is unknown, too old or used up.";
    LOGIN_OTHER_BROWSER = "login.other_browser", Caller BAD_REQUEST, OtherBrowser, "The login attempt belongs to another browser.";
    LOGIN_CODE_INVALID = "login.code_invalid", Caller BAD_REQUEST, BadRequest, "The login callback came with an unusable code.";
    LOGIN_CANCELLED = "login.cancelled", Caller FORBIDDEN, Cancelled, "The person did not agree to sign in.";
    LOGIN_CODE_SPENT = "login.code_spent", Caller BAD_REQUEST, Expired, "WeCom says that the code was used before or is too old.";
    LOGIN_OUTSIDER = "login.not_a_member", Caller FORBIDDEN, Outsider, "The person is not a member of the corp.";
    LOGIN_OUTSIDE_RANGE = "login.outside_range", Caller FORBIDDEN, OutsideRange, "The member is outside the agent's visible range.";
    LOGIN_INACTIVE = "login.not_active", Caller FORBIDDEN, Inactive, "The member is disabled, not activated, or has left.";
    LOGIN_UNFINISHED = "login.unfinished", Ours SERVICE_UNAVAILABLE, Expired, "The login was begun by another request that has not finished.";
    LOGIN_TOO_MANY = "login.too_many", Caller TOO_MANY_REQUESTS, Busy, "Too many logins are begun from this network.";
    LOGIN_BUSY = "login.busy", Ours SERVICE_UNAVAILABLE, Busy, "Too many people are signing in.";

    WECOM_UNREACHABLE = "wecom.unreachable", Wecom SERVICE_UNAVAILABLE, Unreachable, "WeCom cannot be reached.";
    WECOM_TIMEOUT = "wecom.timeout", Wecom GATEWAY_TIMEOUT, Unreachable, "WeCom did not answer in time.";
    WECOM_UNREADABLE = "wecom.unreadable", Wecom BAD_GATEWAY, Unreachable, "WeCom's answer makes no sense.";
    WECOM_REJECTED = "wecom.rejected", Wecom BAD_GATEWAY, Refused, "WeCom refused the call.";
    WECOM_RATE_LIMITED = "wecom.rate_limited", Wecom SERVICE_UNAVAILABLE, Busy, "WeCom refuses calls for a while.";

    UPSTREAM_UNREACHABLE = "upstream.unreachable", Upstream BAD_GATEWAY, SiteSilent, "The application cannot be reached.";
    UPSTREAM_TIMEOUT = "upstream.timeout", Upstream GATEWAY_TIMEOUT, SiteSilent, "The application did not answer in time.";
    UPSTREAM_BROKEN = "upstream.broken", Upstream BAD_GATEWAY, SiteSilent, "The application's answer broke off.";

    STORE_UNAVAILABLE = "gateway.store_unavailable", Ours SERVICE_UNAVAILABLE, Unavailable, "The gateway cannot reach its store.";
    SECRET_UNREADABLE = "gateway.secret_unreadable", Ours SERVICE_UNAVAILABLE, Unavailable, "The gateway cannot read the secret of a connector.";
    NOT_READY = "gateway.not_ready", Ours SERVICE_UNAVAILABLE, Unavailable, "The gateway is not ready.";
    STOPPING = "gateway.stopping", Ours SERVICE_UNAVAILABLE, Unavailable, "The gateway is stopping.";
    INTERNAL = "gateway.internal", Ours INTERNAL_SERVER_ERROR, Failed, "The gateway made a mistake.";
}

/// The code with this name: for an outcome that was kept in the store.
pub(crate) fn find(name: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.name == name)
}

#[cfg(test)]
mod tests;
