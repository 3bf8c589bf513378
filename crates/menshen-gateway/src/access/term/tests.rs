use menshen_store::SubjectKind;
use wecom_sdk::{DepartmentId, TagId};

use super::{Facts, Term};

const ZHANGSAN: Facts<'_> = Facts {
    kind: SubjectKind::Member,
    corp_id: "ww5f1e2d3c4b5a6978",
    user_id: "zhangsan",
    // Their own and those above.
    departments: &[DepartmentId(1), DepartmentId(2), DepartmentId(4)],
    tags: &[TagId(1)],
};

fn check(word: &str, facts: &Facts<'_>, expected: bool) {
    let term = Term::parse(word).unwrap_or_else(|| panic!("{word} is a word"));
    assert_eq!(term.admits(facts), expected, "{word} {facts:?}");
    assert_eq!(
        Term::parse(&term.to_string()),
        Some(term),
        "{word} is written as it is read"
    );
}

#[test]
fn each_word_means_whom_it_says() {
    for word in [
        "member",
        "department:2",
        "department:4",
        "department:1",
        "tag:1",
        "member:zhangsan",
        "member:ZhangSan",
        "corp:ww5f1e2d3c4b5a6978",
    ] {
        check(word, &ZHANGSAN, true);
    }
    for word in [
        "department:3",
        "tag:2",
        "member:lisi",
        "corp:ww00aa11bb22cc33dd",
        "external",
    ] {
        check(word, &ZHANGSAN, false);
    }
}

#[test]
fn s_028_a_number_that_nobody_has_admits_nobody() {
    let bare = Facts {
        departments: &[],
        tags: &[],
        ..ZHANGSAN
    };
    for word in ["department:999", "tag:999", "department:2", "tag:1"] {
        check(word, &bare, false);
    }
}

#[test]
fn s_096_outsiders_are_no_members() {
    let linked = Facts {
        kind: SubjectKind::LinkedMember,
        user_id: "ww00aa11bb22cc33dd/zhangsan",
        ..ZHANGSAN
    };
    for word in [
        "member",
        "department:2",
        "tag:1",
        "member:zhangsan",
        "external",
        "corp:ww5f1e2d3c4b5a6978",
    ] {
        check(word, &linked, false);
    }
    check("corp:ww00aa11bb22cc33dd", &linked, true);
    let customer = Facts {
        kind: SubjectKind::ExternalContact,
        user_id: "wmzhangsan",
        ..ZHANGSAN
    };
    for word in [
        "member",
        "department:2",
        "tag:1",
        "member:wmzhangsan",
        "corp:ww5f1e2d3c4b5a6978",
    ] {
        check(word, &customer, false);
    }
    check("external", &customer, true);
}

#[test]
fn what_is_no_word_is_no_word() {
    for text in [
        "",
        "members",
        "Member",
        "everyone",
        "department",
        "department:",
        "department:0",
        "department:02",
        "department:-1",
        "department:+1",
        "department: 2",
        "department:研发部",
        "department:2 ",
        "tag:x",
        "tag:4294967296",
        "member:",
        "member:a b",
        "corp:",
        "corp:x y",
        "role:admin",
        "department:2:3",
    ] {
        assert_eq!(Term::parse(text), None, "{text:?}");
    }
}
