//! Who came back, and what they agreed to show.

use wecom_sdk::{Gender, MemberStatus, Secret, UserDetail, Visitor};

use crate::fixture::{Fixture, serve};
use crate::stage;

async fn visitor(call: &str, case: &str) -> Visitor {
    let fixture = Fixture::load(call, case);
    let code = Secret::new(fixture.param("code"));
    let (server, _) = serve(fixture).await;
    let client = stage::client(&server);
    let visitor = match call {
        "auth/getuserinfo" => client.user_info(&code).await,
        _ => client.user_info_legacy(&code).await,
    };
    visitor.unwrap()
}

#[tokio::test]
async fn both_calls_name_the_same_member() {
    for call in ["auth/getuserinfo", "user/getuserinfo"] {
        let Visitor::Member {
            user_id,
            user_ticket,
            ..
        } = visitor(call, "member").await
        else {
            panic!("{call}: no member");
        };
        assert_eq!(user_id.as_str(), "zhangsan");
        assert!(user_ticket.is_none());
        let Visitor::Member { user_ticket, .. } = visitor(call, "member_with_ticket").await else {
            panic!("{call}: no member");
        };
        assert!(user_ticket.unwrap().is_same_as("Tk_invented_0001"));
    }
}

#[tokio::test]
async fn both_calls_name_the_same_outsider() {
    for call in ["auth/getuserinfo", "user/getuserinfo"] {
        for (case, is_customer) in [("outsider", false), ("customer", true)] {
            let Visitor::Outsider {
                open_id,
                external_user_id,
                ..
            } = visitor(call, case).await
            else {
                panic!("{call}: no outsider");
            };
            assert_eq!(open_id.as_str(), "oAbc-invented-77");
            assert_eq!(external_user_id.is_some(), is_customer);
        }
    }
}

#[tokio::test]
async fn s_096_a_linked_member_keeps_the_other_enterprise() {
    let Visitor::LinkedMember { id, .. } = visitor("auth/getuserinfo", "linked_member").await
    else {
        panic!("no linked member");
    };
    assert_eq!(id.corp_id.as_str(), "ww00aa11bb22cc33dd");
    assert_eq!(id.user_id.as_str(), "qianba");
}

/// The exchange names members outside the range too; only the read that follows tells.
#[tokio::test]
async fn s_095_the_follow_up_read_says_who_is_outside_the_range() {
    let visitor = visitor("auth/getuserinfo", "member_outside_range").await;
    assert!(matches!(
        visitor,
        Visitor::Member {
            user_ticket: None,
            ..
        }
    ));
    for (case, is_outside) in [("outside_range", true), ("unknown", false)] {
        let fixture = Fixture::load("user/get", case);
        let user_id = fixture.param("userid").parse().unwrap();
        let (server, _) = serve(fixture).await;
        let error = stage::client(&server).member(&user_id).await.unwrap_err();
        assert_eq!(error.is_outside_range(), is_outside);
        assert_eq!(error.is_unknown_member(), !is_outside);
    }
}

async fn detail(case: &str) -> UserDetail {
    let (server, _) = serve(Fixture::load("auth/getuserdetail", case)).await;
    let ticket = Secret::new("Tk_invented_0001");
    stage::client(&server).user_detail(&ticket).await.unwrap()
}

#[tokio::test]
async fn what_was_not_confirmed_is_absent() {
    let all = detail("all_fields").await;
    assert_eq!(all.gender, Some(Gender::Male));
    assert!(all.mobile.is_some() && all.email.is_some() && all.address.is_some());
    let some = detail("mobile_left_out").await;
    assert!(some.mobile.is_none() && some.email.is_some());
    let none = detail("nothing_confirmed").await;
    assert_eq!(none.user_id.as_str(), "zhangsan");
    assert_eq!(none.gender, None);
    assert!(none.mobile.is_none() && none.biz_mail.is_none() && none.qr_code.is_none());
}

#[tokio::test]
async fn s_207_a_read_without_most_fields_still_names_the_member() {
    let bare = r#"{"errcode":0,"userid":"zhangsan","mobile":"","gender":"0","name":null}"#;
    let server = stage::answering(move |_| crate::server::Reply::json(bare)).await;
    let user = stage::client(&server)
        .member(&stage::zhangsan())
        .await
        .unwrap();
    assert_eq!(user.user_id.as_str(), "zhangsan");
    assert_eq!(
        (user.name, user.mobile, user.gender, user.status),
        (None, None, None, None)
    );
    assert!(user.departments.is_empty());
}

#[tokio::test]
async fn facts_about_somebody_else_are_refused() {
    let other = r#"{"errcode":0,"userid":"lisi","status":1}"#;
    let server = stage::answering(move |_| crate::server::Reply::json(other)).await;
    let error = stage::client(&server)
        .member(&stage::zhangsan())
        .await
        .unwrap_err();
    assert!(error.is_unreadable());
}

#[tokio::test]
async fn a_member_is_read_whole() {
    let answer = r#"{"errcode":0,"errmsg":"ok","userid":"ZhangSan","name":"张三","alias":"jack",
        "position":"工程师","department":[2,4294967295],"order":[1,2],"main_department":2,
        "is_leader_in_dept":[0,1],"direct_leader":["lisi"],"status":2,"gender":2,
        "mobile":"13800000000","extattr":{"attrs":[]},"somethingnew":{"a":[1]}}"#;
    let server = stage::answering(move |_| crate::server::Reply::json(answer)).await;
    let user = stage::client(&server)
        .member(&stage::zhangsan())
        .await
        .unwrap();
    assert_eq!(
        user.user_id.as_str(),
        "ZhangSan",
        "WeCom's own case is kept"
    );
    assert_eq!(
        user.departments.iter().map(|id| id.0).collect::<Vec<_>>(),
        [2, u32::MAX]
    );
    assert_eq!(
        user.leads.iter().map(|id| id.0).collect::<Vec<_>>(),
        [u32::MAX]
    );
    assert_eq!(user.main_department.unwrap().0, 2);
    assert_eq!(user.direct_leaders[0].as_str(), "lisi");
    assert_eq!(user.status, Some(MemberStatus::Disabled));
    assert_eq!(user.gender, Some(Gender::Female));
    assert_eq!(user.mobile.as_deref(), Some("13800000000"));
}

#[tokio::test]
async fn facts_that_rules_rest_on_are_read_or_refused() {
    for field in [
        r#""department":["2"]"#,
        r#""department":[-1]"#,
        r#""department":[4294967296]"#,
        r#""department":{"0":1}"#,
        r#""department":"2""#,
        r#""status":"1""#,
        r#""status":1.5"#,
    ] {
        let answer = format!(r#"{{"errcode":0,"userid":"zhangsan",{field}}}"#);
        let server = stage::answering(move |_| crate::server::Reply::json(answer.clone())).await;
        let outcome = stage::client(&server).member(&stage::zhangsan()).await;
        assert!(outcome.is_err_and(|error| error.is_unreadable()), "{field}");
    }
}
