//! How long a refused secret is left alone.
//!
//! WeCom blocks an address for an hour after repeated wrong secrets, without saying how many. So the
//! wait starts at a minute and doubles up to a quarter of an hour: about eight tries in the first hour,
//! four in each that follows, however many people sign in.

use std::time::Duration;

use super::source::Credential;
use crate::clock::Timestamp;

const SHORTEST: Duration = Duration::from_mins(1);
const LONGEST: Duration = Duration::from_mins(15);

#[derive(Clone, Copy, Debug)]
pub(super) struct HoldOff {
    credential: Credential,
    errcode: i64,
    until: Timestamp,
    length: Duration,
}

impl HoldOff {
    /// The next wait after a refusal of `credential`.
    pub(super) fn after(
        before: Option<Self>,
        credential: Credential,
        errcode: i64,
        now: Timestamp,
    ) -> Self {
        let length = match before {
            Some(before) if before.credential == credential => (before.length * 2).min(LONGEST),
            _ => SHORTEST,
        };
        Self {
            credential,
            errcode,
            until: now.plus(length),
            length,
        }
    }

    /// The errcode because of which `credential` has to wait; another secret never waits.
    pub(super) fn refuses(&self, credential: Credential, now: Timestamp) -> Option<i64> {
        (self.credential == credential && now < self.until).then_some(self.errcode)
    }
}
