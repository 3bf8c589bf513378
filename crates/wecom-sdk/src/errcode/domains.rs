//! 80001 and above: domains, contact limits, tickets, consent, other agents.
//!
//! Rows of the table beside it, sorted by number. They judge nothing.

use super::entry::{Class, ErrcodeInfo, page};

const fn e(number: i64, class: Class, meaning: &'static str) -> ErrcodeInfo {
    ErrcodeInfo::new(number, class, meaning)
}

pub(super) const TABLE: &[ErrcodeInfo] = &[
    e(
        80001,
        Class::Configuration,
        "the trusted domain is wrong or has no ICP filing",
    )
    .page(page::AGENT_DOMAIN),
    e(
        81001,
        Class::Bug,
        "the department has too many nodes below it",
    ),
    e(81002, Class::Bug, "the departments are nested too deep"),
    e(81003, Class::Bug, "a limit of the contacts is reached"),
    e(
        81011,
        Class::Permission,
        "no right to the tag, or no valid target",
    ),
    e(
        81012,
        Class::Permission,
        "no right to the tag, or no valid target",
    ),
    e(
        81013,
        Class::Permission,
        "no right to the tag, or no valid target",
    ),
    e(81014, Class::Bug, "no right to the tag, or no valid target"),
    e(84014, Class::Redo, "the user_ticket has expired").cause("a ticket lives 30 minutes"),
    e(84015, Class::Redo, "the user_ticket is not valid")
        .cause("a ticket of another agent, or damaged"),
    e(
        84025,
        Class::Bug,
        "the state is not made of letters and digits or is longer than 128 bytes",
    ),
    e(84090, Class::Bug, "the user_ticket is missing"),
    e(
        85004,
        Class::RetryLater,
        "the trusted domain was set more than 20 times this month",
    )
    .remedy("wait until next month"),
    e(
        85005,
        Class::Configuration,
        "the domain's ownership is not verified",
    )
    .cause("the file WW_verify_….txt was not found; OAuth works, the JS-SDK is limited")
    .remedy("serve the file at the domain's root and verify again")
    .page(page::AGENT_DOMAIN),
    e(
        85006,
        Class::Configuration,
        "the list of trusted addresses is too long",
    )
    .page(page::AGENT_IP),
    e(
        85007,
        Class::Configuration,
        "a trusted address is not valid",
    )
    .page(page::AGENT_IP),
    e(
        85008,
        Class::Configuration,
        "the ICP check of the domain failed",
    )
    .page(page::AGENT_DOMAIN),
    e(
        85009,
        Class::Configuration,
        "the agent's information is incomplete",
    )
    .page(page::AGENT),
    e(
        85010,
        Class::Configuration,
        "the callback parameters are not valid",
    )
    .page(page::AGENT_EVENTS),
    e(85011, Class::Configuration, "the callback check failed").page(page::AGENT_EVENTS),
    e(
        85111,
        Class::Configuration,
        "the trusted domain belongs to a third-party provider",
    )
    .remedy("use a domain of the enterprise itself")
    .page(page::AGENT_DOMAIN),
    e(
        90210,
        Class::Redo,
        "the member has to authorize the agent first",
    ),
    e(91040, Class::Bug, "the kind of ticket is not valid")
        .cause("ticket/get knows agent_config only; the corp's ticket has a call of its own")
        .remedy("ask get_jsapi_ticket for the corp's ticket"),
    e(
        92000,
        Class::Permission,
        "the member is outside the agent's range",
    )
    .page(page::AGENT_RANGE),
    e(
        92001,
        Class::Permission,
        "the agent may not read sensitive information",
    )
    .remedy("select the fields in the agent's settings")
    .page(page::AGENT_CONSENT),
    e(92002, Class::Permission, "the call crosses enterprises"),
    e(
        301_002,
        Class::Configuration,
        "the token is of another agent",
    )
    .seen_as("not allow operate another agent with this accesstoken.")
    .cause("agent id and secret are of two agents")
    .remedy("use the secret of the agent whose agent id is configured")
    .page(page::AGENT),
    e(301_036, Class::Bug, "the userid may not be renamed")
        .cause("it can be renamed once, and only if WeCom made it"),
    e(301_042, Class::Configuration, "our address is not allowed")
        .cause("the allow-list of the attendance family")
        .page(page::AGENT_IP),
];
