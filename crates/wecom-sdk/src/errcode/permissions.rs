//! 48001 to 50100: what the agent's token may not do.
//!
//! Rows of the table beside it, sorted by number. They judge nothing.

use super::entry::{Class, ErrcodeInfo, page};

const fn e(number: i64, class: Class, meaning: &'static str) -> ErrcodeInfo {
    ErrcodeInfo::new(number, class, meaning)
}

pub(super) const TABLE: &[ErrcodeInfo] = &[
    e(48001, Class::Permission, "the API is not granted to this app").page(page::APP),
    e(48002, Class::Permission, "a token of this kind may not call this API")
        .seen_as("api forbidden")
        .cause("the secret is of another kind: contact sync where an app is wanted, or an app where contact sync is (user/list_id)")
        .remedy("use the secret of the self-built app that signs people in; for user/list_id that of contact sync")
        .page(page::APP),
    e(48004, Class::Permission, "the authorization is no longer valid"),
    e(48005, Class::Bug, "the API was retired"),
    e(48006, Class::Permission, "the permission was withdrawn after long disuse")
        .remedy("have an administrator switch it on again"),
    e(48008, Class::Permission, "the right to edit contacts covers only some APIs")
        .page(page::CONTACT_SYNC),
    e(48009, Class::Permission, "contact sync may not read details from a new address")
        .cause("since August 2022 contact sync gives ids only to addresses it has not used before")
        .remedy("use the secret of a self-built app")
        .page(page::CONTACT_SYNC),
    e(48010, Class::Configuration, "the TLS version is not supported")
        .remedy("look for an old TLS proxy between here and WeCom"),
    e(49004, Class::Bug, "the signature does not match"),
    e(50001, Class::Configuration, "the redirect address is not trusted for this app")
        .seen_as("redirect_uri unauthorized")
        .cause("the domain and port of the callback are not the app's trusted domain, or agent id and secret are of two apps")
        .remedy("register the gateway's host and port as the app's trusted domain, and pair agent id and secret")
        .page(page::APP_DOMAIN),
    e(50002, Class::Permission, "the member is outside the permitted range")
        .remedy("widen the app's visible range if the person should sign in")
        .page(page::APP_RANGE),
    e(50003, Class::Configuration, "the app is disabled")
        .remedy("enable the app")
        .page(page::APP),
    e(50006, Class::Configuration, "the system app is disabled").page(page::APP),
    e(50100, Class::Bug, "the paging cursor is not valid")
        .cause("the cursor is damaged, or the listing lasted too long")
        .remedy("begin the listing anew"),
];
