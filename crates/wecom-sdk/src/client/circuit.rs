//! After WeCom says "too often" (45009, 45033) a call rests for a minute or more.
//!
//! WeCom's own punishments last 60 seconds for a minute limit and 60 minutes for an hour limit, so
//! the rest doubles from one minute to one hour while the answer stays the same. When it is over, one
//! call goes out as a probe; the others wait for what it finds.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Timestamp;

const SHORTEST: Duration = Duration::from_mins(1);
const LONGEST: Duration = Duration::from_hours(1);
/// How long a probe may take before the next one is let through.
const PROBE: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(crate) struct Circuits(Mutex<HashMap<&'static str, Open>>);

#[derive(Clone, Copy, Debug)]
struct Open {
    errcode: i64,
    until: Timestamp,
    rest: Duration,
    is_probing: bool,
}

impl Circuits {
    /// Lets a call through, or names the errcode because of which it has to rest.
    pub(crate) fn check(&self, call: &'static str, now: Timestamp) -> Result<(), i64> {
        match self.lock().get_mut(call) {
            Some(open) if now < open.until => Err(open.errcode),
            Some(open) => {
                open.until = now.plus(PROBE);
                open.is_probing = true;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Takes note of the errcode with which a call ended, 0 included.
    pub(crate) fn note(&self, call: &'static str, errcode: i64, now: Timestamp) {
        let mut circuits = self.lock();
        let before = circuits.get(call).copied();
        if !matches!(errcode, 45009 | 45033) {
            // Calls that were under way when the limit hit may still end well: only a probe closes.
            if before.is_some_and(|open| open.is_probing) {
                circuits.remove(call);
            }
            return;
        }
        let rest = match before {
            // Several calls were under way when the limit hit: that is one event, not many.
            Some(open) if now < open.until && !open.is_probing => return,
            Some(open) => open.rest.saturating_mul(2).min(LONGEST),
            None => SHORTEST,
        };
        let open = Open {
            errcode,
            until: now.plus(rest),
            rest,
            is_probing: false,
        };
        circuits.insert(call, open);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<&'static str, Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
