//! What WeCom's answers mean, and what they do not mean.

use e2e::stage::{Connector, Stage};
use e2e::wire::Fault as WireFault;
use wecom_sandbox::script::Fault;

const EXCHANGE: &str = "auth/getuserinfo";
const PATH: &str = "/cgi-bin/auth/getuserinfo";

/// Somebody comes back from WeCom while its answer to the exchange is spoilt: nobody is signed in.
async fn assert_nobody(stage: &Stage, what: &str) {
    let mut browser = stage.member("zhangsan");
    browser.visit(&stage.login()).await;
    let status = browser.page().status;
    assert!(
        status.is_client_error() || status.is_server_error(),
        "{what}: {status}"
    );
    assert!(stage.who(&browser).await.is_none(), "{what}");
    assert_eq!(
        browser.cookie(&stage.address("/"), "menshen_session"),
        None,
        "{what}"
    );
    assert_eq!(stage.sessions().await.len(), 0, "{what}");
}

#[tokio::test]
async fn s_095_a_userid_is_no_login_when_the_member_cannot_be_read() {
    let stage = Stage::start().await;
    for errcode in [60011, 60111, 60021, 50002] {
        stage.script(Fault::errcode("/cgi-bin/user/get", errcode));
        let mut browser = stage.member("zhangsan");
        browser.visit(&stage.login()).await;
        assert_eq!(browser.page().status, 403, "{errcode}");
        assert!(stage.who(&browser).await.is_none(), "{errcode}");
    }
    assert_eq!(stage.wire.count("user/get"), 4);
    stage.end().await;
}

#[tokio::test]
async fn s_096_a_linked_member_is_another_person() {
    let stage = Stage::start().await;
    stage.wire.next(
        1,
        EXCHANGE,
        WireFault::Put("userid", "\"ww1234567890abcdef/zhangsan\""),
    );
    assert_nobody(&stage, "linked").await;
    assert_eq!(
        stage.wire.count("user/get"),
        0,
        "never asked about as a member of this corp"
    );
    stage.end().await;

    let stage = Stage::with(|setup| {
        setup.connectors = vec![Connector::hq().with("admit_linked_corps = true")];
    })
    .await;
    let local = stage.signed_in("zhangsan").await;
    let local = stage.who(&local).await.unwrap();
    stage.wire.next(
        1,
        EXCHANGE,
        WireFault::Put("userid", "\"ww1234567890abcdef/zhangsan\""),
    );
    let mut linked = stage.member("zhangsan");
    linked.visit(&stage.login()).await;
    let linked = stage.who(&linked).await.expect("nobody is signed in");
    assert_eq!(linked["preferred_username"], "ww1234567890abcdef/zhangsan");
    assert_ne!(linked["sub"], local["sub"]);
    assert_eq!(
        linked["groups"].as_array().unwrap().len(),
        0,
        "no departments of the local one"
    );
    stage.end().await;
}

#[tokio::test]
async fn s_097_only_one_whole_userid_names_somebody() {
    let stage = Stage::start().await;
    for value in [
        "\"\"",
        "null",
        "7",
        "true",
        "[\"zhangsan\"]",
        "{\"id\":\"zhangsan\"}",
        "\"zhang san\"",
    ] {
        stage
            .wire
            .next(1, EXCHANGE, WireFault::Put("userid", value));
        assert_nobody(&stage, value).await;
    }
    stage
        .wire
        .next(1, EXCHANGE, WireFault::Put("UserId", "\"lisi\""));
    assert_nobody(&stage, "userid and UserId differ").await;
    let bodies = [
        r#"{"errcode":0,"errmsg":"ok","userid":"zhangsan","userid":"lisi"}"#,
        r#"[{"errcode":0,"errmsg":"ok","userid":"zhangsan"}]"#,
        r#"{"errcode":0,"errmsg":"ok","result":{"userid":"zhangsan"}}"#,
        r#"{"errcode":0,"errmsg":"ok"}"#,
        r#"{"errcode":0,"errmsg":"ok","userid":"zhangsan","openid":"o1"}"#,
    ];
    for body in bodies {
        stage.script(Fault::raw(PATH, 200, body));
        assert_nobody(&stage, body).await;
    }
    stage.end().await;
}

#[tokio::test]
async fn s_098_only_a_whole_zero_is_success() {
    let stage = Stage::start().await;
    for value in ["", "\"0\"", "0.0", "false", "null", "[]", "-1", "1"] {
        stage
            .wire
            .next(1, EXCHANGE, WireFault::Put("errcode", value));
        assert_nobody(&stage, value).await;
    }
    let good = r#"{"errcode":0,"errmsg":"ok","userid":"zhangsan"}"#;
    let answers = [
        (500, good.to_owned()),
        (302, good.to_owned()),
        (200, "<html><body>ok</body></html>".to_owned()),
        (200, format!("{good}{good}")),
        (200, format!("{good}x")),
        (200, String::new()),
    ];
    for (status, body) in &answers {
        stage.script(Fault::raw(PATH, *status, body));
        assert_nobody(&stage, &format!("{status} {body}")).await;
    }
    stage.end().await;
}

#[tokio::test]
async fn s_098_the_follow_up_read_is_as_strict() {
    let stage = Stage::start().await;
    for (key, value) in [
        ("errcode", ""),
        ("errcode", "\"0\""),
        ("userid", ""),
        ("userid", "\"lisi\""),
        ("status", "\"1\""),
        ("status", "9"),
    ] {
        stage.wire.next(1, "user/get", WireFault::Put(key, value));
        assert_nobody(&stage, &format!("user/get {key} {value}")).await;
    }
    stage.end().await;
}
