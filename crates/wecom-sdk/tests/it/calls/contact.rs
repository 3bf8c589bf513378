//! Departments, tags and the app itself.

use wecom_sdk::{DepartmentId, TagId};

use crate::fixture::{Fixture, serve};
use crate::server::Reply;
use crate::stage;

#[tokio::test]
async fn a_department_tree_is_read() {
    let (server, _) = serve(Fixture::load("department/simplelist", "all")).await;
    let nodes = stage::client(&server).department_ids(None).await.unwrap();
    let tree: Vec<_> = nodes
        .iter()
        .map(|node| (node.id.0, node.parent_id.map(|id| id.0)))
        .collect();
    assert_eq!(tree, [(1, None), (2, Some(1)), (3, Some(1)), (4, Some(2))]);
    assert_eq!(nodes[0].order, u32::MAX);
}

#[tokio::test]
async fn departments_have_names_and_leaders() {
    let (server, _) = serve(Fixture::load("department/list", "below")).await;
    let below = Some(DepartmentId(2));
    let departments = stage::client(&server).departments(below).await.unwrap();
    let names: Vec<_> = departments
        .iter()
        .filter_map(|d| d.name.as_deref())
        .collect();
    assert_eq!(names, ["研发部", "平台组"]);
    let (server, _) = serve(Fixture::load("department/get", "one")).await;
    let finance = stage::client(&server)
        .department(DepartmentId(3))
        .await
        .unwrap();
    assert_eq!(finance.name.as_deref(), Some("财务部"));
    assert_eq!(finance.leaders[0].as_str(), "lisi");
}

#[tokio::test]
async fn tags_and_who_carries_them_are_read() {
    let (server, _) = serve(Fixture::load("tag/list", "all")).await;
    let tags = stage::client(&server).tags().await.unwrap();
    assert_eq!(
        tags.iter()
            .map(|tag| (tag.id.0, tag.name.as_str()))
            .collect::<Vec<_>>(),
        [(1, "值班"), (2, "管理员")]
    );
    let (server, _) = serve(Fixture::load("tag/get", "members")).await;
    let tag = stage::client(&server).tag(TagId(1)).await.unwrap();
    assert_eq!(tag.members[0].as_str(), "zhangsan");
    assert!(tag.departments.is_empty());
}

#[tokio::test]
async fn the_app_says_how_it_is_set_up() {
    let (server, _) = serve(Fixture::load("agent/get", "one")).await;
    let agent = stage::client(&server).agent().await.unwrap();
    assert_eq!(agent.redirect_domain.as_deref(), Some("127.0.0.1:8080"));
    assert_eq!(agent.allow_departments, [DepartmentId(1)]);
    assert!(agent.allow_users.is_empty() && !agent.is_closed);
}

#[tokio::test]
async fn an_answer_about_another_app_is_refused() {
    let server = stage::answering(|_| Reply::json(r#"{"errcode":0,"agentid":1000003}"#)).await;
    let error = stage::client(&server).agent().await.unwrap_err();
    assert!(error.is_unreadable());
}
