//! S-095 to S-098: every way in which an answer fails to name exactly one person.

use super::Visitor;

fn read(answer: &str) -> Result<Visitor, &'static str> {
    Visitor::read(&serde_json::from_str(answer).map_err(|_| "not one object")?)
}

#[test]
fn a_member_is_named_by_one_userid_in_either_case() {
    for answer in [
        r#"{"userid":"lisa.wu"}"#,
        r#"{"UserId":"lisa.wu","DeviceId":"d"}"#,
        r#"{"userid":"lisa.wu","UserId":"lisa.wu"}"#,
    ] {
        let Ok(Visitor::Member {
            user_id,
            user_ticket,
        }) = read(answer)
        else {
            panic!("{answer}");
        };
        assert_eq!(user_id.as_str(), "lisa.wu");
        assert!(user_ticket.is_none());
    }
}

#[test]
fn s_096_a_linked_member_is_never_a_member() {
    let Ok(Visitor::LinkedMember { id }) = read(r#"{"userid":"ww1234/zhangsan"}"#) else {
        panic!("not a linked member");
    };
    assert_eq!(
        (id.corp_id.as_str(), id.user_id.as_str()),
        ("ww1234", "zhangsan")
    );
    for broken in [
        "/zhangsan",
        "ww1234/",
        "ww1/ww2/zhangsan",
        "ww 1/zhangsan",
        "/",
    ] {
        assert!(
            read(&format!(r#"{{"userid":"{broken}"}}"#)).is_err(),
            "{broken}"
        );
    }
}

#[test]
fn s_097_anything_but_one_text_is_unreadable() {
    for answer in [
        r#"{"userid":""}"#,
        r#"{"userid":null}"#,
        r#"{"userid":7}"#,
        r#"{"userid":["lisa.wu"]}"#,
        r#"{"userid":{"userid":"lisa.wu"}}"#,
        r#"{"userid":"lisa.wu","UserId":"bob"}"#,
        r#"{"userid":"lisa.wu","UserId":"LISA.WU"}"#,
        r#"{"userid":"lisa.wu","UserId":null}"#,
        r#"{"userid":"lisa.wu","userid":"bob"}"#,
        r#"{"userid":"lisa.wu","userid":"lisa.wu"}"#,
        r#"{"userid":"lisa wu"}"#,
        r#"{"userid":"lisa\u0000wu"}"#,
        r#"{"userid":" lisa"}"#,
        r#"{"userid":"lisa","openid":"o1"}"#,
        r#"{"userid":null,"openid":"o1"}"#,
        r#"{"userid":"","openid":"o1"}"#,
        r#"{"UserId":"lisa","OpenId":"o1"}"#,
        r#"{"USERID":"lisa"}"#,
        r#"{"user_id":"lisa"}"#,
        r#"{"data":{"userid":"lisa"}}"#,
        r#"[{"userid":"lisa"}]"#,
        r#""lisa""#,
        r"{}",
    ] {
        assert!(read(answer).is_err(), "{answer}");
    }
}

#[test]
fn an_outsider_is_named_by_one_openid() {
    let answer = r#"{"OpenId":"oAbc-77","DeviceId":"d","external_userid":"wmExt001"}"#;
    let Ok(Visitor::Outsider {
        open_id,
        external_user_id,
    }) = read(answer)
    else {
        panic!("not an outsider");
    };
    assert_eq!(open_id.as_str(), "oAbc-77");
    assert_eq!(external_user_id.unwrap().as_str(), "wmExt001");
    for answer in [
        r#"{"openid":["o"]}"#,
        r#"{"openid":"o","external_userid":7}"#,
        r#"{"openid":"o","OpenId":"p"}"#,
        r#"{"external_userid":"wmExt001"}"#,
    ] {
        assert!(read(answer).is_err(), "{answer}");
    }
}

#[test]
fn a_ticket_is_carried_and_not_shown() {
    let visitor = read(r#"{"userid":"lisa","user_ticket":"CANARY"}"#).unwrap();
    assert!(!format!("{visitor:?}").contains("CANARY"));
    let Visitor::Member {
        user_ticket: Some(ticket),
        ..
    } = visitor
    else {
        panic!("no ticket");
    };
    assert!(ticket.is_same_as("CANARY"));
}
