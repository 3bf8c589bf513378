//! 60001 to 65023: departments, members, the visible range, trusted addresses.
//!
//! Rows of the table beside it, sorted by number. They judge nothing.

use super::entry::{Class, ErrcodeInfo, page};

const fn e(number: i64, class: Class, meaning: &'static str) -> ErrcodeInfo {
    ErrcodeInfo::new(number, class, meaning)
}

pub(super) const TABLE: &[ErrcodeInfo] = &[
    e(
        60001,
        Class::Bug,
        "the department's name has a wrong length",
    ),
    e(60003, Class::Bug, "there is no such department")
        .cause("the department was deleted, or never existed")
        .remedy("read the departments again")
        .page(page::CONTACTS),
    e(60004, Class::Bug, "there is no such parent department"),
    e(60008, Class::Bug, "the department exists already"),
    e(
        60009,
        Class::Bug,
        "the department's name has illegal characters",
    ),
    e(60010, Class::Bug, "the departments would form a circle"),
    e(
        60011,
        Class::Permission,
        "outside the visible range, or no right to edit",
    )
    .seen_as("no privilege to access/modify contact/party/agent")
    .cause("the member or department is outside the agent's visible range")
    .remedy("widen the agent's visible range if the person should sign in")
    .page(page::AGENT_RANGE),
    e(60020, Class::Configuration, "our address is not trusted")
        .seen_as("not allow to access from your ip")
        .cause("the address that WeCom sees is not among the agent's trusted IPs")
        .remedy("add the public egress address that WeCom saw; it takes effect in about a minute")
        .page(page::AGENT_IP),
    e(
        60021,
        Class::Permission,
        "the member is outside the visible range",
    )
    .remedy("widen the agent's visible range if the person should sign in")
    .page(page::AGENT_RANGE),
    e(60030, Class::Permission, "beyond the visible range").page(page::AGENT_RANGE),
    e(
        60031,
        Class::Permission,
        "the agent is barred from the APIs",
    )
    .page(page::AGENT),
    e(60102, Class::Bug, "the userid exists already"),
    e(60103, Class::Bug, "the mobile number's format is not valid"),
    e(60104, Class::Bug, "the mobile number exists already"),
    e(60105, Class::Bug, "the email address's format is not valid"),
    e(60106, Class::Bug, "the email address exists already"),
    e(60111, Class::Bug, "there is no such member")
        .seen_as("userid not found")
        .cause("the member left, was renamed, never existed, or is outside the visible range")
        .remedy("nothing if the person left; else look the member up, and widen the visible range")
        .page(page::CONTACTS),
    e(60123, Class::Bug, "the department id is not valid")
        .cause("the department was deleted, never existed, or the id is no whole number")
        .remedy("read the departments again")
        .page(page::CONTACTS),
    e(60136, Class::Bug, "the record does not exist"),
    e(
        65010,
        Class::Permission,
        "school contacts: not a student, not a school, or no permission",
    ),
    e(
        65014,
        Class::Permission,
        "school contacts: not a student, not a school, or no permission",
    ),
    e(
        65022,
        Class::Permission,
        "school contacts: not a student, not a school, or no permission",
    ),
    e(
        65023,
        Class::Permission,
        "school contacts: not a student, not a school, or no permission",
    ),
];
