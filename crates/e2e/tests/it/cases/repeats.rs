//! A callback that is fired twice, cut off, or fired two hundred times: one exchange, one session.

use std::collections::HashSet;
use std::time::Duration;

use e2e::browser::{Browser, Errand, Reply};
use e2e::stage::{Held, Stage};
use tokio::task::JoinSet;

const EXCHANGE: &str = "auth/getuserinfo";

/// A callback that was made: WeCom has carried the exchange out, and its answer waits.
struct UnderWay<'s> {
    browser: Browser,
    callback: Errand,
    held: Held<'s>,
    flights: JoinSet<Reply>,
}

async fn under_way(stage: &Stage) -> UnderWay<'_> {
    let (browser, callback) = stage.with_callback("zhangsan").await;
    let held = stage.hold(EXCHANGE);
    let mut flights = JoinSet::new();
    flights.spawn(browser.shoot(&callback));
    held.arrived().await;
    UnderWay {
        browser,
        callback,
        held,
        flights,
    }
}

#[tokio::test]
async fn s_076_overlapping_callbacks_share_one_exchange() {
    let stage = Stage::start().await;
    let UnderWay {
        mut browser,
        callback,
        held,
        mut flights,
    } = under_way(&stage).await;
    for _ in 0..3 {
        flights.spawn(browser.shoot(&callback));
    }
    assert!(
        stage.who(&browser).await.is_none(),
        "the repeats are on their way"
    );
    held.release();
    let mut cookies = HashSet::new();
    for reply in flights.join_all().await {
        browser.take(callback.clone(), reply);
        browser.settle().await;
        assert_eq!(browser.page().status, 200);
        cookies.insert(browser.cookie(&stage.address("/"), "menshen_session"));
    }
    assert_eq!(cookies.len(), 1, "every answer carries the same session");
    assert_eq!(stage.wire.count(EXCHANGE), 1);
    assert_eq!(stage.sessions().await.len(), 1);
    stage.end().await;
}

#[tokio::test]
async fn s_076_the_repeat_lands_when_the_first_connection_was_cut() {
    let stage = Stage::start().await;
    let UnderWay {
        mut browser,
        callback,
        held,
        mut flights,
    } = under_way(&stage).await;
    flights.shutdown().await;
    flights.spawn(browser.shoot(&callback));
    assert!(stage.who(&browser).await.is_none());
    held.release();
    let reply = flights.join_next().await.unwrap().unwrap();
    browser.take(callback, reply);
    browser.settle().await;
    assert!(stage.who(&browser).await.is_some());
    assert_eq!(stage.wire.count(EXCHANGE), 1);
    stage.end().await;
}

#[tokio::test]
async fn s_076_after_a_minute_a_repeat_finds_nothing() {
    let stage = Stage::start().await;
    let mut browser = stage.before_callback("zhangsan").await;
    let callback = browser.next_address().unwrap().clone();
    browser.settle().await;
    let binding = browser.cookies(&stage.address("/"));
    stage.clock.advance(Duration::from_secs(61));
    // Even a browser that keeps the cookie for longer than it was told.
    let gateway = stage.address("/").parse().unwrap();
    for cookie in binding
        .iter()
        .filter(|cookie| cookie.name.contains("attempt"))
    {
        browser.jar().plant(&gateway, &cookie.name, &cookie.value);
    }
    browser.visit(callback.as_str()).await;
    assert_eq!(browser.page().status, 400);
    assert!(
        stage.who(&browser).await.is_some(),
        "the session itself lives on"
    );
    assert_eq!(stage.wire.count(EXCHANGE), 1);
    stage.end().await;
}

#[tokio::test]
async fn s_077_the_exchange_ends_well_without_its_request() {
    let stage = Stage::start().await;
    let UnderWay {
        mut browser,
        callback,
        held,
        mut flights,
    } = under_way(&stage).await;
    flights.shutdown().await;
    assert_eq!(stage.sessions().await.len(), 0, "no half session");
    held.release();
    stage.rest().await;
    assert_eq!(stage.sessions().await.len(), 1);
    browser.visit(callback.url().as_str()).await;
    assert!(
        stage.who(&browser).await.is_some(),
        "the repeat finds the result"
    );
    assert_eq!(stage.wire.count(EXCHANGE), 1);
    stage.end().await;
}

#[tokio::test]
async fn s_078_of_two_hundred_callbacks_over_three_nodes_one_exchanges() {
    let mut stage = Stage::start().await;
    stage.add_node().await;
    stage.add_node().await;
    let (mut browser, callback) = stage.with_callback("zhangsan").await;
    let tabs: Vec<Browser> = (0..3).map(|node| browser.on(stage.net_to(node))).collect();
    let mut flights = JoinSet::new();
    for turn in 0..200 {
        flights.spawn(tabs[turn % 3].shoot(&callback));
    }
    for reply in flights.join_all().await {
        browser.take(callback.clone(), reply);
        assert_eq!(browser.page().status, 303, "{}", browser.text());
    }
    assert_eq!(stage.wire.count(EXCHANGE), 1);
    assert_eq!(stage.sessions().await.len(), 1);
    browser.settle().await;
    assert!(stage.who(&browser).await.is_some());
    stage.end().await;
}
