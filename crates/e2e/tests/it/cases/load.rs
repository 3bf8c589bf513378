//! Many at once on one SQLite file.

use e2e::browser::Browser;
use e2e::stage::Stage;
use tokio::task::{JoinHandle, JoinSet};

#[tokio::test]
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
    let stopped = StoppedTime::start();
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
    drop(stopped);
    assert_eq!(stage.sessions().await.len(), 201);
    assert_eq!(stage.wire.count("gettoken"), 1);
    assert!(stage.logs.lines_with("database is locked").is_empty());
    stage.end().await;
}

/// Time that stands still, so that no deadline passes because the machine has other things to do: what is tested is
/// what so many do to each other. It would run on whenever everything waits, so something never does.
struct StoppedTime(JoinHandle<()>);

impl StoppedTime {
    fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the harness itself")]
        let awake = tokio::spawn(async {
            loop {
                tokio::task::yield_now().await;
            }
        });
        tokio::time::pause();
        Self(awake)
    }
}

impl Drop for StoppedTime {
    fn drop(&mut self) {
        tokio::time::resume();
        self.0.abort();
    }
}
