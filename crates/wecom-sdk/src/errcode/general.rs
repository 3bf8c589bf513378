//! -1 to 6000, and 40001 to 40210: the system, credentials, tokens, codes, two-step verification.
//!
//! Rows of the table beside it, sorted by number. They judge nothing.

use super::entry::{Class, ErrcodeInfo, page};

const fn e(number: i64, class: Class, meaning: &'static str) -> ErrcodeInfo {
    ErrcodeInfo::new(number, class, meaning)
}

pub(super) const TABLE: &[ErrcodeInfo] = &[
    e(-1, Class::RetryLater, "WeCom is busy").remedy("try again, at most three times"),
    e(0, Class::Success, "success").seen_as("ok"),
    e(6000, Class::RetryLater, "version conflict of the data")
        .cause("several writers at once")
        .remedy("try again with fewer calls in parallel"),
    e(40001, Class::Configuration, "the secret is not valid")
        .seen_as("invalid credential")
        .cause("the secret is wrong or was reset, belongs to another corp id, or the agent is disabled")
        .remedy("copy the agent's present secret; stop trying, since wrong secrets block the address for an hour")
        .page(page::AGENT),
    e(40003, Class::Bug, "the userid is not valid")
        .cause("an illegal or unknown userid, or GET used where POST is wanted"),
    e(40013, Class::Configuration, "the corp id is not valid")
        .seen_as("invalid corpid")
        .cause("the corp id is mistyped or of another enterprise")
        .remedy("copy the corp id from the console")
        .page(page::CORP),
    e(40014, Class::Token, "the access token is not valid")
        .seen_as("invalid access_token")
        .cause("the token ended early, is of another kind, or carries stray characters"),
    e(40029, Class::Redo, "the code is not valid")
        .seen_as("invalid code")
        .cause("the code was used, is older than five minutes, or was issued for another agent"),
    e(40031, Class::Bug, "the list of userids is not valid"),
    e(40032, Class::Bug, "the list of userids has a wrong length"),
    e(40033, Class::Bug, "the request contains \\uXXXX escapes")
        .remedy("send plain UTF-8"),
    e(40035, Class::Bug, "a parameter is not valid")
        .cause("JSON type, length or HTTP method is wrong"),
    e(40039, Class::Bug, "an address is longer than 1024 bytes"),
    e(40056, Class::Configuration, "the agent id is not valid")
        .cause("no such agent, or not a whole number")
        .remedy("copy the agent's AgentId")
        .page(page::AGENT),
    e(40057, Class::Configuration, "the callback address is bad or was not verified")
        .remedy("save the receive-message server again and watch its verification")
        .page(page::AGENT_EVENTS),
    e(40058, Class::Bug, "a parameter is not valid")
        .cause("JSON type, length or HTTP method is wrong"),
    e(40063, Class::Bug, "a parameter is empty"),
    e(40066, Class::Bug, "the list of departments is not valid")
        .cause("a department id that is no whole number, or out of range")
        .remedy("ask with ids that department/simplelist gave")
        .page(page::CONTACTS),
    e(40068, Class::Bug, "the tag id is not valid").cause("no such tag"),
    e(40073, Class::Bug, "the openid is not valid"),
    e(40078, Class::Redo, "the authorization code is not valid").cause("it works once"),
    e(40091, Class::Configuration, "the secret is not valid")
        .cause("it is perhaps the secret of another enterprise")
        .remedy("copy corp id and secret from the same console")
        .page(page::AGENT),
    e(40093, Class::Bug, "the JS-SDK signature is not valid")
        .cause("another address was signed than the one the page has, or with the other ticket")
        .remedy("sign the page's present address up to its #, query and all, with the ticket of the call"),
    e(40094, Class::Bug, "the address is not valid"),
    e(40096, Class::Bug, "the external_userid is not valid")
        .cause("it is not of this enterprise, or its follower is outside the visible range")
        .page(page::AGENT_RANGE),
    e(40102, Class::Configuration, "the domain or address is that of a listed market app")
        .remedy("choose another domain")
        .page(page::AGENT_DOMAIN),
    e(40125, Class::Bug, "the open_userid is not valid"),
    e(40141, Class::Configuration, "the enterprise's account is in an abnormal state")
        .remedy("see the notices in the console")
        .page(page::CORP),
    e(40206, Class::Bug, "the body is too large"),
    e(40207, Class::Redo, "the tfa_code is not valid").cause("it works once, for five minutes, for the member it was given for")
        .remedy("let the member open the verification page again from WeCom")
        .page(page::TWO_STEP),
    e(40208, Class::Configuration, "the member is not covered by two-step verification")
        .cause("the member is outside the verification's range, or outside the agent's visible range")
        .remedy("put the member into both ranges")
        .page(page::TWO_STEP),
    e(40209, Class::Configuration, "OAuth domain and two-step verification domain differ")
        .cause("the verification page is not an OAuth2 link of the agent whose secret asks")
        .remedy("enter the agent's own OAuth2 link as the verification page")
        .page(page::TWO_STEP),
    e(40210, Class::Configuration, "no two-step verification page is configured")
        .cause("two-step verification is off, or has no page")
        .remedy("enter the page's address")
        .page(page::TWO_STEP),
];
