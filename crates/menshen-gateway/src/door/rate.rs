//! How often anybody may begin something that costs us a row and WeCom a call.
//!
//! In: the caller's address. Out: yes, or after how long to come back. Security: who is not signed in
//! must not fill the store, nor use up the calls that WeCom allows a corp (150,000 an hour), so there
//! are two bounds: one for each network, so that one caller cannot take what belongs to all, and one
//! for all together, from which follows how many rows there can be. People behind one address share
//! its bound (docs/decisions, "login rate"). Counted by this process alone, by a clock that never
//! steps; nothing is kept of an address that has been quiet for a while.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{NotUntil, Quota, RateLimiter};

type Moment = <MonotonicClock as governor::clock::Clock>::Instant;
type Untaught = NoOpMiddleware<Moment>;

/// For one network: this many at once, and so many a second afterwards.
const NETWORK: (u32, u32) = (2000, 30);
/// For all together. The sweep must keep up with it.
pub(crate) const ALL: (u32, u32) = (5000, 1000);
/// After how many questions addresses that have been quiet are forgotten.
const FORGET_EVERY: u32 = 1024;

/// The count. Shared by reference.
pub(crate) struct LoginRate {
    network: RateLimiter<IpAddr, DashMapStateStore<IpAddr>, MonotonicClock, Untaught>,
    all: RateLimiter<NotKeyed, InMemoryState, MonotonicClock, Untaught>,
    asked: AtomicU32,
}

impl fmt::Debug for LoginRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginRate(…)")
    }
}

impl Default for LoginRate {
    fn default() -> Self {
        Self {
            network: RateLimiter::new(quota(NETWORK), DashMapStateStore::default(), MonotonicClock),
            all: RateLimiter::new(quota(ALL), InMemoryState::default(), MonotonicClock),
            asked: AtomicU32::new(0),
        }
    }
}

impl LoginRate {
    /// Counts one beginning, or answers after how many seconds there is room for one.
    pub(crate) fn take(&self, caller: IpAddr) -> Result<(), u32> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.network.retain_recent();
        }
        // On the machine itself is a proxy that nobody listed, or its owner: only the bound for all
        // holds, or a forgotten setting would throttle a whole company.
        if !caller.to_canonical().is_loopback() {
            self.network
                .check_key(&network_of(caller))
                .map_err(seconds)?;
        }
        self.all.check().map_err(seconds)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn seconds(until: NotUntil<Moment>) -> u32 {
    let wait = until.wait_time_from(MonotonicClock.now());
    u32::try_from(wait.as_secs())
        .unwrap_or(u32::MAX)
        .saturating_add(1)
}

/// Whose address it is: one of IPv4, or the first half of IPv6, which every household has whole.
fn network_of(caller: IpAddr) -> IpAddr {
    match caller.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

fn quota((burst, each_second): (u32, u32)) -> Quota {
    let number = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    Quota::per_second(number(each_second)).allow_burst(number(burst))
}

#[cfg(test)]
mod tests;
