//! Whoever comes back under an old number or userid is somebody new; and who stays as they were has not changed.

use serde_json::json;
use wecom_sandbox::world::{TwoStepKind, VisibleRange};
use wecom_sdk::{AgentId, DepartmentId, TagId, UserId};

use super::{post, status};
use crate::browser::Browser;
use crate::pages::login_query;
use crate::stage::{PORTAL, Stage, corp};

#[tokio::test]
async fn an_agent_under_a_reused_number_inherits_nothing() {
    let stage = Stage::start().await;
    let spent = stage.code(PORTAL, "snsapi_privateinfo", "member:lisi");
    let user_ticket = stage.exchange(&spent).await["user_ticket"].clone();
    let code = stage.code(PORTAL, "snsapi_base", "member:lisi");
    let js_ticket = stage.call("get_jsapi_ticket", "").await["ticket"].clone();
    let mut desktop = Browser::desktop(stage.addr());
    desktop.referer = Some("http://127.0.0.1:8080/");
    let login = format!("/wwlogin/sso/login?{}", login_query(&[]));
    let scan = desktop.get(&login).await.between("content=\"2; url=", "\"");
    let scan = scan.strip_prefix("/_sandbox/scan/").unwrap().to_owned();
    let has_scan = || {
        stage
            .world()
            .read(|state, now| state.scan_status(now, &scan))
    };
    assert!(has_scan().is_some() && user_ticket.is_string() && js_ticket.is_string());

    let id = AgentId(PORTAL);
    let before = stage
        .world()
        .read(|state, _| state.agent(&corp(), id).cloned());
    let removed = post(&stage, "agents/remove", json!({ "agent": PORTAL })).await;
    assert_eq!(status(&removed), 204);
    stage.world().change(|state, _| {
        let corp = state.corps.get_mut(&corp()).unwrap();
        corp.agents.insert(id, before.unwrap());
    });
    assert_eq!(stage.exchange(&code).await["errcode"], 40029);
    let body = json!({ "user_ticket": user_ticket });
    let detail = stage.send("auth/getuserdetail", &body).await;
    assert_eq!(detail["errcode"], 84015, "{detail}");
    let another = stage.call("get_jsapi_ticket", "").await["ticket"].clone();
    assert_ne!(another, js_ticket);
    assert!(has_scan().is_none());
}

#[tokio::test]
async fn ranges_lose_what_is_taken_out_and_follow_a_new_userid() {
    let stage = Stage::start().await;
    let made = post(&stage, "departments/create", json!({ "name": "新部" })).await;
    assert_eq!(made.json()["id"], 5);
    stage.set_two_step("https://verify.example/", 5);
    let range = || {
        let range = |two_step: &wecom_sandbox::world::TwoStep| two_step.range.clone();
        stage
            .world()
            .read(|state, _| state.corps[&corp()].two_step.as_ref().map(range))
    };
    stage.world().change(|state, _| {
        let set = state
            .corps
            .get_mut(&corp())
            .unwrap()
            .two_step
            .as_mut()
            .unwrap();
        set.range.tags.insert(TagId(2));
        set.range
            .members
            .extend(["lisi", "wangwu"].map(str::to_owned));
    });
    let [lisi, renamed, wang] = ["lisi", "Li.Si", "WangWu"].map(|id| UserId::parse(id).unwrap());
    for user_id in [&lisi, &wang] {
        let begun = stage
            .world()
            .begin_two_step(&corp(), user_id, TwoStepKind::Login);
        assert!(begun.unwrap().is_ok(), "{user_id}");
    }
    assert_eq!(range().unwrap().departments, [DepartmentId(5)].into());
    for (path, body) in [
        ("departments/remove", json!({ "id": 5 })),
        ("tags/remove", json!({ "id": 2 })),
        ("members/remove", json!({ "user_id": "wangwu" })),
        (
            "members/change",
            json!({ "user_id": "lisi", "rename_to": "Li.Si" }),
        ),
    ] {
        assert_eq!(status(&post(&stage, path, body).await), 204, "{path}");
    }
    let left = VisibleRange {
        members: ["li.si".to_owned()].into(),
        ..VisibleRange::default()
    };
    assert_eq!(range(), Some(left));
    let waits = |id: &UserId| {
        stage
            .world()
            .read(|state, _| state.two_step_of(&corp(), id))
    };
    assert_eq!(waits(&renamed), Some(TwoStepKind::Login));
    assert_eq!((waits(&lisi), waits(&wang)), (None, None));
}

#[tokio::test]
async fn the_main_department_stays_while_the_member_is_in_it() {
    let stage = Stage::start().await;
    let new =
        json!({ "user_id": "n1", "name": "新人", "departments": [2, 4], "main_department": 4 });
    assert_eq!(status(&post(&stage, "members/create", new).await), 204);
    let n1 = UserId::parse("n1").unwrap();
    let main = || {
        let main = |state: &wecom_sandbox::world::State| {
            state.corps[&corp()]
                .members
                .get(&n1)
                .unwrap()
                .main_department
        };
        stage.world().read(|state, _| main(state)).map(|id| id.0)
    };
    for (body, expected) in [
        (json!({ "departments": [2, 3, 4] }), Some(4)),
        (json!({ "departments": [3, 2] }), Some(3)),
        (json!({ "main_department": 2 }), Some(2)),
        (json!({ "departments": [] }), None),
    ] {
        let mut change = body.clone();
        change["user_id"] = json!("n1");
        assert_eq!(
            status(&post(&stage, "members/change", change).await),
            204,
            "{body}"
        );
        assert_eq!(main(), expected, "{body}");
    }
    let outside = json!({ "user_id": "n1", "departments": [2], "main_department": 3 });
    let refused = post(&stage, "members/change", outside).await;
    assert_eq!(status(&refused), 400);
    assert_eq!(refused.json()["mistakes"][0]["key"], "main_department");
}
