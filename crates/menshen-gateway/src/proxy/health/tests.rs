//! What counts as a failure, and how long it makes an upstream rest.

use std::time::Duration;

use tokio::time::Instant;

use super::Health;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn many_requests_that_fail_at_once_are_one_failure() {
    let start = Instant::now();
    let health = Health::new(start);
    for _ in 0..100 {
        health.failed(start);
    }
    assert!(health.is_down());
    assert_eq!(health.rest(start), SECOND);
    // Whoever was on the way already fails a little later.
    health.failed(start + SECOND / 2);
    assert_eq!(health.rest(start + SECOND / 2), SECOND / 2);
}

#[test]
fn each_failure_after_a_rest_doubles_the_next_up_to_half_a_minute() {
    let mut now = Instant::now();
    let health = Health::new(now);
    let mut rests = Vec::new();
    for _ in 0..7 {
        health.failed(now);
        let rest = health.rest(now);
        rests.push(rest.as_secs());
        now += rest;
        assert_eq!(health.rest(now), Duration::ZERO);
    }
    assert_eq!(rests, [1, 2, 4, 8, 16, 30, 30]);
    health.succeeded();
    assert!(!health.is_down());
    health.failed(now);
    assert_eq!(health.rest(now), SECOND);
}

#[test]
fn one_knocks_at_a_time() {
    let health = Health::new(Instant::now());
    let knock = health.take_knock();
    assert!(knock.is_some());
    assert!(health.take_knock().is_none());
    drop(knock);
    assert!(health.take_knock().is_some());
}
