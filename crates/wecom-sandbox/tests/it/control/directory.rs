//! Members, departments, tags and agents through the control API: made, changed, taken away, and every mistake
//! told at once.

use serde_json::{Value, json};

use super::{command, post, status};
use crate::stage::{CORP, PORTAL, Stage};

async fn corp(stage: &Stage) -> Value {
    stage.get("/_sandbox/api/corps").await.json()[0].clone()
}

fn keys(problem: &Value) -> Vec<&str> {
    let mistakes = problem["mistakes"].as_array().unwrap().iter();
    mistakes
        .map(|mistake| mistake["key"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn what_exists_is_listed_as_it_is_now() {
    let stage = Stage::start().await;
    let first = corp(&stage).await;
    assert_eq!((&first["id"], &first["members"]), (&json!(CORP), &json!(5)));
    assert_eq!(first["departments"].as_array().unwrap().len(), 4);
    assert_eq!(first["agents"][0]["oauth_domain"], "127.0.0.1:8080");
    assert_eq!(first["agents"][1]["visible"]["departments"], json!([3]));
    let listed = stage.get("/_sandbox/api/members?q=WANG").await.json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(
        (&listed[0]["user_id"], &listed[0]["departments"]),
        (&json!("WangWu"), &json!([2]))
    );
    let listed = stage
        .get("/_sandbox/api/members?skip=1&most=2")
        .await
        .json();
    let ids: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["user_id"].clone())
        .collect();
    assert_eq!(ids, ["lisi", "WangWu"]);
    for bad in ["?most=x", "?corp=%20", "?other=1", "?q=a&q=b"] {
        let answer = stage.get(&format!("/_sandbox/api/members{bad}")).await;
        assert_eq!(status(&answer), 400, "{bad}");
    }
    assert_eq!(
        status(&stage.get("/_sandbox/api/members?corp=ww0").await),
        404
    );
}

#[tokio::test]
async fn every_mistake_of_a_member_is_told_at_once_and_nothing_is_made() {
    let stage = Stage::start().await;
    let bad = json!({
        "user_id": "ZHANGSAN", "name": " ", "departments": [2, 77], "leads": [4], "status": "gone",
        "direct_leader": "nobody", "sensitive": { "gender": "9", "shoe": "42" }
    });
    let answer = post(&stage, "members/create", bad).await;
    assert_eq!(status(&answer), 400);
    let problem = answer.json();
    let told = [
        "user_id",
        "name",
        "departments",
        "leads",
        "status",
        "gender",
        "sensitive",
        "direct_leader",
    ];
    assert_eq!(keys(&problem), told);
    assert_eq!(corp(&stage).await["members"], 5);
    let named = json!({ "user_id": "n1", "name": "新人", "departments": [4, 3], "leads": [3],
        "direct_leader": "LISI", "alias": "N", "sensitive": { "mobile": "13900000000" } });
    assert_eq!(status(&post(&stage, "members/create", named).await), 204);
    let made = stage.get("/_sandbox/api/members?q=n1").await.json()[0].clone();
    assert_eq!(
        (&made["leads"], &made["direct_leader"]),
        (&json!([3]), &json!("lisi"))
    );
    let change = json!({ "user_id": "N1", "direct_leader": "", "departments": [3], "sensitive": { "mobile": "" } });
    assert_eq!(status(&post(&stage, "members/change", change).await), 204);
    let made = stage.get("/_sandbox/api/members?q=n1").await.json()[0].clone();
    assert_eq!(
        (&made["leads"], &made["direct_leader"]),
        (&json!([3]), &Value::Null)
    );
    assert_eq!(made["sensitive"], json!({}));
}

#[tokio::test]
async fn departments_are_made_moved_and_taken_out_only_when_empty() {
    let stage = Stage::start().await;
    let made = post(
        &stage,
        "departments/create",
        json!({ "name": "新部", "parent": 4 }),
    )
    .await;
    assert_eq!((status(&made), made.json()["id"].clone()), (201, json!(5)));
    let refused = [
        (json!({ "id": 2, "name": "x" }), 409, "id"),
        (json!({ "name": "x", "parent": 9 }), 400, "parent"),
        (json!({ "parent": 1 }), 400, "name"),
        (json!({ "name": "长".repeat(65) }), 400, "name"),
    ];
    for (body, expected, key) in refused {
        let answer = post(&stage, "departments/create", body.clone()).await;
        assert_eq!(status(&answer), expected, "{body}");
        assert_eq!(keys(&answer.json()), [key], "{body}");
    }
    for (body, expected) in [
        (json!({ "id": 2, "parent": 5 }), 400),
        (json!({ "id": 1, "parent": 2 }), 400),
        (json!({ "id": 9, "name": "x" }), 404),
        (json!({ "id": 5, "parent": 3, "name": "搬" }), 204),
    ] {
        let answer = post(&stage, "departments/change", body.clone()).await;
        assert_eq!(status(&answer), expected, "{body}");
    }
    let seen = stage.call("department/get", "id=5").await;
    assert_eq!(
        (&seen["department"]["name"], &seen["department"]["parentid"]),
        (&json!("搬"), &json!(3))
    );
    for (id, expected) in [(1, 400), (2, 409), (4, 409), (9, 404), (5, 204)] {
        let answer = post(&stage, "departments/remove", json!({ "id": id })).await;
        assert_eq!(status(&answer), expected, "{id}");
    }
}

#[tokio::test]
async fn a_tree_is_at_most_fifteen_deep() {
    let stage = Stage::start().await;
    let mut parent = 1;
    for level in 2..=15 {
        let body = json!({ "name": format!("层 {level}"), "parent": parent });
        let made = post(&stage, "departments/create", body).await;
        assert_eq!(status(&made), 201, "{level}");
        parent = made.json()["id"].as_u64().unwrap();
    }
    let body = json!({ "name": "16", "parent": parent });
    assert_eq!(status(&post(&stage, "departments/create", body).await), 400);
    let lift = json!({ "id": 2, "parent": parent });
    assert_eq!(
        status(&post(&stage, "departments/change", lift).await),
        400,
        "it has one below"
    );
}

#[tokio::test]
async fn tags_are_made_changed_and_leave_the_visible_ranges() {
    let stage = Stage::start().await;
    let body = json!({ "name": "门卫", "members": ["WANGWU", "wangwu"], "departments": [3] });
    let made = post(&stage, "tags/create", body).await;
    assert_eq!((status(&made), made.json()["id"].clone()), (201, json!(3)));
    let seen = stage.call("tag/get", "tagid=3").await;
    assert_eq!(
        seen["userlist"],
        json!([{ "userid": "WangWu", "name": "王五" }])
    );
    for (body, expected, key) in [
        (json!({ "name": "值班" }), 409, "name"),
        (json!({ "name": "a", "id": 1 }), 409, "id"),
        (
            json!({ "name": "b", "members": ["nobody"] }),
            400,
            "members",
        ),
        (
            json!({ "name": "c", "departments": [9] }),
            400,
            "departments",
        ),
    ] {
        let answer = post(&stage, "tags/create", body.clone()).await;
        assert_eq!(
            (status(&answer), keys(&answer.json())),
            (expected, vec![key]),
            "{body}"
        );
    }
    let visible = json!({ "agent": PORTAL, "visible": { "tags": [3] } });
    assert_eq!(status(&post(&stage, "agents/change", visible).await), 204);
    let change = json!({ "id": 3, "members": ["lisi"] });
    assert_eq!(status(&post(&stage, "tags/change", change).await), 204);
    assert_eq!(
        stage.call("user/get", "userid=WangWu").await["errcode"],
        60011
    );
    assert_eq!(
        status(&post(&stage, "tags/remove", json!({ "id": 3 })).await),
        204
    );
    assert_eq!(
        corp(&stage).await["agents"][0]["visible"]["tags"],
        json!([])
    );
    assert_eq!(
        status(&post(&stage, "tags/remove", json!({ "id": 3 })).await),
        404
    );
}

#[tokio::test]
async fn agents_are_made_and_taken_away_with_their_tokens_and_consents() {
    let stage = Stage::start().await;
    let made = post(&stage, "agents/create", json!({ "name": "新应用" })).await;
    assert_eq!(
        (status(&made), made.json()["id"].clone()),
        (201, json!(1_000_004))
    );
    let agent = corp(&stage).await["agents"][2].clone();
    assert_eq!(agent["secret"].as_str().unwrap().len(), 43);
    assert_eq!(
        (&agent["is_new"], &agent["trusted_ips"]),
        (&json!(true), &json!([]))
    );
    let answer = post(&stage, "agents/create", json!({
        "agent": PORTAL, "name": "", "oauth_domain": "http://x", "web_callback_domains": ["a b", "ok.example"],
        "sensitive_fields": ["shoe"], "created_at": "yesterday", "secret": crate::stage::secret(PORTAL),
        "visible": { "members": ["nobody"], "departments": [9], "tags": [9] }
    }))
    .await;
    assert_eq!(status(&answer), 400);
    let problem = answer.json();
    let mut told = keys(&problem);
    told.sort_unstable();
    let mut expected = vec![
        "agent",
        "created_at",
        "name",
        "oauth_domain",
        "secret",
        "sensitive_fields",
        "visible",
        "visible",
        "visible",
        "web_callback_domains",
    ];
    // The portal's own secret is its own: only another agent's is refused.
    expected.retain(|key| *key != "secret");
    assert_eq!(told, expected);

    stage.code(PORTAL, "snsapi_privateinfo", "member:lisi");
    let token = stage.token(PORTAL).await;
    let consents = stage.get("/_sandbox/api/consents").await.json();
    assert_eq!(
        (&consents[0]["user_id"], &consents[0]["agent"]),
        (&json!("lisi"), &json!(PORTAL))
    );
    let tokens = stage.get("/_sandbox/api/tokens").await.json();
    assert_eq!(tokens[0]["agent"], json!(PORTAL));
    assert!(!tokens.to_string().contains(&token));
    assert_eq!(
        status(&post(&stage, "agents/remove", json!({ "agent": PORTAL })).await),
        204
    );
    let path = format!("/cgi-bin/tag/list?access_token={token}");
    assert_eq!(stage.get(&path).await.errcode(), 40014);
    assert_eq!(stage.get("/_sandbox/api/tokens").await.json(), json!([]));
    assert_eq!(stage.get("/_sandbox/api/consents").await.json(), json!([]));
    assert_eq!(
        status(&post(&stage, "agents/remove", json!({ "agent": PORTAL })).await),
        404
    );
}

#[tokio::test]
async fn a_forgotten_consent_is_asked_for_again() {
    let stage = Stage::start().await;
    stage.code(PORTAL, "snsapi_privateinfo", "member:lisi");
    let body = json!({ "agent": PORTAL, "user_id": "LISI" });
    let forgotten = command(&stage, "POST", "consents/forget", &body).await;
    assert_eq!(status(&forgotten), 204);
    assert_eq!(stage.get("/_sandbox/api/consents").await.json(), json!([]));
    assert_eq!(status(&post(&stage, "consents/forget", body).await), 404);
}
