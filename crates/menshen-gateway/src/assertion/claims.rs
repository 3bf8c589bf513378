//! What an assertion says, under the names of product section 6.
//!
//! Facts go in, the payload comes out. What is unknown is left out. There is no `jti`: one assertion is
//! shown with every request for minutes, so a name that may be seen once only would be a trap.

use serde::Serialize;
use wecom_sdk::Timestamp;

use super::LIFETIME;

/// Whom an assertion is about. Everything comes from one loaded session and its identity.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The subject.
    pub sub: &'a str,
    /// WeCom's name for the person.
    pub user_id: &'a str,
    /// The display name.
    pub name: Option<&'a str>,
    /// The email address, and whether WeCom vouches for it.
    pub email: Option<(&'a str, bool)>,
    /// Departments and tags.
    pub groups: &'a [String],
    /// The corp.
    pub corp_id: &'a str,
    /// The connector.
    pub connector_id: &'a str,
    /// When all this was written down: what was signed before is not shown any more.
    pub as_of: Timestamp,
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
    pub(super) fn new(
        issuer: &'a str,
        audience: &'a str,
        about: &About<'a>,
        now: Timestamp,
    ) -> Self {
        Self {
            iss: issuer,
            aud: audience,
            sub: about.sub,
            iat: now.as_seconds(),
            exp: now.plus(LIFETIME).as_seconds(),
            preferred_username: about.user_id,
            name: about.name,
            email: about.email.map(|(address, _)| address),
            email_verified: about.email.map(|(_, is_verified)| is_verified),
            groups: about.groups,
            wecom_corp_id: about.corp_id,
            wecom_connector: about.connector_id,
        }
    }
}
