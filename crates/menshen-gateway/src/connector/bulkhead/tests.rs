use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::SemaphorePermit;
use tokio::task::JoinSet;
use tokio::time::{Instant, advance, timeout};

use super::{Bulkhead, Busy, MOST_AT_A_TIME, MOST_WAITING, PATIENCE};

/// One with a turn for each place, all of them taken.
async fn full(bulkhead: &Bulkhead) -> Vec<SemaphorePermit<'_>> {
    let mut turns = Vec::new();
    for _ in 0..MOST_AT_A_TIME {
        turns.push(bulkhead.turn().await.unwrap());
    }
    turns
}

fn waiting(bulkhead: &Bulkhead) -> usize {
    bulkhead.waiting.load(Ordering::Relaxed)
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_does_not_come_is_a_no_after_ten_seconds() {
    let bulkhead = Bulkhead::new();
    let turns = full(&bulkhead).await;
    let start = Instant::now();
    assert_eq!(bulkhead.turn().await.err(), Some(Busy));
    let waited = start.elapsed();
    assert!(waited >= PATIENCE && waited < PATIENCE + Duration::from_secs(1));
    assert_eq!(waiting(&bulkhead), 0);
    drop(turns);
    assert!(bulkhead.turn().await.is_ok(), "it passes by itself");
}

#[tokio::test(start_paused = true)]
async fn whoever_waited_longest_is_next() {
    let bulkhead = Arc::new(Bulkhead::new());
    let mut turns = full(&bulkhead).await;
    let mut waiters = JoinSet::new();
    for name in ["first", "second"] {
        let bulkhead = Arc::clone(&bulkhead);
        waiters.spawn(async move { bulkhead.turn().await.map(|_turn| name) });
        tokio::task::yield_now().await;
    }
    advance(Duration::from_secs(9)).await;
    turns.pop();
    assert_eq!(waiters.join_next().await.unwrap().unwrap(), Ok("first"));
    assert_eq!(waiters.join_next().await.unwrap().unwrap(), Ok("second"));
    assert_eq!(waiting(&bulkhead), 0);
}

#[tokio::test(start_paused = true)]
async fn when_too_many_wait_the_next_is_turned_away_at_once() {
    let bulkhead = Arc::new(Bulkhead::new());
    let turns = full(&bulkhead).await;
    let mut waiters = JoinSet::new();
    for _ in 0..MOST_WAITING {
        let bulkhead = Arc::clone(&bulkhead);
        waiters.spawn(async move { bulkhead.turn().await.map(drop) });
    }
    while waiting(&bulkhead) < MOST_WAITING {
        tokio::task::yield_now().await;
    }
    let start = Instant::now();
    assert_eq!(bulkhead.turn().await.err(), Some(Busy));
    assert_eq!(start.elapsed(), Duration::ZERO, "without waiting");
    assert_eq!(waiting(&bulkhead), MOST_WAITING, "and without a place");
    drop(turns);
    let turns = waiters.join_all().await;
    assert!(
        turns.iter().all(Result::is_ok),
        "nobody else is turned away"
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_goes_away_leaves_no_place_behind() {
    let bulkhead = Bulkhead::new();
    let _turns = full(&bulkhead).await;
    let gone = timeout(Duration::from_secs(1), bulkhead.turn()).await;
    assert!(gone.is_err(), "still waiting");
    assert_eq!(waiting(&bulkhead), 0);
}
