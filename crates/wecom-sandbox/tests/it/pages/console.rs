//! The pages under `/_sandbox/`.

use std::time::Duration;

use crate::browser::Browser;
use crate::stage::{PORTAL, Stage};

/// Every page of the console.
const PAGES: &[&str] = &[
    "/_sandbox/",
    "/_sandbox/journal",
    "/_sandbox/faults",
    "/_sandbox/corps",
    "/_sandbox/corps/edit",
    "/_sandbox/corps/edit?id=ww5f1e2d3c4b5a6978",
    "/_sandbox/pushes",
    "/_sandbox/pushes/edit",
    "/_sandbox/pushes/edit?id=sync",
    "/_sandbox/pushes/send?to=sync&event=create_user",
    "/_sandbox/verification",
    "/_sandbox/verification/edit",
    "/_sandbox/agents",
    "/_sandbox/agents/edit",
    "/_sandbox/agents/edit?id=1000002",
    "/_sandbox/members",
    "/_sandbox/members/edit",
    "/_sandbox/members/edit?id=zhangsan",
    "/_sandbox/departments",
    "/_sandbox/departments/edit",
    "/_sandbox/departments/edit?id=4",
    "/_sandbox/tags",
    "/_sandbox/tags/edit?id=1",
    "/_sandbox/grants",
    "/_sandbox/switches",
    "/_sandbox/client",
];

#[tokio::test]
async fn the_first_page_says_what_this_is_and_who_is_who() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let page = desktop.get("/_sandbox/").await;
    page.shows("not the real WeCom").shows("门神示例公司");
    page.shows("member:zhangsan")
        .shows("Nobody yet")
        .shows("ordinary browser");
    desktop.become_person("member:lisi").await;
    desktop.post("/_sandbox/client", &[("client", "on")]).await;
    let page = desktop.get("/_sandbox/").await;
    page.shows("<strong>李四</strong>").shows("WeCom client");
    let answer = desktop.get("/_sandbox").await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (308, Some("/_sandbox/"))
    );
}

#[tokio::test]
async fn no_page_has_a_script_of_its_own_or_an_outside_resource() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    desktop.become_person("member:zhangsan").await;
    for path in PAGES
        .iter()
        .chain(&["/_sandbox/consents", "/wwopen/uriconfirm"])
    {
        let page = desktop.get(path).await;
        page.shows("WeCom sandbox");
        let body = page
            .body
            .replace("<script src=\"/_sandbox/journal.js\" defer></script>", "");
        for word in [
            "<script",
            "<iframe",
            "<img",
            " src=",
            "url(",
            " style=",
            " onclick=",
        ] {
            assert!(!body.contains(word), "{path} has {word}");
        }
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.header("cache-control"), Some("no-store"));
        if PAGES.contains(path) {
            assert!(
                !policy.contains("unsafe") && policy.contains("form-action 'self'"),
                "{policy}"
            );
            assert!(!body.contains("<style"), "{path}");
        }
    }
    let script = desktop.get("/_sandbox/journal.js").await;
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert_eq!(script.header("x-content-type-options"), Some("nosniff"));
    desktop.get("/_sandbox/style.css").await.shows(".nav");
}

#[tokio::test]
async fn the_console_speaks_the_browsers_language_until_it_is_switched() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    desktop.language = "zh-CN,zh;q=0.9,en;q=0.5";
    for path in PAGES {
        desktop
            .get(path)
            .await
            .shows("<html lang=\"zh-CN\">")
            .shows("企业微信沙箱");
    }
    let form = [("lang", "en"), ("next", "/_sandbox/members?q=li")];
    let answer = desktop.post("/_sandbox/language", &form).await;
    assert_eq!(answer.location(), "/_sandbox/members?q=li");
    desktop
        .get("/_sandbox/members")
        .await
        .shows("<html lang=\"en\">")
        .shows("New member");
    let form = [("lang", "fr"), ("next", "//evil.example")];
    let answer = desktop.post("/_sandbox/language", &form).await;
    assert_eq!(answer.location(), "/_sandbox/");
    desktop
        .get("/_sandbox/members")
        .await
        .shows("<html lang=\"en\">");
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
}

/// Every form of the console, with values that would change something.
const FORMS: &[(&str, &[(&str, &str)])] = &[
    ("/_sandbox/clock", &[("seconds", "7201")]),
    ("/_sandbox/reset", &[]),
    ("/_sandbox/journal/clear", &[]),
    (
        "/_sandbox/faults",
        &[("path", "/cgi-bin/gettoken"), ("errcode", "-1")],
    ),
    ("/_sandbox/faults/clear", &[]),
    (
        "/_sandbox/grants/tokens",
        &[("corp", "ww5f1e2d3c4b5a6978"), ("agent", "1000002")],
    ),
    (
        "/_sandbox/members/edit",
        &[("user_id", "new"), ("name", "New")],
    ),
    ("/_sandbox/members/remove", &[("was", "lisi")]),
    ("/_sandbox/corps/edit", &[("name", "New")]),
    (
        "/_sandbox/pushes/edit",
        &[
            ("to", "sync"),
            ("url", "http://127.0.0.1:1/"),
            ("token", "T"),
        ],
    ),
    ("/_sandbox/pushes/remove", &[("was", "sync")]),
    (
        "/_sandbox/pushes/send",
        &[("to", "sync"), ("xml", "<xml/>")],
    ),
    (
        "/_sandbox/verification/edit",
        &[("url", "http://127.0.0.1:8080/")],
    ),
    ("/_sandbox/verification/begin", &[("user_id", "lisi")]),
    ("/_sandbox/verification/forget", &[("user_id", "lisi")]),
    ("/_sandbox/verification/remove", &[]),
    ("/_sandbox/departments/edit", &[("name", "New")]),
    ("/_sandbox/departments/remove", &[("was", "4")]),
    ("/_sandbox/tags/edit", &[("name", "New")]),
    ("/_sandbox/tags/remove", &[("was", "1")]),
    ("/_sandbox/agents/edit", &[("name", "New")]),
    ("/_sandbox/agents/remove", &[("was", "1000003")]),
    ("/_sandbox/agents/verify", &[("id", "1000002")]),
    ("/_sandbox/language", &[("lang", "zh")]),
    ("/_sandbox/person", &[("person", "member:lisi")]),
    ("/_sandbox/corps/remove", &[("was", "ww5f1e2d3c4b5a6978")]),
];

#[tokio::test]
async fn s_176_a_form_that_another_site_sends_changes_nothing() {
    let stage = Stage::start().await;
    let token = stage.token(PORTAL).await;
    let corps = || stage.world().read(|state, _| state.corps.clone());
    let (before, now) = (corps(), stage.world().now());
    let entries = stage.sandbox.journal().newest();
    let mut desktop = Browser::desktop(stage.addr());
    for origin in [
        None,
        Some("https://evil.example"),
        Some("null"),
        Some("http://127.0.0.1:1"),
    ] {
        desktop.origin = origin.map(str::to_owned);
        for (path, form) in FORMS {
            let answer = desktop.post(path, form).await;
            assert_eq!(answer.status, 403, "{path} {origin:?}");
            assert!(answer.header("set-cookie").is_none(), "{path}");
        }
    }
    assert_eq!((corps(), stage.world().now()), (before, now));
    assert!(stage.sandbox.script().list().is_empty());
    assert_eq!(stage.sandbox.journal().newest(), entries);
    let path = format!("/cgi-bin/tag/list?access_token={token}");
    assert_eq!(stage.get(&path).await.errcode(), 0);
    // Each of them is a form that its own page may send, so that the refusals above say something.
    for (path, form) in FORMS {
        let answer = Browser::desktop(stage.addr()).post(path, form).await;
        assert!(
            [303, 422].contains(&answer.status),
            "{path} {}",
            answer.status
        );
    }
}

#[tokio::test]
async fn an_unknown_person_is_nobody_and_the_way_back_is_ours() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    desktop.become_person("member:zhangsan").await;
    desktop.become_person("member:nobody").await;
    desktop.get("/_sandbox/").await.shows("Nobody yet");
    desktop
        .post("/_sandbox/person", &[("userid", " LISI ")])
        .await;
    desktop
        .get("/_sandbox/")
        .await
        .shows("<strong>李四</strong>");
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
    let hostile = "<script>alert(1)</script>\"'>";
    let stage = Stage::start().await;
    stage.world().change(|state, _| {
        let corp = state.corps.values_mut().next().unwrap();
        hostile.clone_into(&mut corp.name);
        for agent in corp.agents.values_mut() {
            hostile.clone_into(&mut agent.name);
        }
        let department = corp.departments.get_mut(&wecom_sdk::DepartmentId(2));
        hostile.clone_into(&mut department.unwrap().name);
        let tag = corp.tags.get_mut(&wecom_sdk::TagId(1));
        hostile.clone_into(&mut tag.unwrap().name);
        let zhangsan = wecom_sdk::UserId::parse("zhangsan").unwrap();
        let member = corp.members.get_mut(&zhangsan).unwrap();
        hostile.clone_into(&mut member.name);
        hostile.clone_into(&mut member.alias);
    });
    stage
        .get("/cgi-bin/gettoken?corpid=%3Cscript%3Ealert(1)%3C/script%3E&corpsecret=x")
        .await;
    let mut desktop = Browser::desktop(stage.addr());
    for path in PAGES.iter().chain(&[
        "/_sandbox/journal/news?after=0",
        "/_sandbox/members?q=%3Cscript%3E",
    ]) {
        let page = desktop.get(path).await;
        assert!(!page.body.contains("<script>"), "{path}: {}", page.body);
    }
    let page = desktop
        .get("/_sandbox/journal?q=%22%3E%3Cscript%3Ealert(1)")
        .await;
    assert!(!page.body.contains("<script>"), "{}", page.body);
}
