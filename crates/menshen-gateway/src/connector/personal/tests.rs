use std::collections::BTreeSet;

use wecom_sdk::{Gender as WecomGender, Member as WecomMember, MemberStatus, UserDetail, UserId};

use super::{merge, phone_number, web_address};
use crate::config::PrivateField;
use crate::connector::{Gender, PersonalFields};

fn user() -> WecomMember {
    let mut user = WecomMember::new(UserId::parse("zhangsan").unwrap());
    user.status = Some(MemberStatus::Active);
    user
}

fn detail() -> UserDetail {
    let mut detail = UserDetail::new(UserId::parse("zhangsan").unwrap());
    detail.gender = Some(WecomGender::Male);
    detail.avatar = Some("https://img.example/a/0".into());
    detail.qr_code = Some("https://img.example/q".into());
    detail.mobile = Some("13800000000".into());
    detail.email = Some("zs@mail.example".into());
    detail.biz_mail = Some("zs@corp.example".into());
    detail.address = Some("广州".into());
    detail
}

fn wanted(fields: &[PrivateField]) -> BTreeSet<PrivateField> {
    fields.iter().copied().collect()
}

#[test]
fn only_what_the_operator_asked_for_is_kept() {
    let nothing = merge(&wanted(&[]), &user(), Some(&detail()));
    assert_eq!(nothing, PersonalFields::default());
    let mobile = merge(&wanted(&[PrivateField::Mobile]), &user(), Some(&detail()));
    let expected = PersonalFields {
        mobile: Some("+8613800000000".into()),
        ..PersonalFields::default()
    };
    assert_eq!(mobile, expected);
    let all = merge(&wanted(&PrivateField::ALL), &user(), Some(&detail()));
    assert_eq!(all.gender, Some(Gender::Male));
    assert_eq!(all.address.as_deref(), Some("广州"));
    assert!(all.email.is_some_and(|email| email.is_verified));
}

#[test]
fn what_is_no_longer_asked_for_is_no_longer_shown() {
    let all = merge(&wanted(&PrivateField::ALL), &user(), Some(&detail()));
    assert_eq!(all.clone().within(&wanted(&PrivateField::ALL)), all);
    assert!(all.clone().within(&wanted(&[])).is_empty());
    // The address that was kept is the corp's; asking for the personal one does not show it.
    let personal = all.clone().within(&wanted(&[PrivateField::Email]));
    assert!(personal.is_empty());
    let corporate = all.within(&wanted(&[PrivateField::BizMail]));
    assert!(corporate.email.is_some() && corporate.mobile.is_none());
}

#[test]
fn s_207_missing_and_empty_fields_are_normal() {
    let mut empty = detail();
    empty.mobile = Some(String::new());
    empty.email = None;
    empty.biz_mail = Some(String::new());
    empty.gender = None;
    let kept = merge(&wanted(&PrivateField::ALL), &user(), Some(&empty));
    assert_eq!((kept.mobile, kept.email, kept.gender), (None, None, None));
    let none = merge(&wanted(&PrivateField::ALL), &user(), None);
    assert_eq!(none, PersonalFields::default());
}

#[test]
fn what_an_old_app_reads_in_the_directory_is_kept_within_the_same_bounds() {
    let mut old = user();
    old.email = Some("zs@mail.example".into());
    old.mobile = Some("13800000000".into());
    let kept = merge(&wanted(&[PrivateField::Email]), &old, None);
    assert!(kept.email.is_some_and(|email| !email.is_verified));
    assert_eq!(kept.mobile, None);
}

#[test]
fn numbers_get_their_country_code_and_nonsense_is_dropped() {
    let rows = [
        ("13800000000", Some("+8613800000000")),
        ("+86 138-0000-0000", Some("+8613800000000")),
        ("+85212345678", Some("+85212345678")),
        ("020 1234567", Some("0201234567")),
        ("call me", None),
        ("123", None),
        ("+1234567890123456", None),
    ];
    for (text, expected) in rows {
        assert_eq!(phone_number(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn only_web_addresses_are_kept_as_pictures() {
    assert!(web_address("http://wx.example/a").is_some());
    for text in [
        "javascript:alert(1)",
        "data:image/png;base64,x",
        "//x.example/a",
        "a",
    ] {
        assert_eq!(web_address(text), None, "{text}");
    }
}

#[test]
fn personal_fields_are_never_printed() {
    let kept = merge(&wanted(&PrivateField::ALL), &user(), Some(&detail()));
    let printed = format!("{kept:?}");
    for secret in ["138", "corp.example", "img.example", "广州", "Male"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
