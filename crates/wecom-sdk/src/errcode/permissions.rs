//! 48001 to 50100: what the agent's token may not do.
//!
//! Rows of the table beside it, sorted by number. They judge nothing.

use super::entry::{Class, ErrcodeInfo, page};

const fn e(number: i64, class: Class, meaning: &'static str) -> ErrcodeInfo {
    ErrcodeInfo::new(number, class, meaning)
}

pub(super) const TABLE: &[ErrcodeInfo] = &[
    e(48001, Class::Permission, "the API is not granted to this agent").page(page::AGENT),
    e(48002, Class::Permission, "a token of this kind may not call this API")
        .seen_as("api forbidden")
        .cause("the secret is of another kind: contact sync where an agent is wanted, or an agent where contact sync is (user/list_id)")
        .remedy("use the secret of the agent that signs people in; for user/list_id that of contact sync")
        .page(page::AGENT),
    e(48004, Class::Permission, "the authorization is no longer valid"),
    e(48005, Class::Bug, "the API was retired"),
    e(48006, Class::Permission, "the permission was withdrawn after long disuse")
        .remedy("have an administrator switch it on again"),
    e(48008, Class::Permission, "the right to edit contacts covers only some APIs")
        .page(page::CONTACT_SYNC),
    e(48009, Class::Permission, "contact sync may not read details from a new address")
        .cause("since August 2022 contact sync gives ids only to addresses it has not used before")
        .remedy("use the secret of an agent")
        .page(page::CONTACT_SYNC),
    e(48010, Class::Configuration, "the TLS version is not supported")
        .remedy("look for an old TLS proxy between here and WeCom"),
    e(49004, Class::Bug, "the signature does not match"),
    e(50001, Class::Configuration, "the redirect address is not trusted for this agent")
        .seen_as("redirect_uri unauthorized")
        .cause("the domain and port of the callback are not the agent's trusted domain, or agent id and secret are of two agents")
        .remedy("register the gateway's host and port as the agent's trusted domain, and pair agent id and secret")
        .page(page::AGENT_DOMAIN),
    e(50002, Class::Permission, "the member is outside the permitted range")
        .remedy("widen the agent's visible range if the person should sign in")
        .page(page::AGENT_RANGE),
    e(50003, Class::Configuration, "the agent is disabled")
        .remedy("enable the agent")
        .page(page::AGENT),
    e(50006, Class::Configuration, "the system app is disabled").page(page::AGENT),
    e(50100, Class::Bug, "the paging cursor is not valid")
        .cause("the cursor is damaged, or the listing lasted too long")
        .remedy("begin the listing anew"),
];
