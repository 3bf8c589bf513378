//! Many at once on one SQLite file.

use e2e::browser::Browser;
use e2e::stage::Stage;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_216_two_hundred_logins_among_thousands_of_checks() {
    let stage = Stage::with(|setup| setup.log_level = tracing::Level::INFO).await;
    let reader = stage.signed_in("lisi").await;
    let mut callbacks = Vec::new();
    for _ in 0..200 {
        let mut browser = stage.before_callback("zhangsan").await;
        let callback = browser.stop().unwrap();
        callbacks.push(browser.shoot(&callback));
    }
    let me = Browser::typed(&stage.address("/_menshen/me"));
    let mut logins = JoinSet::new();
    let mut checks = JoinSet::new();
    for callback in callbacks {
        logins.spawn(callback);
        for _ in 0..10 {
            checks.spawn(reader.shoot(&me));
        }
    }
    for reply in logins.join_all().await {
        let page = String::from_utf8_lossy(&reply.body);
        assert_eq!(reply.status, 303, "{page}");
    }
    for reply in checks.join_all().await {
        assert_eq!(reply.status, 200);
    }
    assert_eq!(stage.sessions().await.len(), 201);
    assert_eq!(stage.wire.count("gettoken"), 1);
    assert!(stage.logs.lines_with("database is locked").is_empty());
    stage.end().await;
}
