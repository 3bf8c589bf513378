//! The management listener.

use http::StatusCode;

use crate::harness::House;

#[tokio::test]
async fn alive_and_ready() {
    let house = House::new().await;
    assert_eq!(house.manage("/healthz").await.body, "ok\n");
    let ready = house.manage("/readyz").await;
    assert_eq!(
        (ready.status, ready.body.as_str()),
        (StatusCode::OK, "ready\n")
    );
}

#[tokio::test]
async fn readiness_is_lost_with_the_store_and_says_nothing_of_the_cause() {
    let house = House::new().await;
    house.parts.store.close().await;
    let answer = house.manage("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.problem(), "gateway.not_ready");
    assert_eq!(answer.header("retry-after"), "5");
    assert_eq!(house.manage("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn s_196_readiness_does_not_ask_wecom() {
    // The configured WeCom is the real one, which no test can reach.
    let house = House::new().await;
    assert_eq!(house.manage("/readyz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn readiness_drops_first_at_the_end() {
    let house = House::new().await;
    house.parts.jobs.stop();
    let answer = house.manage("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.problem(), "gateway.stopping");
}

#[tokio::test]
async fn s_187_the_public_listener_knows_none_of_it() {
    let house = House::new().await;
    for path in [
        "/healthz",
        "/readyz",
        "/metrics",
        "/debug",
        "/debug/pprof/",
        "/openapi.json",
    ] {
        assert_eq!(
            house.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    for path in ["/", "/_menshen/login", "/_menshen/me"] {
        assert_eq!(
            house.manage(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn s_187_metrics_count_and_name_nobody() {
    let house = House::new().await;
    house.get("/nobody/zhangsan?code=canary").await;
    house.parts.metrics.login_ended("signed_in");
    house.parts.metrics.wecom_asked("timeout");
    let metrics = house.manage("/metrics").await;
    assert!(
        metrics
            .header("content-type")
            .starts_with("application/openmetrics-text")
    );
    for line in [
        "menshen_answers_total{status=\"4xx\"} 1",
        "menshen_logins_total{outcome=\"signed_in\"} 1",
        "menshen_wecom_calls_total{result=\"timeout\"} 1",
        "menshen_panics_total 0",
    ] {
        assert!(
            metrics.body.lines().any(|found| found == line),
            "{line}\n{}",
            metrics.body
        );
    }
    for word in ["zhangsan", "canary", "ww5f1e2d3c4b5a6978", "hq"] {
        assert!(!metrics.body.contains(word), "{word}");
    }
}
