//! Times as a person reads them: Beijing time, as on WeCom's own pages.

use jiff::tz::Offset;
use wecom_sdk::Timestamp;

/// `2026-11-21 18:05:00 (UTC+8)`.
pub(crate) fn beijing(time: Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(time.as_millis()).unwrap_or(jiff::Timestamp::MAX);
    let there = Offset::constant(8).to_datetime(at);
    there.strftime("%Y-%m-%d %H:%M:%S (UTC+8)").to_string()
}
