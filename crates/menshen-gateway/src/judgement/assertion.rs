//! The signed assertion for a judged request.
//!
//! In: a judgement. Out: the value of its header, made once for each session and site. Where nobody is
//! signed in there is none. A signature that fails is logged, and the application gets no assertion, which
//! is the same as nobody to it.

use http::HeaderValue;
use percent_encoding::percent_decode_str;
use wecom_sdk::Timestamp;

use super::site::Site;
use super::{Judge, Judgement};
use crate::assertion::{About, Wanted};
use crate::config::Fact;
use crate::session::SignedIn;

impl Judge {
    /// What the application may check for itself about the person.
    pub(crate) fn assertion(&self, judgement: &Judgement, now: Timestamp) -> Option<HeaderValue> {
        let who = judgement.who.as_ref()?;
        let wanted = self.wanted(&judgement.site, who, now);
        self.keys
            .assertion(&who.assertions, wanted, || about(who))
            .inspect_err(|error| tracing::error!(%error, "no assertion could be signed"))
            .ok()
    }
}

impl Judge {
    /// The same where it was made before and is still good; nothing else is known then.
    pub(crate) fn kept_assertion(
        &self,
        site: &Site,
        who: &SignedIn,
        now: Timestamp,
    ) -> Option<HeaderValue> {
        who.assertions.get(self.wanted(site, who, now))
    }

    fn wanted<'w>(&'w self, site: &'w Site, who: &SignedIn, now: Timestamp) -> Wanted<'w> {
        Wanted {
            issuer: &self.gateway,
            audience: &site.origin,
            as_of: who.checked_at,
            now,
        }
    }
}

/// The facts as words again: what is kept is the form in which headers carry them.
fn about(who: &SignedIn) -> About {
    let text = |fact| who.values.get(fact).to_str().unwrap_or_default();
    let known = |fact| Some(decode(text(fact))).filter(|word| !word.is_empty());
    let groups = text(Fact::Groups)
        .split(',')
        .filter(|group| !group.is_empty());
    About {
        sub: decode(text(Fact::Subject)),
        user_id: decode(text(Fact::User)),
        name: known(Fact::Name),
        email: known(Fact::Email).map(|email| (email, who.is_email_verified)),
        groups: groups.map(decode).collect(),
        corp_id: decode(text(Fact::Corp)),
        connector_id: who.connector_id.to_string(),
    }
}

/// A value of a header as text.
pub(super) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
