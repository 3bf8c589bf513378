//! What an admin may do so often in a month (dossier 13.1): set trusted domains, create apps.
//!
//! In: one such act of a corp. Out: nothing, or what was exceeded. A month is one of Beijing's calendar; whoever
//! exceeds a quota is barred for 30 days. The switch `frequency` takes the quotas away with the other limits.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use wecom_sdk::{CorpId, Timestamp};

use super::counters::Bar;
use super::state::State;

/// How long breaking a month's rule bars (13.1).
const BARRED_FOR: Duration = Duration::from_hours(30 * 24);

/// What is counted by the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Quota {
    /// A trusted domain is set: 85004 beyond it.
    Domains,
    /// An app is created.
    Agents,
}

impl Quota {
    fn describe(self) -> &'static str {
        match self {
            Self::Domains => "trusted domains (85004)",
            Self::Agents => "new apps",
        }
    }
}

/// The acts of one corp in one month.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Month {
    /// Years times twelve, and the month.
    number: i32,
    count: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    barred_until: Option<Timestamp>,
}

impl Month {
    fn count(&mut self, now: Timestamp, most: u32) -> bool {
        if self.barred_until.is_some_and(|until| until > now) {
            return false;
        }
        let month = month_of(now);
        if self.number != month {
            (self.number, self.count) = (month, 0);
        }
        self.count = self.count.saturating_add(1);
        let is_within = self.count <= most;
        self.barred_until = (!is_within).then(|| now.plus(BARRED_FOR));
        is_within
    }

    pub(crate) fn bar(&self, now: Timestamp, corp_id: &CorpId, quota: Quota) -> Option<Bar> {
        Some(Bar {
            what: quota.describe().to_owned(),
            whom: corp_id.to_string(),
            until: self.barred_until.filter(|until| *until > now)?,
        })
    }
}

fn month_of(now: Timestamp) -> i32 {
    let at = jiff::Timestamp::from_millisecond(now.as_millis()).unwrap_or_default();
    let there = at.to_zoned(jiff::tz::offset(8).to_time_zone()).date();
    i32::from(there.year()) * 12 + i32::from(there.month())
}

impl State {
    /// Counts one act of a corp; false when it is one too many this month.
    pub fn count_month(&mut self, now: Timestamp, corp_id: &CorpId, quota: Quota) -> bool {
        if self.is_unlimited() {
            return true;
        }
        let most = match quota {
            Quota::Domains => self.limits.domains_per_month,
            Quota::Agents => self.limits.agents_per_month,
        };
        let month = self.counters.months.entry((corp_id.clone(), quota));
        month.count(now, most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_in_beijing_and_a_bar_after_thirty_days() {
        // 2023-11-30 15:59:59 UTC is the last second of November in Beijing.
        let last = Timestamp::from_seconds(1_701_359_999);
        let mut month = Month::default();
        assert!(month.count(last, 2) && month.count(last, 2));
        let next = last.plus(Duration::from_secs(1));
        assert!(month.count(next, 2), "December counts anew");
        assert!(month.count(next, 2) && !month.count(next, 2));
        let later = next.plus(BARRED_FOR);
        assert!(!month.count(later.minus(Duration::from_secs(1)), 2));
        // Still December, and the count has not gone back.
        assert_eq!(month_of(later), month_of(next));
        assert!(!month.count(later, 2));
        assert!(month.count(later.plus(BARRED_FOR), 2), "a month of its own");
    }
}
