//! Members, departments and tags: visible range and withheld fields (dossier 8).

use std::time::Duration;

use serde_json::{Value, json};
use wecom_sandbox::Seed;
use wecom_sandbox::world::{LastCursor, NEW_RULES_AT, OutsideRange, WithheldFields};
use wecom_sdk::{AgentId, TagId};

use crate::stage::{EXPENSES, PORTAL, SYNC_SECRET, Stage};

async fn expenses(stage: &Stage, path: &str, query: &str) -> Value {
    let token = stage.token(EXPENSES).await;
    let path = format!("/cgi-bin/{path}?access_token={token}&{query}");
    stage.get(&path).await.json()
}

fn ids(rows: &Value, key: &str) -> Vec<u64> {
    let rows = rows.as_array().unwrap();
    rows.iter().map(|row| row[key].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn new_apps_get_no_personal_fields_and_old_apps_do() {
    let stage = Stage::start().await;
    let new = stage.call("user/get", "userid=zhangsan").await;
    for field in [
        "gender", "avatar", "mobile", "email", "biz_mail", "qr_code", "address",
    ] {
        assert!(new.get(field).is_none(), "{field}");
    }
    let old_app = |agent: &mut wecom_sandbox::world::Agent| {
        agent.created_at = NEW_RULES_AT.minus(Duration::from_secs(1));
    };
    stage.change_agent(PORTAL, old_app);
    let old = stage.call("user/get", "userid=zhangsan").await;
    assert_eq!(
        (&old["mobile"], &old["gender"]),
        (&json!("13800000001"), &json!("1"))
    );

    let empty = |seed: &mut Seed| seed.switches.withheld_fields = WithheldFields::Empty;
    let stage = Stage::with(empty).await;
    let new = stage.call("user/get", "userid=zhangsan").await;
    assert_eq!((&new["mobile"], &new["gender"]), (&json!(""), &json!("0")));
}

#[tokio::test]
async fn a_member_shows_only_what_the_caller_may_see() {
    let stage = Stage::start().await;
    let zhangsan = stage.call("user/get", "userid=ZHANGSAN").await;
    assert_eq!(zhangsan["userid"], "zhangsan");
    assert_eq!(zhangsan["direct_leader"], json!(["lisi"]));
    assert_eq!(zhangsan["main_department"], 2);
    // Seen by name only: the departments and the leader stay outside.
    stage.change_agent(EXPENSES, |agent| {
        agent.visible.departments.clear();
        agent.visible.members.insert("zhangsan".to_owned());
    });
    let seen = expenses(&stage, "user/get", "userid=zhangsan").await;
    assert_eq!(seen["errcode"], 0);
    assert_eq!(
        (&seen["department"], &seen["order"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(seen["direct_leader"], json!([]));
    assert!(seen.get("main_department").is_none());
}

#[tokio::test]
async fn a_tag_brings_its_members_into_the_range() {
    let stage = Stage::start().await;
    assert_eq!(
        expenses(&stage, "user/get", "userid=zhangsan").await["errcode"],
        60011
    );
    stage.change_agent(EXPENSES, |agent| {
        agent.visible.tags.insert(TagId(1));
    });
    assert_eq!(
        expenses(&stage, "user/get", "userid=zhangsan").await["errcode"],
        0
    );
}

#[tokio::test]
async fn illegal_and_unknown_userids_are_told_apart() {
    let stage = Stage::start().await;
    for (userid, errcode) in [
        ("", 41009),
        ("_x", 40003),
        ("a%20b", 40003),
        ("ww00aa11bb22cc33dd%2Fqianba", 40003),
        ("nobody", 60111),
        ("sunqi", 60011),
    ] {
        let answer = stage.call("user/get", &format!("userid={userid}")).await;
        assert_eq!(answer["errcode"], errcode, "{userid}");
    }
    let as_unknown = |seed: &mut Seed| seed.switches.outside_range = OutsideRange::Code60111;
    let stage = Stage::with(as_unknown).await;
    assert_eq!(
        stage.call("user/get", "userid=sunqi").await["errcode"],
        60111
    );
}

#[tokio::test]
async fn lists_of_members_are_direct_and_inside_the_range() {
    let stage = Stage::start().await;
    let names = |answer: &Value| -> Vec<String> {
        let rows = answer["userlist"].as_array().unwrap().clone();
        rows.iter()
            .map(|row| row["userid"].as_str().unwrap().to_owned())
            .collect()
    };
    let direct = stage
        .call("user/simplelist", "department_id=2&fetch_child=1")
        .await;
    assert_eq!(names(&direct), ["zhangsan", "WangWu", "zhaoliu"]);
    let full = stage.call("user/list", "department_id=4").await;
    assert_eq!(names(&full), ["zhangsan"]);
    assert!(full["userlist"][0].get("mobile").is_none());
    for (query, errcode) in [
        ("", 40063),
        ("department_id=x", 60123),
        ("department_id=99", 60123),
    ] {
        let answer = stage.call("user/simplelist", query).await;
        assert_eq!(answer["errcode"], errcode, "{query}");
    }
    let outside = expenses(&stage, "user/list", "department_id=2").await;
    assert_eq!(outside["errcode"], 60011);
}

#[tokio::test]
async fn departments_are_those_of_the_range() {
    let stage = Stage::start().await;
    let all = stage.call("department/simplelist", "").await;
    assert_eq!(ids(&all["department_id"], "id"), [1, 2, 3, 4]);
    let below = stage.call("department/list", "id=2").await;
    assert_eq!(ids(&below["department"], "id"), [2, 4]);
    let narrow = expenses(&stage, "department/list", "").await;
    assert_eq!(ids(&narrow["department"], "id"), [3]);
    assert_eq!(
        narrow["department"][0]["department_leader"],
        json!(["lisi"])
    );
    for (query, errcode) in [("id=2", 60011), ("id=99", 60123), ("id=-1", 60123)] {
        let answer = expenses(&stage, "department/simplelist", query).await;
        assert_eq!(answer["errcode"], errcode, "{query}");
    }
    assert_eq!(stage.call("department/get", "").await["errcode"], 60123);
}

#[tokio::test]
async fn tags_are_all_listed_and_their_members_filtered() {
    let stage = Stage::start().await;
    let listed = expenses(&stage, "tag/list", "").await;
    assert_eq!(ids(&listed["taglist"], "tagid"), [1, 2]);
    let outside = expenses(&stage, "tag/get", "tagid=1").await;
    assert_eq!(
        (&outside["tagname"], &outside["userlist"]),
        (&json!("值班"), &json!([]))
    );
    let inside = expenses(&stage, "tag/get", "tagid=2").await;
    assert_eq!(
        inside["userlist"],
        json!([{ "userid": "lisi", "name": "李四" }])
    );
    assert_eq!(stage.call("tag/get", "tagid=x").await["errcode"], 40068);
}

#[tokio::test]
async fn ids_are_listed_page_by_page_for_the_contact_sync() {
    let stage = Stage::start().await;
    let path = format!(
        "/cgi-bin/user/list_id?access_token={}",
        stage.token_of(SYNC_SECRET).await
    );
    let all = stage.post(&path, "{}").await.json();
    let rows = all["dept_user"].as_array().unwrap();
    assert_eq!(rows.len(), 5, "zhangsan twice, sunqi not at all");
    assert!(all.get("next_cursor").is_none());

    let (mut pages, mut cursor, mut seen) = (0, String::new(), Vec::new());
    loop {
        let body = json!({ "limit": 2, "cursor": cursor }).to_string();
        let page = stage.post(&path, &body).await.json();
        seen.extend(page["dept_user"].as_array().unwrap().clone());
        pages += 1;
        match page.get("next_cursor") {
            Some(next) => next.as_str().unwrap().clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!((pages, &seen), (3, rows));
    for (body, errcode) in [
        (json!({ "cursor": "made up" }), 50100),
        (json!({ "cursor": 7 }), 50100),
        (json!({ "limit": 0 }), 40058),
        (json!({ "limit": 10_001 }), 40058),
    ] {
        assert_eq!(
            stage.post(&path, &body.to_string()).await.errcode(),
            errcode,
            "{body}"
        );
    }

    let empty = |seed: &mut Seed| seed.switches.last_cursor = LastCursor::Empty;
    let stage = Stage::with(empty).await;
    let token = stage.token_of(SYNC_SECRET).await;
    let path = format!("/cgi-bin/user/list_id?access_token={token}");
    assert_eq!(stage.post(&path, "{}").await.json()["next_cursor"], "");
}

#[tokio::test]
async fn an_agent_reads_its_own_settings_only() {
    let stage = Stage::start().await;
    for (agent, errcode) in [
        ("", 41011),
        ("null", 40056),
        ("7", 40056),
        ("1000003", 301_002),
    ] {
        let answer = stage.call("agent/get", &format!("agentid={agent}")).await;
        assert_eq!(answer["errcode"], errcode, "{agent}");
    }
    stage.change_agent(PORTAL, |agent| {
        agent.visible.members.insert("wangwu".to_owned());
        assert_eq!(agent.id, AgentId(PORTAL));
    });
    let own = stage.call("agent/get", "agentid=1000002").await;
    assert_eq!(
        own["allow_userinfos"]["user"],
        json!([{ "userid": "WangWu" }])
    );
}
