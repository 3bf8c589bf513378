//! What is said about a signed-in person, under the names of product section 6.
//!
//! A session and an identity go in, JSON comes out. Missing facts are left out. Nothing is made up
//! but the email template, and that is marked unverified.

use jiff::Timestamp as Instant;
use menshen_store::{Identity, Session, SubjectKind};
use serde::Serialize;
use wecom_sdk::Timestamp;

use crate::config::ConnectorConfig;
use crate::connector::{Gender, PersonalFields, email};
use crate::identity_headers::groups::groups;

#[cfg(test)]
mod tests;

/// Who is signed in.
#[derive(Debug, Serialize)]
pub(super) struct Claims {
    sub: String,
    preferred_username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gender: Option<Gender>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
    groups: Vec<String>,
    wecom_corp_id: String,
    wecom_connector: String,
    session: SessionClaims,
}

/// An address, as OpenID Connect nests it.
#[derive(Debug, Serialize)]
struct Address {
    formatted: String,
}

/// The session.
#[derive(Debug, Serialize)]
struct SessionClaims {
    opened: String,
    expires: String,
    door: &'static str,
}

/// What claims are made of.
pub(super) struct Facts<'a> {
    pub session: &'a Session,
    pub identity: &'a Identity,
    pub kind: SubjectKind,
    pub personal: PersonalFields,
    pub connector: &'a ConnectorConfig,
}

impl Claims {
    /// Says what is known.
    pub(super) fn of(facts: Facts<'_>) -> Self {
        let Facts {
            session,
            identity,
            personal,
            connector,
            kind,
        } = facts;
        let template = connector.email_fallback.as_ref();
        let email = email::to_show(personal.email, template, (kind, &identity.user_id));
        Self {
            sub: identity.subject_id.to_string(),
            preferred_username: identity.user_id.clone(),
            name: identity.name.clone(),
            email_verified: email.as_ref().map(|email| email.is_verified),
            email: email.map(|email| email.address),
            phone_number: personal.mobile,
            picture: personal.avatar,
            gender: personal.gender,
            address: personal.address.map(|formatted| Address { formatted }),
            groups: groups(identity),
            wecom_corp_id: identity.corp_id.to_string(),
            wecom_connector: session.connector_id.clone(),
            session: SessionClaims {
                opened: rfc3339(session.created_at),
                expires: rfc3339(session.expires_at),
                door: session.door.as_str(),
            },
        }
    }
}

fn rfc3339(at: Timestamp) -> String {
    let instant = Instant::from_second(at.as_seconds());
    instant.map_or_else(|_| String::new(), |instant| instant.to_string())
}
