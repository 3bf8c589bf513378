//! WeCom's access tokens: one for all callers, renewed once, never in a loop.

use e2e::browser::Browser;
use e2e::stage::Stage;
use e2e::wire::Fault as WireFault;
use tokio::task::JoinSet;
use wecom_sandbox::script::Fault;

/// So many people come back from WeCom at once; answers how many were signed in.
async fn rush(stage: &Stage, people: usize) -> usize {
    let mut browsers = Vec::new();
    for _ in 0..people {
        browsers.push(stage.before_callback("zhangsan").await);
    }
    land(stage, browsers).await
}

async fn land(stage: &Stage, browsers: Vec<Browser>) -> usize {
    let mut flights = JoinSet::new();
    for (at, mut browser) in browsers.into_iter().enumerate() {
        let callback = browser.stop().unwrap();
        let browser = browser.on(stage.net_to(at % stage.nodes.len()));
        flights.spawn(browser.shoot(&callback));
    }
    let replies = flights.join_all().await;
    replies.iter().filter(|reply| reply.status == 303).count()
}

#[tokio::test]
async fn s_199_tokens_that_end_early_are_renewed_once() {
    let stage = Stage::start().await;
    drop(stage.signed_in("zhangsan").await);
    let mut browsers = Vec::new();
    for _ in 0..50 {
        browsers.push(stage.before_callback("zhangsan").await);
    }
    assert_eq!(stage.end_tokens(), 1);
    assert_eq!(land(&stage, browsers).await, 50, "every login succeeds");
    assert_eq!(stage.wire.count("gettoken"), 2, "one renewal for all");
    stage.end().await;
}

#[tokio::test]
async fn s_199_when_the_new_token_fails_too_there_is_no_loop() {
    for errcode in [40014, 42001, 40001] {
        let stage = Stage::start().await;
        stage.script(Fault::errcode("/cgi-bin/auth/getuserinfo", errcode).times(2));
        assert_eq!(rush(&stage, 1).await, 0);
        assert_eq!(
            stage.wire.count("auth/getuserinfo"),
            2,
            "{errcode}: one retry"
        );
        assert_eq!(stage.wire.count("gettoken"), 2, "{errcode}: one renewal");
        assert_eq!(
            rush(&stage, 3).await,
            3,
            "{errcode}: and then it works again"
        );
        stage.end().await;
    }
}

#[tokio::test]
async fn s_200_two_nodes_share_a_token_or_live_with_two() {
    for switch in ["same", "new", "new_ends_old"] {
        let mut stage = Stage::start().await;
        stage.add_node().await;
        stage.change(|state| assert!(state.switches.set("repeat_token", switch)));
        assert_eq!(
            rush(&stage, 8).await,
            8,
            "{switch}: both nodes at the same moment"
        );
        assert_eq!(rush(&stage, 8).await, 8, "{switch}: and again");
        assert!(stage.wire.count("gettoken") <= 4, "{switch}: no ping-pong");
        stage.end().await;
    }
}

#[tokio::test]
async fn s_201_impossible_lengths_of_life_cause_no_busy_loop() {
    for length in ["0", "-1", "\"7200\"", "1000000000", "null", ""] {
        let stage = Stage::start().await;
        stage
            .wire
            .always("gettoken", WireFault::Put("expires_in", length));
        rush(&stage, 3).await;
        rush(&stage, 3).await;
        let fetched = stage.wire.count("gettoken");
        assert!(
            fetched <= 6,
            "{length:?}: at most one fetch for each failed login, {fetched}"
        );
        if ["0", "-1", "1000000000"].contains(&length) {
            assert_eq!(fetched, 1, "{length:?}: kept for a minute at least");
        }
        stage.clock.advance(std::time::Duration::from_hours(3));
        stage.wire.heal();
        assert_eq!(
            rush(&stage, 2).await,
            2,
            "{length:?}: nobody believes it for ever"
        );
        stage.end().await;
    }
}
