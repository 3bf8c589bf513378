//! One counter: how often something happened in this minute and this hour, and the bar when it was too often
//! (dossier 13.1).
//!
//! In: one event, the limits and `now`. Out: nothing, or which window was broken. Breaking a minute's limit bars
//! for 60 seconds, an hour's for 60 minutes.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use wecom_sdk::Timestamp;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// A counter.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Window {
    minute: i64,
    in_minute: u32,
    hour: i64,
    in_hour: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) barred_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<Span>,
}

impl Window {
    pub(super) fn is_barred(&self, now: Timestamp) -> bool {
        self.barred_until.is_some_and(|until| until > now)
    }

    /// Counts one event; the window that was broken when it, or an earlier one, was too many.
    pub(super) fn count(
        &mut self,
        now: Timestamp,
        per_minute: u32,
        per_hour: u32,
    ) -> Result<(), Span> {
        if let Some(span) = self.broken.filter(|_| self.is_barred(now)) {
            return Err(span);
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
        let (span, bar) = if self.in_hour > per_hour {
            (Span::Hour, HOUR)
        } else if self.in_minute > per_minute {
            (Span::Minute, MINUTE)
        } else {
            return Ok(());
        };
        self.barred_until = Some(now.plus(bar));
        self.broken = Some(span);
        Err(span)
    }
}

/// Which window was broken: it decides how long the bar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Span {
    Minute,
    Hour,
}
