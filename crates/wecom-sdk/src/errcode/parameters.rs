//! 41001 to 43012: something is missing, has ended, or was never set up.
//!
//! Rows of the table beside it, sorted by number. They judge nothing.

use super::entry::{Class, ErrcodeInfo, page};

const fn e(number: i64, class: Class, meaning: &'static str) -> ErrcodeInfo {
    ErrcodeInfo::new(number, class, meaning)
}

pub(super) const TABLE: &[ErrcodeInfo] = &[
    e(41001, Class::Bug, "the access token is missing")
        .seen_as("access_token missing")
        .cause("the token is not in the query; WeCom reads it nowhere else"),
    e(41002, Class::Bug, "the corp id is missing"),
    e(41004, Class::Bug, "the secret is missing")
        .seen_as("corpsecret missing")
        .cause("the configured secret is empty"),
    e(41008, Class::Bug, "the code is missing"),
    e(41009, Class::Bug, "the userid is missing"),
    e(41010, Class::Bug, "the address is missing"),
    e(41011, Class::Bug, "the agent id is missing"),
    e(41017, Class::Bug, "the tag id is missing"),
    e(41024, Class::Bug, "the secret is missing"),
    e(42001, Class::Token, "the access token has expired").seen_as("access_token expired"),
    e(42003, Class::Redo, "the code has expired").cause("a code lives five minutes"),
    e(
        42006,
        Class::Redo,
        "the display component's login state is lost",
    ),
    e(
        42012,
        Class::Configuration,
        "the jsapi_ticket cannot be used",
    )
    .cause("a ticket of the wrong kind or of another agent")
    .remedy("config wants the corp's ticket, agentConfig the agent's, both fetched with the agent's own secret")
    .page(page::AGENT),
    e(42022, Class::Redo, "the code was used before").cause("a code works once"),
    e(
        43004,
        Class::Redo,
        "the member has not linked WeChat or does not follow the plug-in",
    ),
    e(
        43009,
        Class::Configuration,
        "the enterprise is not verified",
    )
    .remedy("have the enterprise verified")
    .page(page::CORP),
    e(
        43012,
        Class::Configuration,
        "the agent needs a callback address",
    )
    .page(page::AGENT_EVENTS),
];
