//! Deadlines that move, on a clock that stands still until it is moved.

use std::future::poll_fn;
use std::time::Duration;

use tokio::time::{Instant, advance, timeout};

use super::Deadline;

const SECOND: Duration = Duration::from_secs(1);

async fn is_over(deadline: &mut Deadline) -> bool {
    timeout(Duration::ZERO, poll_fn(|cx| deadline.poll(cx)))
        .await
        .is_ok()
}

#[tokio::test(start_paused = true)]
async fn s_058_a_deadline_that_moves_on_is_over_at_the_last_moment_named() {
    let mut deadline = Deadline::default();
    for _ in 0..5 {
        deadline.set(Instant::now() + 10 * SECOND);
        assert!(!is_over(&mut deadline).await);
        advance(9 * SECOND).await;
        assert!(!is_over(&mut deadline).await);
    }
    advance(SECOND / 2).await;
    assert!(!is_over(&mut deadline).await);
    advance(SECOND).await;
    assert!(is_over(&mut deadline).await);
}

#[tokio::test(start_paused = true)]
async fn s_058_an_earlier_moment_than_before_counts() {
    let mut deadline = Deadline::default();
    deadline.set(Instant::now() + 100 * SECOND);
    assert!(!is_over(&mut deadline).await);
    deadline.set(Instant::now() + SECOND);
    assert!(!is_over(&mut deadline).await);
    advance(2 * SECOND).await;
    assert!(is_over(&mut deadline).await);
}

#[tokio::test(start_paused = true)]
async fn what_was_cleared_is_never_over() {
    let mut deadline = Deadline::default();
    deadline.set(Instant::now() + SECOND);
    assert!(deadline.is_set() && !is_over(&mut deadline).await);
    deadline.clear();
    advance(10 * SECOND).await;
    assert!(!deadline.is_set() && !is_over(&mut deadline).await);
    deadline.set(Instant::now() + SECOND);
    assert!(!is_over(&mut deadline).await);
}

#[tokio::test(start_paused = true)]
async fn s_058_who_waits_is_woken_when_it_is_over() {
    let begun = Instant::now();
    let mut deadline = Deadline::default();
    deadline.set(begun + SECOND);
    assert!(!is_over(&mut deadline).await);
    deadline.set(begun + 7 * SECOND);
    poll_fn(|cx| deadline.poll(cx)).await;
    assert_eq!(begun.elapsed(), 7 * SECOND);
}
