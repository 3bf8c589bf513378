//! Time as a value.
//!
//! A [`Clock`] is held only at the edge of a program; below it, `now` is an argument of type
//! [`Timestamp`]. Nothing here sleeps, and nothing but [`SystemClock`] and a running
//! [`ManualClock`] reads the machine's clock.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z.
///
/// Arithmetic saturates, so that a hostile length of time can neither wrap nor panic.
///
/// ```
/// use std::time::Duration;
/// use wecom_sdk::Timestamp;
///
/// let at = Timestamp::from_seconds(1_700_000_000);
/// let later = at.plus(Duration::from_secs(300));
/// assert!(later > at);
/// assert_eq!(later.since(at), Duration::from_secs(300));
/// assert_eq!(at.since(later), Duration::ZERO);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Makes a timestamp from milliseconds since the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Makes a timestamp from seconds since the epoch.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This time, moved forward.
    #[must_use]
    pub fn plus(self, length: Duration) -> Self {
        Self(self.0.saturating_add(millis(length)))
    }

    /// This time, moved back.
    #[must_use]
    pub fn minus(self, length: Duration) -> Self {
        Self(self.0.saturating_sub(millis(length)))
    }

    /// How long ago `earlier` was; zero if it is not in the past.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        let millis = self.0.saturating_sub(earlier.0);
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Self(millis(after)),
            Err(before) => Self(millis(before.duration()).saturating_neg()),
        }
    }
}

fn millis(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

/// Where the time comes from.
///
/// ```
/// use wecom_sdk::{Clock, Timestamp};
///
/// /// A clock for one test.
/// #[derive(Debug)]
/// struct Noon;
///
/// impl Clock for Noon {
///     fn now(&self) -> Timestamp {
///         Timestamp::from_seconds(43_200)
///     }
/// }
///
/// assert_eq!(Noon.now().as_seconds(), 12 * 3600);
/// ```
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present time.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
///
/// ```
/// use wecom_sdk::{Clock, SystemClock, Timestamp};
///
/// assert!(SystemClock.now() > Timestamp::from_seconds(1_700_000_000));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }
}

/// A clock that moves on command: for tests, the sandbox and the demo.
///
/// [`ManualClock::at`] stands still between commands; [`ManualClock::running`] follows the
/// machine's clock and can be pushed ahead of it.
///
/// ```
/// use std::time::Duration;
/// use wecom_sdk::{Clock, ManualClock, Timestamp};
///
/// let clock = ManualClock::at(Timestamp::from_seconds(1_700_000_000));
/// clock.advance(Duration::from_secs(300));
/// assert_eq!(clock.now(), Timestamp::from_seconds(1_700_000_300));
/// ```
#[derive(Debug)]
pub struct ManualClock {
    runs: bool,
    /// The time itself when the clock stands still, the distance to the machine's clock when it runs.
    millis: AtomicI64,
}

impl ManualClock {
    /// A clock that stands still at `start`.
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self {
            runs: false,
            millis: AtomicI64::new(start.0),
        }
    }

    /// A clock that runs with the machine's clock.
    #[must_use]
    pub fn running() -> Self {
        Self {
            runs: true,
            millis: AtomicI64::new(0),
        }
    }

    /// Moves the clock forward.
    pub fn advance(&self, length: Duration) {
        self.millis.fetch_add(millis(length), Ordering::SeqCst);
    }

    /// Moves the clock back, as a time step by NTP or an operator does.
    pub fn step_back(&self, length: Duration) {
        self.millis.fetch_sub(millis(length), Ordering::SeqCst);
    }

    /// How far a running clock has been moved from the machine's, in milliseconds; `None` for one that stands
    /// still. With [`ManualClock::set_offset_millis`] a program that starts again goes on in the time it had.
    ///
    /// ```
    /// use std::time::Duration;
    /// use wecom_sdk::{ManualClock, Timestamp};
    ///
    /// let clock = ManualClock::running();
    /// clock.advance(Duration::from_secs(300));
    /// let after_a_restart = ManualClock::running();
    /// after_a_restart.set_offset_millis(clock.offset_millis().unwrap_or(0));
    /// assert_eq!(after_a_restart.offset_millis(), Some(300_000));
    /// assert_eq!(ManualClock::at(Timestamp::from_seconds(0)).offset_millis(), None);
    /// ```
    #[must_use]
    pub fn offset_millis(&self) -> Option<i64> {
        self.runs.then(|| self.millis.load(Ordering::SeqCst))
    }

    /// Moves a running clock to this distance from the machine's; one that stands still stays where it is.
    pub fn set_offset_millis(&self, millis: i64) {
        if self.runs {
            self.millis.store(millis, Ordering::SeqCst);
        }
    }

    /// Takes back every move of a running clock; a standing clock stays where it is.
    pub fn reset(&self) {
        if self.runs {
            self.millis.store(0, Ordering::SeqCst);
        }
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let millis = self.millis.load(Ordering::SeqCst);
        if self.runs {
            Timestamp(SystemClock.now().0.saturating_add(millis))
        } else {
            Timestamp(millis)
        }
    }
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}

#[cfg(test)]
mod tests;
