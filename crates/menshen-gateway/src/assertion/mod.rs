//! The signed assertion: what an upstream can check for itself about the person behind a request.
//!
//! In: who it is and for which site. Out: a compact JWS (ES256) of five minutes with a type, an issuer,
//! an audience and a key of its own, and the set of public keys to check it with. It is made once for
//! each session and site and reused until shortly before it ends, because signing costs more than
//! forwarding. Never: reads or checks a token of anybody, or signs anything that did not come from a
//! loaded session.

mod claims;
mod keep;
mod key;
mod ring;
#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::parts::Parts;
pub use claims::{About, Wanted};
pub use keep::Kept;
pub(crate) use key::PublicKey;
pub use ring::{AssertionKeys, KeyError, Rotated, rotate};

/// How long an assertion may be believed.
const LIFETIME: Duration = Duration::from_mins(5);
/// How long before its end a new one is made, so that no upstream ever gets one that is about to end.
const RENEW_BEFORE_END: Duration = Duration::from_mins(1);
/// How long a key is published before it signs: longer than anybody keeps the set of keys.
const PUBLISHED_AHEAD: Duration = Duration::from_hours(1);
/// How long a key stays published after its last signature: the assertion's life, and clocks that differ.
const PUBLISHED_AFTER: Duration = Duration::from_mins(15);
/// How often the keys are read again.
const REFRESHED_EVERY: Duration = Duration::from_mins(1);

/// Starts the loop that reads the keys again; it ends with the other jobs.
pub(crate) fn start(parts: &Parts) {
    let parts = parts.clone();
    parts.jobs.clone().repeat(REFRESHED_EVERY, move || {
        let parts = parts.clone();
        async move {
            let now = parts.clock.now();
            if let Err(error) = parts.assertion_keys.refresh(&*parts.store, now).await {
                tracing::error!(%error, "the signing keys could not be read again; those in use stay");
            }
        }
    });
}
