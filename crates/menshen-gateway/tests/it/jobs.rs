//! Work that outlives a request.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use menshen_gateway::jobs::Jobs;
use menshen_gateway::metrics::Metrics;
use tokio::sync::Notify;

#[tokio::test]
async fn work_goes_on_when_nobody_waits_for_it_and_the_end_waits() {
    let jobs = Jobs::new();
    let (go, done) = (Arc::new(Notify::new()), Arc::new(AtomicU32::new(0)));
    let (go_on, count) = (Arc::clone(&go), Arc::clone(&done));
    drop(jobs.spawn(async move {
        go_on.notified().await;
        count.fetch_add(1, Ordering::SeqCst);
    }));
    assert_eq!(jobs.in_hand(), 1);
    go.notify_one();
    assert_eq!(jobs.drain(Duration::from_secs(10)).await, 0);
    assert_eq!(done.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn the_end_does_not_wait_for_ever() {
    let jobs = Jobs::new();
    drop(jobs.spawn(std::future::pending::<()>()));
    assert_eq!(jobs.drain(Duration::from_secs(10)).await, 1);
}

#[tokio::test(start_paused = true)]
async fn rounds_repeat_until_the_end_and_survive_a_slow_one() {
    let jobs = Jobs::new();
    let rounds = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&rounds);
    jobs.repeat(Duration::from_mins(1), move || {
        let count = Arc::clone(&count);
        async move {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    let until = tokio::time::Instant::now() + Duration::from_secs(185);
    tokio::time::sleep_until(until).await;
    assert_eq!(rounds.load(Ordering::SeqCst), 4);
    assert_eq!(jobs.drain(Duration::from_secs(1)).await, 0);
    assert!(jobs.is_stopping());
}

#[tokio::test(start_paused = true)]
async fn s_064_a_round_that_panics_is_counted_and_the_next_one_comes() {
    let metrics = Metrics::new();
    let jobs = Jobs::counted_by(&metrics);
    let rounds = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&rounds);
    jobs.repeat(Duration::from_mins(1), move || {
        let round = count.fetch_add(1, Ordering::SeqCst);
        assert_ne!(round, 0, "planned by a test, before the round waits");
        async move {
            tokio::task::yield_now().await;
            assert_ne!(round, 1, "planned by a test, after it has waited");
        }
    });
    let until = tokio::time::Instant::now() + Duration::from_secs(185);
    tokio::time::sleep_until(until).await;
    assert_eq!(rounds.load(Ordering::SeqCst), 4);
    assert!(metrics.to_text().contains("menshen_panics_total 2"));
    assert_eq!(jobs.drain(Duration::from_secs(1)).await, 0);
}
