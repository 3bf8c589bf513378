//! The console's forms: what they make, and what they say when they cannot.

use crate::browser::Browser;
use crate::stage::{EXPENSES, PORTAL, Stage};

#[tokio::test]
async fn departments_have_a_form() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let answer = desktop
        .post(
            "/_sandbox/departments/edit",
            &[("name", "门卫"), ("parent", "3")],
        )
        .await;
    assert_eq!(answer.status, 303);
    desktop
        .get("/_sandbox/departments")
        .await
        .shows("门卫")
        .shows("depth-2");
    let form = [
        ("was", "2"),
        ("name", "研发"),
        ("parent", "4"),
        ("order", "many"),
    ];
    let page = desktop.post("/_sandbox/departments/edit", &form).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("a department below itself") && page.body.contains("`many` is not"));
    let page = desktop
        .post("/_sandbox/departments/remove", &[("was", "2")])
        .await;
    assert!(
        page.body.contains("there are members in it"),
        "{}",
        page.body
    );
    assert_eq!(
        desktop
            .post("/_sandbox/departments/remove", &[("was", "5")])
            .await
            .status,
        303
    );
}

#[tokio::test]
async fn tags_have_a_form() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let form = [
        ("name", "门"),
        ("members", "lisi, WANGWU\nzhangsan"),
        ("departments", "3"),
    ];
    assert_eq!(desktop.post("/_sandbox/tags/edit", &form).await.status, 303);
    desktop
        .get("/_sandbox/tags")
        .await
        .shows("总部 › 财务部, 李四, 王五, 张三");
    let page = desktop
        .post(
            "/_sandbox/tags/edit",
            &[("name", "门"), ("members", "x y z")],
        )
        .await;
    assert!(
        page.body.contains("another tag has this name")
            && page.body.contains("there is no member `y`")
    );
    assert_eq!(
        desktop
            .post("/_sandbox/tags/remove", &[("was", "3")])
            .await
            .status,
        303
    );
}

#[tokio::test]
async fn an_app_has_a_form_and_saving_it_unchanged_ends_nothing() {
    let stage = Stage::start().await;
    let token = stage.token(PORTAL).await;
    let agent = || {
        stage.world().read(|state, _| {
            state
                .agent(&crate::stage::corp(), wecom_sdk::AgentId(PORTAL))
                .cloned()
        })
    };
    let before = agent();
    let mut desktop = Browser::desktop(stage.addr());
    let secret = crate::stage::secret(PORTAL);
    let mut form = vec![
        ("was", "1000002"),
        ("name", "门户"),
        ("enabled", "yes"),
        ("rules", "new"),
        ("secret", secret.as_str()),
        ("oauth_domain", "127.0.0.1:8080"),
        ("web_callback_domains", "127.0.0.1:8080"),
        ("trusted_ips", "127.0.0.1\r\n::1"),
        ("visible_departments", "1"),
    ];
    for field in [
        "gender", "avatar", "qr_code", "mobile", "email", "biz_mail", "address",
    ] {
        form.push(("sensitive_fields", field));
    }
    let answer = desktop.post("/_sandbox/agents/edit", &form).await;
    assert_eq!(answer.location(), "/_sandbox/agents?");
    assert_eq!(agent(), before);
    let path = format!("/cgi-bin/tag/list?access_token={token}");
    assert_eq!(stage.get(&path).await.errcode(), 0);
}

#[tokio::test]
async fn an_app_with_mistakes_is_not_saved_and_one_taken_away_is_gone() {
    let stage = Stage::start().await;
    let token = stage.token(PORTAL).await;
    let path = format!("/cgi-bin/tag/list?access_token={token}");
    let corps = || stage.world().read(|state, _| state.corps.clone());
    let before = corps();
    let mut desktop = Browser::desktop(stage.addr());
    let bad = [
        ("was", "1000002"),
        ("name", ""),
        ("secret", ""),
        ("oauth_domain", "https://x/"),
        ("trusted_ips", "1.2.3.4 nonsense"),
        ("visible_members", "nobody"),
        ("visible_tags", "9"),
    ];
    let page = desktop.post("/_sandbox/agents/edit", &bad).await;
    assert_eq!(page.status, 422);
    for shown in [
        "a name is needed",
        "a secret is not empty",
        "a domain has no scheme",
        "`nonsense` is not an IP",
        "there is no member `nobody`",
        "there is no tag 9",
    ] {
        assert!(page.body.contains(shown), "no {shown}");
    }
    assert_eq!(corps(), before);
    assert_eq!(
        desktop
            .post("/_sandbox/agents/edit", &[("name", "旧"), ("rules", "old")])
            .await
            .status,
        303
    );
    desktop
        .get("/_sandbox/agents")
        .await
        .shows("1000004")
        .shows("created before");
    assert_eq!(
        desktop
            .post("/_sandbox/agents/remove", &[("was", "1000002")])
            .await
            .status,
        303
    );
    assert_eq!(stage.get(&path).await.errcode(), 40014);
}

#[tokio::test]
async fn tokens_end_and_consents_are_forgotten_on_their_page() {
    let stage = Stage::start().await;
    let (token, other) = (stage.token(PORTAL).await, stage.token(EXPENSES).await);
    stage.code(PORTAL, "snsapi_privateinfo", "member:lisi");
    let mut desktop = Browser::desktop(stage.addr());
    let page = desktop.get("/_sandbox/grants").await;
    page.shows("门户 1000002")
        .shows("<strong>lisi</strong>")
        .shows("mobile");
    assert!(!page.body.contains(&token));
    let corp = ("corp", crate::stage::CORP);
    desktop
        .post("/_sandbox/grants/tokens", &[corp, ("agent", "1000002")])
        .await;
    let call = |token: &str| format!("/cgi-bin/tag/list?access_token={token}");
    assert_eq!(stage.get(&call(&token)).await.errcode(), 40014);
    assert_eq!(stage.get(&call(&other)).await.errcode(), 0);
    let form = [corp, ("agent", "1000002"), ("member", "lisi")];
    desktop.post("/_sandbox/grants/consents", &form).await;
    let page = desktop.get("/_sandbox/grants").await;
    assert!(
        !page.body.contains("<strong>lisi</strong>"),
        "{}",
        page.body
    );
}
