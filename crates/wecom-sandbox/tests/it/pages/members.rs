//! The console's pages of members: forms, what they keep, and what they change.

use wecom_sandbox::world::State;

use crate::browser::Browser;
use crate::stage::{PORTAL, Stage, corp};

#[tokio::test]
async fn a_refused_form_keeps_the_input_and_names_every_mistake() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let form = [
        ("user_id", "_bad id"),
        ("name", ""),
        ("departments", "2"),
        ("departments", "77"),
        ("direct_leader", "nobody"),
        ("gender", "9"),
        ("mobile", "13900000000<"),
        ("position", "a \"quoted\" place"),
    ];
    let page = desktop.post("/_sandbox/members/edit", &form).await;
    assert_eq!(page.status, 422);
    for shown in [
        "Nothing was saved",
        "`_bad id` is not a userid",
        "a name is needed",
        "there is no department 77",
        "there is no member `nobody`",
        "a gender is 0, 1 or 2",
        "value=\"13900000000&#60;\"",
        "value=\"a &#34;quoted&#34; place\"",
        "aria-invalid=\"true\"",
        "href=\"#f-user_id\"",
    ] {
        assert!(page.body.contains(shown), "no {shown} in {}", page.body);
    }
    assert!(page.body.contains("value=\"2\" checked"), "{}", page.body);
    desktop.language = "zh";
    let page = desktop.post("/_sandbox/members/edit", &form).await;
    assert!(page.body.contains("没有编号为 77 的部门"), "{}", page.body);
}

#[tokio::test]
async fn a_member_is_made_moved_renamed_and_taken_out() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let form = [
        ("user_id", "zhouba"),
        ("name", "周八"),
        ("departments", "3"),
        ("leads", "3"),
    ];
    let answer = desktop.post("/_sandbox/members/edit", &form).await;
    assert_eq!(answer.location(), "/_sandbox/members?");
    desktop
        .get("/_sandbox/members?q=zhou")
        .await
        .shows("周八")
        .shows("总部 › 财务部");
    let form = [
        ("was", "zhouba"),
        ("user_id", "zhou.ba"),
        ("name", "周八"),
        ("status", "disabled"),
        ("departments", "4"),
        ("mobile", "13900000008"),
    ];
    assert_eq!(
        desktop.post("/_sandbox/members/edit", &form).await.status,
        303
    );
    let seen = stage.call("user/get", "userid=zhou.ba").await;
    assert_eq!(
        (&seen["status"], &seen["department"][0]),
        (&2.into(), &4.into())
    );
    let page = desktop.get("/_sandbox/members/edit?id=zhou.ba").await;
    page.shows("value=\"13900000008\"")
        .shows("<option value=\"disabled\" selected>");
    let form = [("was", "zhou.ba"), ("user_id", "lisi"), ("name", "周八")];
    let page = desktop.post("/_sandbox/members/edit", &form).await;
    assert!(
        page.status == 422 && page.body.contains("this userid is taken"),
        "{page:?}"
    );
    let answer = desktop
        .post("/_sandbox/members/remove", &[("was", "zhou.ba")])
        .await;
    assert_eq!(answer.status, 303);
    desktop
        .get("/_sandbox/members?q=zhou")
        .await
        .shows("Nobody.");
}

#[tokio::test]
async fn a_form_that_nobody_touched_changes_nothing() {
    let stage = Stage::start().await;
    let zhangsan = wecom_sdk::UserId::parse("zhangsan").unwrap();
    let member = || {
        let member = |state: &State| state.corps[&corp()].members.get(&zhangsan).cloned();
        stage.world().read(|state, _| member(state)).unwrap()
    };
    stage.world().change(|state, _| {
        let corp = state.corps.get_mut(&corp()).unwrap();
        let member = corp.members.get_mut(&zhangsan).unwrap();
        member.memberships.reverse();
        member.main_department = Some(wecom_sdk::DepartmentId(4));
    });
    let before = member();
    let mut desktop = Browser::desktop(stage.addr());
    let page = desktop.get("/_sandbox/members/edit?id=zhangsan").await;
    page.shows("<option value=\"4\" selected>");
    let mut form = vec![
        ("was", "zhangsan"),
        ("user_id", "zhangsan"),
        ("name", "张三"),
        ("alias", "San"),
        ("position", "工程师"),
        ("telephone", ""),
        ("status", "active"),
        ("direct_leader", "lisi"),
        ("departments", "2"),
        ("departments", "4"),
        ("main_department", "4"),
    ];
    let sensitive = before.sensitive.iter();
    form.extend(sensitive.map(|(field, text)| (field.as_str(), text.as_str())));
    assert_eq!(
        desktop.post("/_sandbox/members/edit", &form).await.status,
        303
    );
    assert_eq!(member(), before);
    // Without the field, as an older script sends it.
    form.retain(|(name, _)| *name != "main_department");
    assert_eq!(
        desktop.post("/_sandbox/members/edit", &form).await.status,
        303
    );
    assert_eq!(member(), before);
}

#[tokio::test]
async fn a_hundred_thousand_members_are_shown_fifty_at_a_time() {
    let stage = Stage::with(|seed| {
        let corp = &mut seed.corps[0];
        let first = corp.members.iter().next().unwrap().clone();
        for number in 0..100_000 {
            let mut member = first.clone();
            member.user_id = wecom_sdk::UserId::parse(format!("many{number}")).unwrap();
            corp.members.put(member);
        }
    })
    .await;
    let mut desktop = Browser::wecom(stage.addr());
    for path in [
        "/_sandbox/",
        "/_sandbox/members",
        "/_sandbox/departments",
        "/_sandbox/tags",
    ] {
        let page = desktop.get(path).await;
        assert!(page.body.len() < 120_000, "{path}: {}", page.body.len());
    }
    let page = desktop.get("/_sandbox/members?skip=50").await;
    page.shows("many45<").shows("skip=100").shows("skip=0");
    let page = desktop.get("/_sandbox/members?q=many99999").await;
    page.shows("many99999<");
    let link = crate::stage::link_of(PORTAL, "snsapi_base");
    let page = desktop
        .get(&format!("/connect/oauth2/authorize?{link}"))
        .await;
    page.shows("Who are you?").shows("name=\"userid\"");
    assert!(page.body.len() < 120_000, "{}", page.body.len());
}

#[tokio::test]
async fn a_members_form_has_the_corps_own_fields_a_line_each() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let edit = "/_sandbox/members/edit";
    let own = "工号 = A=1\r\n主页 = https://h.example/ | 我\r\n链接 = https://h.example/?a\r\n";
    let form = |fields| {
        [
            ("was", "lisi"),
            ("user_id", "lisi"),
            ("name", "李四"),
            ("departments", "3"),
            ("ext_attrs", fields),
        ]
    };
    assert_eq!(desktop.post(edit, &form(own)).await.status, 303);
    let attrs = stage.call("user/get", "userid=lisi").await["extattr"]["attrs"].clone();
    assert_eq!(
        attrs,
        serde_json::json!([
            {"type": 0, "name": "工号", "text": {"value": "A=1"}},
            {"type": 1, "name": "主页", "web": {"url": "https://h.example/", "title": "我"}},
            {"type": 0, "name": "链接", "text": {"value": "https://h.example/?a"}},
        ])
    );
    let page = desktop.get("/_sandbox/members/edit?id=lisi").await;
    page.shows("工号 = A=1")
        .shows("主页 = https://h.example/ | 我");
    for wrong in ["工号", " = 7"] {
        let page = desktop.post(edit, &form(wrong)).await;
        assert_eq!(page.status, 422, "{wrong}");
        assert!(page.body.contains("is not `Name = text`"), "{}", page.body);
    }
    // A text of two lines comes from a seed or the control API; saving something else leaves it whole.
    let body = r#"{"user_id": "lisi", "ext_attrs": [{"name": "工号", "text": "1\n2"}]}"#;
    let changed = desktop
        .json("POST", "/_sandbox/api/members/change", body)
        .await;
    assert_eq!(changed.status, 204);
    let form = form("工号 = 1\r\n2");
    assert_eq!(desktop.post(edit, &form).await.status, 303);
    let attrs = stage.call("user/get", "userid=lisi").await["extattr"]["attrs"].clone();
    assert_eq!(attrs[0]["text"]["value"], "1\n2");
}
