//! Somebody or something is refused, by name, and nobody is signed in.

use http::StatusCode;

use super::{SESSION, callback, house, sessions};
use crate::visitor::{IN_WECOM, Visitor};

#[tokio::test]
async fn s_095_s_096_whoever_is_no_active_member_in_range_is_refused_by_name() {
    let (house, wecom) = house().await;
    let rows = [
        ("member", "outside_range", "visible range"),
        ("member", "unknown", "visible range"),
        ("member", "disabled", "cannot sign in at the moment"),
        ("outsider", "member", "Only for members"),
        ("customer", "member", "Only for members"),
        ("linked_member", "member", "Only for members"),
    ];
    for (who, facts, words) in rows {
        wecom.answer("auth/getuserinfo", who);
        wecom.answer("user/get", facts);
        if facts == "disabled" {
            let zhaoliu = r#"{"errcode":0,"errmsg":"ok","userid":"zhaoliu"}"#;
            wecom.answer_with("auth/getuserinfo", zhaoliu);
        }
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let path = callback(&mut visitor, "").await;
        for _ in 0..2 {
            let answer = visitor.open(&path).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who} {facts}");
            assert!(
                answer.body.contains(words),
                "{who} {facts}: {}",
                answer.body
            );
            assert_eq!(visitor.cookie(SESSION), None);
        }
        assert_eq!(sessions(&house).await, [], "{who} {facts}");
    }
    assert_eq!(wecom.calls("auth/getuserinfo"), rows.len());
}

#[tokio::test]
async fn s_095_every_no_of_the_directory_is_a_no() {
    let (house, wecom) = house().await;
    for errcode in [
        60011, 60111, 60021, 50002, 46004, 48009, 48002, 40003, 60020, -1,
    ] {
        wecom.answer_with(
            "user/get",
            &format!(r#"{{"errcode":{errcode},"errmsg":"no"}}"#),
        );
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let path = callback(&mut visitor, "").await;
        let answer = visitor.open(&path).await;
        assert!(
            !answer.status.is_success() && !answer.status.is_redirection(),
            "{errcode}"
        );
        assert_eq!(visitor.cookie(SESSION), None);
    }
    for status in ["2", "4", "5", "3", "0", "null", "\"1\"x"] {
        let body = format!(r#"{{"errcode":0,"userid":"zhangsan","status":{status}}}"#);
        wecom.answer_with("user/get", &body);
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let path = callback(&mut visitor, "").await;
        let answer = visitor.open(&path).await;
        assert!(!answer.status.is_redirection(), "{status}: {answer:?}");
    }
    assert_eq!(sessions(&house).await, []);
}

#[tokio::test]
async fn s_097_s_098_s_205_an_answer_that_is_not_as_documented_signs_nobody_in() {
    let (house, wecom) = house().await;
    for body in [
        "",
        "<html>502</html>",
        "[]",
        r#"{"errcode":0,"userid":""}"#,
        r#"{"errcode":0,"userid":null}"#,
        r#"{"errcode":0,"userid":1}"#,
        r#"{"errcode":0,"userid":["zhangsan"]}"#,
        r#"{"errcode":0,"userid":{"x":"zhangsan"}}"#,
        r#"{"errcode":0,"userid":"zhangsan","UserId":"lisi"}"#,
        r#"{"errcode":0,"userid":"zhangsan","userid":"lisi"}"#,
        r#"{"errcode":0,"userid":"zhangsan","openid":"o"}"#,
        r#"{"userid":"zhangsan","errcode":"0"}"#,
        r#"{"errcode":false,"userid":"zhangsan"}"#,
        r#"{"errcode":0,"userid":"zhangsan"}{"errcode":0}"#,
        r#"{"errcode":0,"userid":"zhangsan""#,
        r#"{"errcode":0,"userid":"zhang san"}"#,
        r#"{"data":{"errcode":0,"userid":"zhangsan"}}"#,
    ] {
        wecom.answer_with("auth/getuserinfo", body);
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let path = callback(&mut visitor, "").await;
        let answer = visitor.open(&path).await;
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{body}: {answer:?}");
        assert_eq!(visitor.cookie(SESSION), None);
    }
    assert_eq!(sessions(&house).await, []);
    assert_eq!(wecom.calls("user/get"), 0);
}

#[tokio::test]
async fn s_204_what_the_operator_must_repair_stays_neutral_for_the_person() {
    let (house, wecom) = house().await;
    for case in [
        "domain_of_another_app",
        "address_not_trusted",
        "app_disabled",
    ] {
        wecom.answer("auth/getuserinfo", case);
        let mut visitor = Visitor::new(&house, IN_WECOM);
        let path = callback(&mut visitor, "").await;
        let answer = visitor.open(&path).await;
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{case}");
        assert!(answer.body.contains(answer.header("x-request-id")));
        for inside in ["50001", "60020", "50003", "redirect_uri", "ip", "hint"] {
            let words = answer
                .body
                .split(|c: char| !c.is_alphanumeric() && c != '_');
            assert!(
                !words.into_iter().any(|word| word == inside),
                "{case}: {inside}"
            );
        }
    }
    wecom.answer("auth/getuserinfo", "code_used");
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let path = callback(&mut visitor, "").await;
    let answer = visitor.open(&path).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("Start again"), "{}", answer.body);
    assert_eq!(answer.header("location"), "");
}
