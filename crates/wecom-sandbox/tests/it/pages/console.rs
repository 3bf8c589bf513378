//! The pages under `/_sandbox/`.

use std::time::Duration;

use crate::browser::Browser;
use crate::stage::Stage;

#[tokio::test]
async fn the_first_page_says_what_this_is_and_who_is_who() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let page = desktop.get("/_sandbox/").await;
    page.shows("not the real WeCom")
        .shows("门神示例公司")
        .shows("127.0.0.1:8080");
    page.shows("member:zhangsan")
        .shows("Nobody yet")
        .shows("ordinary browser");
    desktop.become_person("member:lisi").await;
    desktop.post("/_sandbox/client", &[("client", "on")]).await;
    let page = desktop.get("/_sandbox/").await;
    page.shows("<strong>李四</strong>").shows("WeCom client");
}

#[tokio::test]
async fn no_page_has_a_script_or_an_outside_resource() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    desktop.become_person("member:zhangsan").await;
    for path in [
        "/_sandbox/",
        "/_sandbox/client",
        "/_sandbox/consents",
        "/wwopen/uriconfirm",
    ] {
        let page = desktop.get(path).await;
        page.shows("WeCom sandbox · 沙盒");
        for word in ["<script", "<iframe", "<img", " src=", "url(", " style="] {
            assert!(!page.body.contains(word), "{path} has {word}");
        }
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert_eq!(page.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn the_clock_moves_forward_by_the_steps_on_the_page_only() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let before = stage.world().now();
    desktop
        .post("/_sandbox/clock", &[("seconds", "7201")])
        .await;
    assert_eq!(stage.world().now().since(before), Duration::from_secs(7201));
    for seconds in ["1", "-7201", "", "99999999999999999999"] {
        let answer = desktop
            .post("/_sandbox/clock", &[("seconds", seconds)])
            .await;
        assert_eq!(answer.location(), "/_sandbox/#clock");
    }
    assert_eq!(stage.world().now().since(before), Duration::from_secs(7201));
    desktop.origin = None;
    let answer = desktop
        .post("/_sandbox/clock", &[("seconds", "7201")])
        .await;
    assert_eq!(answer.status, 403);
    assert_eq!(stage.world().now().since(before), Duration::from_secs(7201));
}

#[tokio::test]
async fn an_unknown_person_is_nobody_and_the_way_back_is_ours() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    desktop.become_person("member:zhangsan").await;
    desktop.become_person("member:nobody").await;
    desktop.get("/_sandbox/").await.shows("Nobody yet");
    for next in [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "",
    ] {
        let form = [("person", "member:lisi"), ("next", next)];
        let answer = desktop.post("/_sandbox/person", &form).await;
        assert_eq!(answer.location(), "/_sandbox/", "{next}");
    }
}

#[tokio::test]
async fn hostile_names_are_shown_as_text() {
    let mut seed = wecom_sandbox::Seed::standard();
    seed.corps[0].name = "<script>alert(1)</script>".to_owned();
    let stage = Stage::start_with(seed).await;
    let page = Browser::desktop(stage.addr()).get("/_sandbox/").await;
    assert!(!page.body.contains("<script"), "{}", page.body);
}
