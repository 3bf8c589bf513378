//! Time that neither wraps nor panics.

use std::time::{Duration, SystemTime};

use super::{Clock as _, ManualClock, SystemClock, Timestamp};

#[test]
fn arithmetic_stops_at_the_ends() {
    let (first, last) = (
        Timestamp::from_millis(i64::MIN),
        Timestamp::from_millis(i64::MAX),
    );
    assert_eq!(last.plus(Duration::MAX), last);
    assert_eq!(first.minus(Duration::MAX), first);
    assert_eq!(Timestamp::from_seconds(i64::MAX), last);
    assert_eq!(
        last.since(first),
        Duration::from_millis(u64::try_from(i64::MAX).unwrap())
    );
    assert_eq!(first.since(last), Duration::ZERO);
}

#[test]
fn seconds_are_rounded_down_before_1970_too() {
    assert_eq!(Timestamp::from_millis(1999).as_seconds(), 1);
    assert_eq!(Timestamp::from_millis(-1).as_seconds(), -1);
    let before = SystemTime::UNIX_EPOCH - Duration::from_millis(1500);
    assert_eq!(Timestamp::from(before).as_millis(), -1500);
}

#[test]
fn s_203_a_manual_clock_moves_on_command_and_back() {
    let start = Timestamp::from_seconds(1_700_000_000);
    let clock = ManualClock::at(start);
    assert_eq!(clock.now(), start);
    clock.advance(Duration::from_hours(24));
    clock.step_back(Duration::from_hours(48));
    assert_eq!(start.since(clock.now()), Duration::from_hours(24));
    clock.reset();
    assert_eq!(
        start.since(clock.now()),
        Duration::from_hours(24),
        "a standing clock stays"
    );
}

#[test]
fn a_running_clock_follows_the_machines_and_can_be_pushed() {
    let clock = ManualClock::running();
    let before = SystemClock.now();
    clock.advance(Duration::from_hours(1));
    let pushed = clock.now();
    assert!(pushed >= before.plus(Duration::from_hours(1)));
    clock.reset();
    assert!(clock.now() < pushed);
}

#[test]
fn a_shared_clock_is_one_clock() {
    let clock = std::sync::Arc::new(ManualClock::at(Timestamp::from_seconds(1)));
    let other = std::sync::Arc::clone(&clock);
    clock.advance(Duration::from_secs(1));
    assert_eq!(other.now(), Timestamp::from_seconds(2));
}

#[test]
fn a_timestamp_travels_as_its_milliseconds() {
    let at = Timestamp::from_millis(1_700_000_000_123);
    let text = serde_json::to_string(&at).unwrap();
    assert_eq!(text, "1700000000123");
    assert_eq!(serde_json::from_str::<Timestamp>(&text).unwrap(), at);
}
