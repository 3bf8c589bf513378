//! Clocks that jump.

use std::time::Duration;

use e2e::stage::Stage;

#[tokio::test]
async fn s_203_the_clock_steps_during_a_login() {
    let stage = Stage::start().await;
    let mut browser = stage.before_callback("zhangsan").await;
    stage.clock.step_back(Duration::from_mins(10));
    browser.settle().await;
    assert!(stage.who(&browser).await.is_some(), "{}", browser.text());
    stage.clock.advance(Duration::from_mins(10));
    assert!(stage.who(&browser).await.is_some());
    drop(stage.signed_in("lisi").await);

    // Forward by the life of an attempt: it is over, and says so.
    let mut browser = stage.before_callback("zhangsan").await;
    stage.clock.advance(Duration::from_mins(10));
    browser.settle().await;
    assert_eq!(browser.page().status, 400);

    let mut browser = stage.before_callback("zhangsan").await;
    stage.clock.advance(Duration::from_hours(24));
    browser.settle().await;
    assert_eq!(browser.page().status, 400);
    assert!(
        browser.text().contains("no longer valid"),
        "{}",
        browser.text()
    );
    drop(stage.signed_in("zhangsan").await);
    stage.end().await;
}

#[tokio::test]
async fn s_203_a_clock_a_day_behind_still_signs_people_in() {
    let stage = Stage::start().await;
    drop(stage.signed_in("zhangsan").await);
    stage.clock.step_back(Duration::from_hours(24));
    drop(stage.signed_in("lisi").await);
    stage.end().await;
}

#[tokio::test]
async fn s_219_nothing_becomes_immortal_when_time_jumps() {
    let stage = Stage::start().await;
    let browser = stage.signed_in("zhangsan").await;
    stage.clock.step_back(Duration::from_hours(1));
    assert!(
        stage.who(&browser).await.is_some(),
        "an hour back signs nobody out"
    );
    // The machine slept for two hours; the idle time counts.
    stage.clock.advance(Duration::from_hours(2));
    assert!(stage.who(&browser).await.is_some());
    stage.clock.advance(Duration::from_hours(24));
    assert!(
        stage.who(&browser).await.is_none(),
        "a day forward, past the idle time"
    );
    stage.clock.step_back(Duration::from_hours(48));
    let old = stage.before_callback("lisi").await;
    stage.clock.advance(Duration::from_hours(48));
    let mut old = old;
    old.settle().await;
    assert!(
        stage.who(&old).await.is_none(),
        "what expired stays expired"
    );
    stage.end().await;
}

#[tokio::test]
async fn s_219_a_session_opened_before_a_step_back_still_ends() {
    let stage = Stage::start().await;
    let browser = stage.signed_in("zhangsan").await;
    stage.clock.step_back(Duration::from_hours(1));
    for _ in 0..29 {
        stage.clock.advance(Duration::from_hours(6));
        stage.who(&browser).await;
    }
    assert!(
        stage.who(&browser).await.is_none(),
        "the end was fixed when it was opened"
    );
    stage.end().await;
}
