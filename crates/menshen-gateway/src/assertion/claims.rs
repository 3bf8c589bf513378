//! What an assertion says, under the names of product section 6.
//!
//! Facts go in, the payload comes out. What is unknown is left out. There is no `jti`: one assertion is
//! shown with every request for minutes, so a name that may be seen once only would be a trap.

use serde::Serialize;
use wecom_sdk::Timestamp;

use super::LIFETIME;

/// Which assertion is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Who says so: the gateway's own origin.
    pub issuer: &'a str,
    /// For whom: the origin of the site.
    pub audience: &'a str,
    /// Since when the facts are known: what was signed from older ones is not shown any more.
    pub as_of: Timestamp,
    /// The time.
    pub now: Timestamp,
}

/// Whom an assertion is about. Everything comes from one loaded session and its identity.
#[derive(Clone, Debug)]
pub struct About {
    /// The subject.
    pub sub: String,
    /// WeCom's name for the person.
    pub user_id: String,
    /// The display name.
    pub name: Option<String>,
    /// The email address, and whether WeCom vouches for it.
    pub email: Option<(String, bool)>,
    /// Departments and tags.
    pub groups: Vec<String>,
    /// The corp.
    pub corp_id: String,
    /// The connector.
    pub connector_id: String,
}

/// The payload.
#[derive(Serialize)]
pub(super) struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    iat: i64,
    exp: i64,
    preferred_username: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
    groups: &'a [String],
    wecom_corp_id: &'a str,
    wecom_connector: &'a str,
}

impl<'a> Claims<'a> {
    pub(super) fn new(wanted: Wanted<'a>, about: &'a About) -> Self {
        Self {
            iss: wanted.issuer,
            aud: wanted.audience,
            sub: &about.sub,
            iat: wanted.now.as_seconds(),
            exp: wanted.now.plus(LIFETIME).as_seconds(),
            preferred_username: &about.user_id,
            name: about.name.as_deref(),
            email: about.email.as_ref().map(|(address, _)| address.as_str()),
            email_verified: about.email.as_ref().map(|(_, is_verified)| *is_verified),
            groups: &about.groups,
            wecom_corp_id: &about.corp_id,
            wecom_connector: &about.connector_id,
        }
    }
}
