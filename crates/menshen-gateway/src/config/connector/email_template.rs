//! The email of members for whom WeCom gives none: a template around the userid.
//!
//! In: the text of `email_fallback`. Out: a checked template, and an address for a userid. Never: decides
//! whether the address is anybody's; `connector/email` calls it unverified.

use wecom_sdk::UserId;

/// `{userid}@example.com`: an address made of the userid. Never a verified one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailTemplate {
    before: String,
    after: String,
}

impl EmailTemplate {
    const PLACE: &'static str = "{userid}";

    /// Checks a template; the error says what is wrong.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (before, after) = text
            .split_once(Self::PLACE)
            .ok_or("must contain {userid}")?;
        if after.contains(Self::PLACE) {
            return Err("must contain {userid} only once");
        }
        let rest = format!("{before}{after}");
        let domain = text.rsplit_once('@').map_or("", |(_, domain)| domain);
        if rest.matches('@').count() != 1 || before.contains('@') {
            return Err("must have one `@`, behind {userid}");
        }
        if rest.contains(|c: char| c.is_whitespace() || c.is_control() || "{}<>\",;".contains(c)) {
            return Err("must be an email address apart from {userid}");
        }
        if domain.is_empty() || domain.starts_with('.') || domain.ends_with('.') {
            return Err("must end in a domain");
        }
        Ok(Self {
            before: before.to_owned(),
            after: after.to_owned(),
        })
    }

    /// The address of a member.
    #[must_use]
    pub fn address_of(&self, user_id: &UserId) -> String {
        format!("{}{}{}", self.before, user_id, self.after)
    }
}
