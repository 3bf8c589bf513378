//! The journal's page and its news, and the page of faults.

use std::time::Duration;

use crate::browser::Browser;
use crate::stage::{PORTAL, Stage};

#[tokio::test]
async fn the_journal_shows_what_fits_the_filter() {
    let stage = Stage::start().await;
    stage.call("user/get", "userid=zhangsan").await;
    stage.call("user/get", "userid=nobody").await;
    let mut desktop = Browser::desktop(stage.addr());
    let page = desktop.get("/_sandbox/journal").await;
    page.shows("GET /cgi-bin/user/get")
        .shows("GET /cgi-bin/gettoken")
        .shows("errcode 60111");
    let page = desktop.get("/_sandbox/journal?q=60111").await;
    assert_eq!(page.body.matches("<details>").count(), 1);
    let page = desktop.get("/_sandbox/journal?refusals=on").await;
    assert_eq!(page.body.matches("<details>").count(), 1);
    let page = desktop.get("/_sandbox/journal?kind=page").await;
    page.shows("Nothing here yet");
    desktop.post("/_sandbox/journal/clear", &[]).await;
    desktop
        .get("/_sandbox/journal")
        .await
        .shows("Nothing here yet");
}

#[tokio::test]
async fn news_come_as_soon_as_there_are_any() {
    let stage = Stage::start().await;
    let last = stage.sandbox.journal().newest();
    let path = format!("/_sandbox/journal/news?after={last}&q=gettoken");
    let mut waiting = Browser::desktop(stage.addr());
    let (news, ()) = tokio::join!(waiting.get(&path), async {
        stage.token(PORTAL).await;
    });
    news.shows("GET /cgi-bin/gettoken");
    assert_eq!(news.header("x-last"), Some("1"));
    let news = waiting
        .get("/_sandbox/journal/news?after=0&q=elsewhere")
        .await;
    assert_eq!((news.status, news.body.trim()), (200, ""));
    assert_eq!(
        waiting.get("/_sandbox/journal/news?after=x").await.status,
        400
    );
    stage.sandbox.journal().clear();
    assert_eq!(
        waiting.get("/_sandbox/journal/news?after=1").await.status,
        205,
        "it was cleared"
    );
}

#[tokio::test]
async fn whoever_waits_for_news_does_not_hold_up_the_end() {
    let stage = Stage::start().await;
    let mut waiting = Browser::desktop(stage.addr());
    let journal = stage.sandbox.journal().clone();
    let (news, ()) = tokio::join!(waiting.get("/_sandbox/journal/news?after=0"), async {
        while journal.watchers() == 0 {
            tokio::task::yield_now().await;
        }
        let stopped = tokio::time::timeout(Duration::from_secs(10), stage.sandbox.stop());
        stopped.await.unwrap();
    });
    assert_eq!((news.status, news.body.trim()), (200, ""));
}

#[tokio::test]
async fn faults_are_made_listed_and_removed_on_their_page() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let form = [
        ("path", "/cgi-bin/gettoken"),
        ("errcode", "-1"),
        ("times", "2"),
    ];
    assert_eq!(
        desktop.post("/_sandbox/faults", &form).await.location(),
        "/_sandbox/faults"
    );
    desktop
        .get("/_sandbox/faults")
        .await
        .shows("errcode -1")
        .shows("2 ×");
    let form = [
        ("path", "/cgi-bin/user/get"),
        ("body", "broken"),
        ("answer", "replaced_after"),
        ("percent", "100"),
        ("times", ""),
    ];
    assert_eq!(desktop.post("/_sandbox/faults", &form).await.status, 303);
    let list = stage.sandbox.script().list();
    assert!(
        list[1].fault.process && list[1].fault.times == u32::MAX,
        "{list:?}"
    );
    let id = list[0].id.to_string();
    desktop
        .post("/_sandbox/faults/remove", &[("id", &id)])
        .await;
    assert_eq!(stage.sandbox.script().list().len(), 1);
    desktop.post("/_sandbox/faults/clear", &[]).await;
    assert!(stage.sandbox.script().list().is_empty());
}

#[tokio::test]
async fn a_fault_that_cannot_be_is_told_with_every_mistake() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let bad = [
        ("path", "/elsewhere"),
        ("status", "99"),
        ("percent", "101"),
        ("times", "0"),
        ("delay_ms", "soon"),
        ("errcode", "-1"),
    ];
    let page = desktop.post("/_sandbox/faults", &bad).await;
    assert_eq!(page.status, 422);
    for shown in [
        "no call of the API",
        "a status is 200 to 599",
        "1 to 100",
        "nobody meets",
        "`soon` is not",
        "value=\"soon\"",
    ] {
        assert!(page.body.contains(shown), "no {shown}");
    }
    let page = desktop
        .post(
            "/_sandbox/faults",
            &[("path", "/cgi-bin/gettoken"), ("times", "1")],
        )
        .await;
    assert!(
        page.status == 422 && page.body.contains("the fault does nothing"),
        "{}",
        page.body
    );
    assert!(stage.sandbox.script().list().is_empty());
}
