//! Keeps the assertions of one session, one for each site it visits.
//!
//! In: a site, the age of the facts, the time. Out: the assertion that was made before, or the one that
//! is made now. What was made from older facts, or is about to end, or comes from a clock that was set back,
//! is made anew.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use http::HeaderValue;
use wecom_sdk::Timestamp;

use super::claims::Wanted;
use super::ring::KeyError;
use super::{LIFETIME, RENEW_BEFORE_END};

/// The most sites for which a session keeps one. Whoever visits more pays for signing.
const MOST: usize = 16;

/// A signed assertion, as the header that carries it.
pub(super) struct Assertion {
    value: HeaderValue,
    made_at: Timestamp,
    as_of: Timestamp,
}

impl Assertion {
    pub(super) fn new(token: &str, wanted: Wanted<'_>) -> Result<Self, KeyError> {
        let mut value = HeaderValue::from_str(token).map_err(|_| KeyError::Cipher)?;
        value.set_sensitive(true);
        Ok(Self {
            value,
            made_at: wanted.now,
            as_of: wanted.as_of,
        })
    }

    fn is_good(&self, wanted: Wanted<'_>) -> bool {
        let until = self.made_at.plus(LIFETIME).minus(RENEW_BEFORE_END);
        self.as_of == wanted.as_of && self.made_at <= wanted.now && wanted.now < until
    }
}

/// The assertions of one session. To be kept with the session, and to go with it.
#[derive(Default)]
pub struct Kept(Mutex<Vec<(Box<str>, Assertion)>>);

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept(…)")
    }
}

impl Kept {
    /// The one that is kept, if it is good.
    pub(crate) fn get(&self, wanted: Wanted<'_>) -> Option<HeaderValue> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, found) = kept.iter().find(|(site, _)| **site == *wanted.audience)?;
        found.is_good(wanted).then(|| found.value.clone())
    }

    pub(super) fn get_or_make(
        &self,
        wanted: Wanted<'_>,
        make: impl FnOnce() -> Result<Assertion, KeyError>,
    ) -> Result<HeaderValue, KeyError> {
        // Held while signing, so that requests of one session at once sign once.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(site, _)| **site == *wanted.audience);
        if let Some((_, found)) = at.and_then(|at| kept.get(at))
            && found.is_good(wanted)
        {
            return Ok(found.value.clone());
        }
        let fresh = make()?;
        let value = fresh.value.clone();
        if let Some(at) = at {
            kept.swap_remove(at);
        } else if kept.len() >= MOST {
            kept.remove(0);
        }
        // Most people visit one site: no room ahead of need.
        kept.reserve_exact(1);
        kept.push((wanted.audience.into(), fresh));
        Ok(value)
    }
}
