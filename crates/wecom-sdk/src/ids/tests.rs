//! Shapes of ids.

use proptest::prelude::*;

use super::{AgentId, CorpId, DepartmentId, ExternalUserId, LinkedUserId, OpenId, UserId};

#[test]
fn a_userid_has_the_documented_alphabet() {
    for text in [
        "zhangsan",
        "WangWu",
        "7",
        "lisa.wu@example",
        "a_b-c",
        &"a".repeat(64),
    ] {
        assert!(UserId::parse(text).is_ok(), "{text}");
    }
    for text in [
        "",
        ".hidden",
        "_a",
        "@a",
        "a b",
        "a/b",
        "a\0",
        "a\n",
        "张三",
        "a%2e",
        "ａ",
        &"a".repeat(65),
    ] {
        assert!(UserId::parse(text).is_err(), "{text}");
    }
}

#[test]
fn userids_are_compared_without_case_and_kept_with_it() {
    let [stored, asked] = ["WangWu", "wangwu"].map(|text| UserId::parse(text).unwrap());
    assert_ne!(stored, asked);
    assert_eq!(stored.folded(), asked.folded());
    assert_eq!(stored.as_str(), "WangWu");
}

#[test]
fn s_096_a_linked_userid_is_another_type_and_never_a_userid() {
    let linked = LinkedUserId::parse("ww00aa11bb22cc33dd/qianba").unwrap();
    assert_eq!(linked.to_string(), "ww00aa11bb22cc33dd/qianba");
    assert!(UserId::parse(linked.to_string()).is_err());
    for text in [
        "qianba", "/qianba", "ww1/", "ww1/a/b", "ww 1/a", "ww1//a", "ww1/.a",
    ] {
        assert!(LinkedUserId::parse(text).is_err(), "{text}");
    }
}

#[test]
fn ids_are_checked_when_they_are_read_from_json() {
    assert!(serde_json::from_str::<CorpId>("\"ww5f1e2d3c4b5a6978\"").is_ok());
    assert!(serde_json::from_str::<CorpId>("\"ww/5f\"").is_err());
    assert!(serde_json::from_str::<UserId>("7").is_err());
    assert!(serde_json::from_str::<LinkedUserId>("\"ww1\"").is_err());
    assert_eq!(serde_json::to_string(&AgentId(7)).unwrap(), "7");
    assert!(serde_json::from_str::<DepartmentId>("4294967296").is_err());
    assert!(serde_json::from_str::<DepartmentId>("-1").is_err());
}

#[test]
fn the_other_ids_are_printable_ascii_of_their_length() {
    assert!(OpenId::parse("o".repeat(64)).is_ok() && OpenId::parse("o".repeat(65)).is_err());
    assert!(OpenId::parse("o o").is_err() && OpenId::parse("").is_err());
    assert!(ExternalUserId::parse("w".repeat(128)).is_ok());
    assert!(ExternalUserId::parse("w".repeat(129)).is_err());
    assert!(CorpId::parse("w".repeat(64)).is_ok() && CorpId::parse("w".repeat(65)).is_err());
}

#[test]
fn an_invalid_id_says_the_rule_and_not_the_text() {
    let error = UserId::parse("CANARY CANARY").unwrap_err();
    let words = format!("{error} {error:?}");
    assert!(
        words.contains("userid") && !words.contains("CANARY"),
        "{words}"
    );
}

proptest! {
    #[test]
    fn what_parses_travels_unchanged(text in "\\PC{0,70}") {
        if let Ok(id) = UserId::parse(text.as_str()) {
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<UserId>(&json).unwrap(), id.clone());
            prop_assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn no_text_is_both_a_userid_and_a_linked_userid(text in "[a-z0-9/._@-]{0,20}") {
        prop_assert!(UserId::parse(text.as_str()).is_err() || LinkedUserId::parse(&text).is_err());
    }
}
