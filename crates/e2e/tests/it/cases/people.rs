//! One person, one subject: across corps, renames, leavers and namesakes.

use std::time::Duration;

use e2e::browser::{Browser, Device};
use e2e::stage::{Connector, OTHER_CORP, SECRET_2, SECRET_3, Stage};
use http::Method;
use wecom_sandbox::world::MemberStatus;
use wecom_sdk::{DepartmentId, UserId};

const BEYOND_RECHECK: Duration = Duration::from_mins(6);

async fn two_corps() -> Stage {
    Stage::with(|setup| {
        setup.has_other_corp = true;
        let fields = "private_info = [\"email\", \"mobile\"]";
        setup.connectors = vec![
            Connector::hq().with(fields),
            Connector::other().with(fields),
        ];
    })
    .await
}

async fn sign_in_by(stage: &Stage, connector: &str) -> Browser {
    let mut browser = stage.member("zhangsan");
    let login = stage.address(&format!("/_menshen/login?connector={connector}"));
    browser.visit(&login).await;
    browser.press("Allow").await;
    browser.settle().await;
    browser
}

#[tokio::test]
async fn s_099_one_userid_in_two_corps_is_two_people() {
    let stage = two_corps().await;
    let here = sign_in_by(&stage, "hq").await;
    let there = sign_in_by(&stage, "other").await;
    let (here_is, there_is) = (
        stage.who(&here).await.unwrap(),
        stage.who(&there).await.unwrap(),
    );
    assert_eq!(
        here_is["preferred_username"],
        there_is["preferred_username"]
    );
    assert_ne!(here_is["sub"], there_is["sub"]);
    assert_eq!(there_is["wecom_corp_id"], OTHER_CORP);
    assert_eq!(here_is["name"], "张三");
    assert_eq!(there_is["name"], "Another Zhangsan");
    assert_ne!(here_is["groups"], there_is["groups"]);
    // One leaves; the other stays.
    stage.change_member("zhangsan", |member| member.status = MemberStatus::Left);
    stage.clock.advance(BEYOND_RECHECK);
    assert!(stage.who(&here).await.is_none());
    assert!(stage.who(&there).await.is_some());
    stage.end().await;
}

#[tokio::test]
async fn s_102_equal_addresses_link_nobody() {
    let stage = two_corps().await;
    let here = stage.who(&sign_in_by(&stage, "hq").await).await.unwrap();
    let there = stage.who(&sign_in_by(&stage, "other").await).await.unwrap();
    assert_eq!(there["email"], "zhangsan@example.com");
    assert_eq!(here["phone_number"], there["phone_number"]);
    assert_ne!(here["sub"], there["sub"]);
    assert_eq!(
        there["email_verified"], false,
        "a personal address proves nothing"
    );
    stage.end().await;
}

#[tokio::test]
async fn s_100_whoever_gets_a_leavers_userid_is_somebody_else() {
    let stage = Stage::start().await;
    let browser = stage.signed_in("zhangsan").await;
    let before = stage.who(&browser).await.unwrap();
    let user_id = UserId::parse("zhangsan").unwrap();
    let gone = stage
        .change_corp(|corp| corp.members.remove(&user_id))
        .unwrap();
    stage.clock.advance(BEYOND_RECHECK);
    assert!(stage.who(&browser).await.is_none(), "the leaver is out");
    stage.change_corp(|corp| corp.members.put(gone));
    assert!(
        stage.who(&browser).await.is_none(),
        "the old session is dead for good"
    );
    let after = stage.signed_in("zhangsan").await;
    let after = stage.who(&after).await.unwrap();
    assert_ne!(after["sub"], before["sub"]);
    stage.end().await;
}

#[tokio::test]
async fn s_101_a_renamed_member_without_proof_is_a_new_subject() {
    let stage = Stage::start().await;
    let browser = stage.signed_in("zhangsan").await;
    let before = stage.who(&browser).await.unwrap();
    let (old, new) = (
        UserId::parse("zhangsan").unwrap(),
        UserId::parse("zhang.san").unwrap(),
    );
    assert!(stage.change_corp(|corp| corp.members.rename(&old, &new)));
    let renamed = stage.signed_in("zhang.san").await;
    let after = stage.who(&renamed).await.unwrap();
    assert_ne!(
        after["sub"], before["sub"],
        "nothing proves that they are one"
    );
    stage.clock.advance(BEYOND_RECHECK);
    assert!(
        stage.who(&browser).await.is_none(),
        "the old name is nobody's"
    );
    assert!(stage.who(&renamed).await.is_some());
    stage.end().await;
}

#[tokio::test]
async fn a_userid_in_other_letter_case_is_the_same_person() {
    let stage = Stage::start().await;
    let browser = stage.signed_in("WangWu").await;
    let before = stage.who(&browser).await.unwrap();
    stage.change(|state| {
        state.switches.set("userid_casing", "upper");
    });
    let mut again = stage.member("WangWu");
    again.visit(&stage.login()).await;
    let after = stage.who(&again).await.expect("nobody is signed in");
    assert_eq!(after["sub"], before["sub"]);
    stage.end().await;
}

#[tokio::test]
async fn s_104_a_code_of_one_app_is_worth_nothing_to_another() {
    let stage = Stage::with(|setup| {
        setup.connectors = vec![Connector::hq(), Connector::finance()];
    })
    .await;
    let mut finance = stage.member("lisi");
    finance
        .open(&stage.address("/_menshen/login?connector=finance"))
        .await;
    finance.follow().await;
    let foreign = code_of(&finance);
    let mut browser = stage.member("lisi");
    browser
        .open(&stage.address("/_menshen/login?connector=hq"))
        .await;
    browser.follow().await;
    let callback = browser.next_address().unwrap().to_string();
    browser
        .visit(&callback.replace(&code_of(&browser), &foreign))
        .await;
    assert!(!browser.page().status.is_success());
    assert!(stage.who(&browser).await.is_none());

    for connector in ["hq", "finance", "hq"] {
        let mut browser = stage.member("lisi");
        browser
            .visit(&stage.address(&format!("/_menshen/login?connector={connector}")))
            .await;
        let who = stage.who(&browser).await.expect("nobody is signed in");
        assert_eq!(
            who["wecom_connector"], connector,
            "the failure was not cached"
        );
    }
    let fetched = stage.wire.calls_of("gettoken");
    let secrets: Vec<_> = fetched
        .iter()
        .map(|call| call.parameter("corpsecret").unwrap())
        .collect();
    assert_eq!(
        secrets,
        [SECRET_2, SECRET_3],
        "one token for each app, each by its own secret"
    );
    stage.end().await;
}

#[tokio::test]
async fn s_105_no_address_takes_an_identity_from_the_browser() {
    let stage = Stage::start().await;
    let mut browser = stage.browser(Device::Desktop);
    let home = stage.address("/");
    browser.visit(&home).await;
    let query = "userid=zhangsan&corpid=ww5f1e2d3c4b5a6978&external_userid=wm1&sub=1";
    for path in [
        "/",
        "/_menshen/me",
        "/_menshen/login",
        "/_menshen/callback/hq",
        "/_menshen/logout",
    ] {
        let address = stage.address(&format!("{path}?{query}"));
        for method in [Method::GET, Method::POST, Method::PUT] {
            let answer = browser
                .fetch(method.clone(), &address, &[("x-menshen-user", "zhangsan")])
                .await;
            assert!(!answer.status.is_redirection(), "{method} {path}");
            let set = answer.cookies_set();
            assert!(
                !set.iter().any(|cookie| cookie.contains("session")),
                "{method} {path}: {set:?}"
            );
        }
    }
    for path in [
        "/_menshen/register",
        "/_menshen/link",
        "/_menshen/bind",
        "/_menshen/mobile",
        "/api/v1/sign-ins",
        "/oidc/token",
    ] {
        let answer = browser.fetch(Method::POST, &stage.address(path), &[]).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    assert!(stage.who(&browser).await.is_none());
    assert_eq!(stage.sessions().await.len(), 0);
    stage.end().await;
}

#[tokio::test]
async fn s_106_groups_go_by_number_and_follow_the_directory() {
    let stage = Stage::start().await;
    let browser = stage.signed_in("zhangsan").await;
    assert_eq!(
        groups(&stage, &browser).await,
        [
            "department:2",
            "department:4",
            "/总部/研发部",
            "/总部/研发部/平台组",
            "tag:1"
        ]
    );
    // Renamed to the name of a department with other rights: the number stays.
    stage.change_corp(|corp| {
        corp.departments.get_mut(&DepartmentId(2)).unwrap().name = "财务部".to_owned();
    });
    // Moved out of one department, and no longer in the tag.
    stage.change_member("zhangsan", |member| {
        member.memberships.retain(|place| place.department.0 == 2);
    });
    stage.change_corp(|corp| corp.tags.change_where(|_| true, |tag| tag.members.clear()));
    stage.clock.advance(Duration::from_mins(15));
    stage.who(&browser).await.expect("still a member");
    stage.rest().await;
    let after = groups(&stage, &browser).await;
    assert!(after.contains(&"department:2".to_owned()), "{after:?}");
    assert!(
        !after.contains(&"department:3".to_owned()),
        "a name gives no number: {after:?}"
    );
    assert!(!after.contains(&"department:4".to_owned()), "{after:?}");
    assert!(
        !after.iter().any(|group| group.starts_with("tag:")),
        "{after:?}"
    );
    stage.end().await;
}

async fn groups(stage: &Stage, browser: &Browser) -> Vec<String> {
    let who = stage.who(browser).await.expect("nobody is signed in");
    let groups = who["groups"].as_array().unwrap().iter();
    groups
        .map(|group| group.as_str().unwrap().to_owned())
        .collect()
}

fn code_of(browser: &Browser) -> String {
    let next = browser
        .next_address()
        .expect("WeCom sends the browser back");
    let mut pairs = next.query_pairs();
    pairs.find(|(key, _)| key == "code").unwrap().1.into_owned()
}
