//! Frequency limits and what breaking them costs (dossier 13.1).
//!
//! In: one call, its corp and its caller's address. Out: 45009 or nothing. Breaking a minute's
//! limit bars that call for 60 seconds, an hour's for 60 minutes; wrong secrets bar an address from
//! `gettoken` for an hour. Numbers come from the seed, with the documented ones as default.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use wecom_sdk::{CorpId, Timestamp};

use super::refusal::Refusal;
use super::state::State;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
/// Counters are thrown away together when there are more than this many.
const MOST_COUNTERS: usize = 100_000;

/// How many calls are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// One corp, one call, a minute.
    pub corp_per_minute: u32,
    /// One corp, one call, an hour.
    pub corp_per_hour: u32,
    /// One address, one call, a minute.
    pub ip_per_minute: u32,
    /// One address, one call, an hour.
    pub ip_per_hour: u32,
    /// Calls with `debug=1`, one call, a minute.
    pub debug_per_minute: u32,
    /// Wrong secrets from one address before it is barred. The number is not published; ours.
    pub wrong_secrets: u32,
    /// Seconds a scan page waits. Not documented (9.2); ours.
    pub scan_seconds: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            corp_per_minute: 10_000,
            corp_per_hour: 150_000,
            ip_per_minute: 20_000,
            ip_per_hour: 600_000,
            debug_per_minute: 5,
            wrong_secrets: 20,
            scan_seconds: 300,
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Window {
    minute: i64,
    in_minute: u32,
    hour: i64,
    in_hour: u32,
    barred_until: Option<Timestamp>,
}

impl Window {
    fn is_barred(&self, now: Timestamp) -> bool {
        self.barred_until.is_some_and(|until| until > now)
    }

    /// Counts one event; false when it, or an earlier one, was too many.
    fn count(&mut self, now: Timestamp, per_minute: u32, per_hour: u32) -> bool {
        if self.is_barred(now) {
            return false;
        }
        let (minute, hour) = (
            now.as_seconds().div_euclid(60),
            now.as_seconds().div_euclid(3600),
        );
        if self.minute != minute {
            (self.minute, self.in_minute) = (minute, 0);
        }
        if self.hour != hour {
            (self.hour, self.in_hour) = (hour, 0);
        }
        self.in_minute = self.in_minute.saturating_add(1);
        self.in_hour = self.in_hour.saturating_add(1);
        if self.in_hour > per_hour {
            self.barred_until = Some(now.plus(HOUR));
        } else if self.in_minute > per_minute {
            self.barred_until = Some(now.plus(MINUTE));
        }
        !self.is_barred(now)
    }
}

/// Every counter of the world.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    by_corp: HashMap<(CorpId, &'static str), Window>,
    by_ip: HashMap<(IpAddr, &'static str), Window>,
    debug: HashMap<(CorpId, &'static str), Window>,
    wrong_secrets: HashMap<IpAddr, Window>,
}

impl Counters {
    pub(crate) fn is_ip_barred(&self, now: Timestamp, ip: IpAddr) -> bool {
        let window = self.wrong_secrets.get(&ip);
        window.is_some_and(|window| window.is_barred(now))
    }

    pub(crate) fn count_wrong_secret(&mut self, now: Timestamp, ip: IpAddr, limits: &Limits) {
        bounded(&mut self.wrong_secrets)
            .entry(ip)
            .or_default()
            .count(now, u32::MAX, limits.wrong_secrets);
    }
}

impl State {
    /// Counts one call against its corp and its caller's address.
    ///
    /// # Errors
    /// 45009 when there were too many.
    pub fn count_call(
        &mut self,
        now: Timestamp,
        corp_id: &CorpId,
        caller: IpAddr,
        call: &'static str,
    ) -> Result<(), Refusal> {
        let (limits, counters) = (&self.limits, &mut self.counters);
        let by_corp = bounded(&mut counters.by_corp)
            .entry((corp_id.clone(), call))
            .or_default()
            .count(now, limits.corp_per_minute, limits.corp_per_hour);
        let by_ip = bounded(&mut counters.by_ip)
            .entry((caller, call))
            .or_default()
            .count(now, limits.ip_per_minute, limits.ip_per_hour);
        if by_corp && by_ip {
            Ok(())
        } else {
            Err(Refusal::new(45009, "limits.frequency (13.1)"))
        }
    }

    /// Counts one call with `debug=1`.
    ///
    /// # Errors
    /// 45009 from the sixth in a minute on (dossier 2.2).
    pub fn count_debug(
        &mut self,
        now: Timestamp,
        corp_id: &CorpId,
        call: &'static str,
    ) -> Result<(), Refusal> {
        let window = bounded(&mut self.counters.debug)
            .entry((corp_id.clone(), call))
            .or_default();
        if window.count(now, self.limits.debug_per_minute, u32::MAX) {
            Ok(())
        } else {
            Err(Refusal::new(45009, "limits.debug (2.2)"))
        }
    }
}

fn bounded<K, V>(map: &mut HashMap<K, V>) -> &mut HashMap<K, V> {
    if map.len() > MOST_COUNTERS {
        map.clear();
    }
    map
}
