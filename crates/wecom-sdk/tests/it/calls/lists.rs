//! Lists of members, page by page, and lists of addresses.

use std::sync::Arc;

use wecom_sdk::jssdk::TicketKind;
use wecom_sdk::{Client, CorpId, DepartmentId, Endpoints, IpRange, MemberStatus, Secret};

use crate::fixture::{Fixture, serve};
use crate::server::Reply;
use crate::stage;

#[tokio::test]
async fn the_members_of_a_department_are_read_briefly_and_in_full() {
    let (server, _) = serve(Fixture::load("user/simplelist", "direct_members")).await;
    let names = stage::client(&server)
        .member_names(DepartmentId(3))
        .await
        .unwrap();
    assert_eq!((names.len(), names[0].user_id.as_str()), (1, "lisi"));
    assert_eq!(names[0].name.as_deref(), Some("李四"));
    assert_eq!(names[0].departments, [DepartmentId(3)]);
    let (server, _) = serve(Fixture::load("user/list", "direct_members")).await;
    let members = stage::client(&server)
        .members(DepartmentId(3))
        .await
        .unwrap();
    assert_eq!(members[0].leads, [DepartmentId(3)]);
    assert_eq!(members[0].status, Some(MemberStatus::Active));
    assert_eq!(members[0].position.as_deref(), Some("财务经理"));
}

fn page(asked: &crate::server::Asked) -> Reply {
    let cursor = |text: &str| asked.body.contains(text);
    Reply::json(match () {
        () if cursor("\"a\"") => r#"{"errcode":0,"next_cursor":"b","dept_user":[]}"#,
        () if cursor("\"b\"") => {
            r#"{"errcode":0,"next_cursor":"","dept_user":[{"userid":"l","department":2}]}"#
        }
        () => {
            r#"{"errcode":0,"next_cursor":"a","dept_user":[{"userid":"z","department":4294967295}]}"#
        }
    })
}

#[tokio::test]
async fn pages_are_asked_for_until_the_cursor_is_empty_or_absent() {
    let server = stage::answering(page).await;
    let mut pages = stage::client(&server).member_ids();
    let mut sizes = Vec::new();
    while let Some(rows) = pages.next().await.unwrap() {
        sizes.push(rows.len());
    }
    // An empty page is not the end, only a cursor that is.
    assert_eq!(sizes, [1, 0, 1]);
    assert!(pages.next().await.unwrap().is_none() && pages.cursor().is_none());
    assert_eq!(server.count("user/list_id"), 3);
    let server = stage::answering(|_| Reply::json(r#"{"errcode":0,"dept_user":[]}"#)).await;
    let mut pages = stage::client(&server).member_ids();
    assert_eq!(pages.next().await.unwrap().map(|rows| rows.len()), Some(0));
    assert!(pages.next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_cursor_that_does_not_move_ends_the_listing() {
    let server =
        stage::answering(|_| Reply::json(r#"{"errcode":0,"next_cursor":"a","dept_user":[]}"#))
            .await;
    let mut pages = stage::client(&server).member_ids();
    assert!(pages.next().await.is_ok());
    assert!(pages.next().await.unwrap_err().is_unreadable());
    assert_eq!(server.count("user/list_id"), 2);
}

#[tokio::test]
async fn a_page_that_failed_can_be_asked_for_again() {
    let turns = stage::InTurn::new(vec![|| Reply::status(502, ""), || {
        Reply::json(r#"{"errcode":0,"dept_user":[{"userid":"z","department":1}]}"#)
    }]);
    let server = stage::answering(move |_| turns.next()).await;
    let mut pages = stage::client(&server).member_ids();
    assert!(pages.next().await.unwrap_err().is_transport());
    assert_eq!(pages.next().await.unwrap().map(|rows| rows.len()), Some(1));
}

/// A list may be longer than an answer about one thing, and is cut off all the same.
#[tokio::test]
async fn s_061_a_list_may_be_eight_mebibytes_and_no_more() {
    let sized = |size: usize| {
        let frame = r#"{"errcode":0,"dept_user":[],"x":""}"#.len();
        let filling = "x".repeat(size - frame);
        format!(r#"{{"errcode":0,"dept_user":[],"x":"{filling}"}}"#)
    };
    for (size, is_read) in [(8 * 1024 * 1024, true), (8 * 1024 * 1024 + 1, false)] {
        let answer = sized(size);
        let server = stage::answering(move |_| Reply::json(answer.clone())).await;
        let outcome = stage::client(&server).member_ids().next().await;
        assert_eq!(outcome.is_ok(), is_read, "{size}");
    }
}

#[tokio::test]
async fn addresses_are_read_in_every_form_and_kept_in_any() {
    let server = stage::answering(|_| {
        Reply::json(r#"{"errcode":0,"ip_list":["203.0.113.7","101.226.103.*","new form"]}"#)
    })
    .await;
    let client = stage::client(&server);
    let api = client.api_addresses().await.unwrap();
    assert_eq!(api, client.callback_addresses().await.unwrap());
    assert_eq!(api[2], IpRange::Other("new form".to_owned()));
    assert_eq!(
        api[1].contains("101.226.103.9".parse().unwrap()),
        Some(true)
    );
    let server = stage::answering(|_| Reply::json(r#"{"errcode":0,"ip_list":[7]}"#)).await;
    assert!(
        stage::client(&server)
            .api_addresses()
            .await
            .unwrap_err()
            .is_unreadable()
    );
}

#[tokio::test]
async fn contact_sync_has_no_agent_to_ask_about() {
    let server = stage::answering(|_| Reply::json(r#"{"errcode":0,"agentid":0}"#)).await;
    let corp_id = CorpId::parse(stage::CORP).unwrap();
    let client = Client::contact_sync(corp_id, Arc::new(Secret::new("secret")));
    let client = client
        .endpoints(Endpoints::all_at(&server.url()))
        .build()
        .unwrap();
    assert_eq!(client.agent_id(), None);
    let page = "https://portal.example.com/".parse().unwrap();
    for error in [
        client.agent().await.unwrap_err(),
        client.js_ticket(TicketKind::Agent).await.unwrap_err(),
        client
            .sign_page(TicketKind::Agent, &page)
            .await
            .unwrap_err(),
    ] {
        assert!(!error.is_retryable(), "{error}");
        assert!(
            error.to_string().contains("contact sync has no agent"),
            "{error}"
        );
    }
    // Nothing was sent, not even for a token.
    for call in ["gettoken", "agent/get", "ticket/get"] {
        assert_eq!(server.count(call), 0, "{call}");
    }
}
