use http::{HeaderMap, HeaderName, HeaderValue};
use menshen_store::{Department, Identity, SubjectId};
use proptest::prelude::*;
use wecom_sdk::{CorpId, DepartmentId, TagId, Timestamp};

use super::{Fact, Headers, Values};

fn identity(name: &str, departments: &[&[&str]]) -> Identity {
    let department = |(index, path): (usize, &&[&str])| Department {
        id: DepartmentId(u32::try_from(index).unwrap() + 1),
        path: path.iter().map(|name| (*name).to_owned()).collect(),
        above: Vec::new(),
        is_leader: false,
    };
    Identity {
        subject_id: SubjectId(uuid::Uuid::nil()),
        corp_id: CorpId::parse("ww5f1e2d3c4b5a6978").unwrap(),
        connector_id: "hq".into(),
        user_id: "ZhangSan".into(),
        name: Some(name.to_owned()),
        alias: None,
        position: None,
        departments: departments.iter().enumerate().map(department).collect(),
        main_department: None,
        tags: vec![TagId(1)],
        sealed: None,
        consented_at: None,
        updated_at: Timestamp::from_seconds(0),
    }
}

/// The values of somebody in one department.
pub(in crate::identity_headers) fn zhang_san() -> Values {
    Values::new(
        &identity("张三", &[&["总部", "研发部"]]),
        Some("z@corp.example"),
    )
}

fn text(values: &Values, fact: Fact) -> String {
    values.get(fact).to_str().unwrap().to_owned()
}

fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .unwrap()
        .into_owned()
}

#[test]
fn values_say_what_is_known() {
    let values = Values::new(
        &identity("张三", &[&["总部", "研发部"], &[]]),
        Some("z@corp.example"),
    );
    assert_eq!(
        text(&values, Fact::Subject),
        "00000000-0000-0000-0000-000000000000"
    );
    assert_eq!(text(&values, Fact::User), "ZhangSan");
    assert_eq!(text(&values, Fact::Name), "%E5%BC%A0%E4%B8%89");
    assert_eq!(text(&values, Fact::Email), "z@corp.example");
    assert_eq!(text(&values, Fact::Corp), "ww5f1e2d3c4b5a6978");
    let groups = text(&values, Fact::Groups);
    let groups: Vec<String> = groups.split(',').map(decode).collect();
    assert_eq!(
        groups,
        ["department:1", "department:2", "/总部/研发部", "tag:1"]
    );
}

#[test]
fn s_045_no_name_breaks_a_line_or_a_list() {
    let nasty = "张\r\nX-Evil: 1\0\"a\", b;c%2C\u{1f600}\u{2028}";
    let values = Values::new(&identity(nasty, &[&["a,tag:9", "b;c/d"]]), None);
    assert_eq!(decode(&text(&values, Fact::Name)), nasty);
    let groups = text(&values, Fact::Groups);
    let groups: Vec<String> = groups.split(',').map(decode).collect();
    assert_eq!(groups, ["department:1", "/a,tag:9/b;c%2Fd", "tag:1"]);
    for fact in Fact::ALL {
        let value = text(&values, fact);
        assert!(!value.contains([';', '"', '\r', '\n', ' ']), "{value}");
    }
}

#[test]
fn s_047_every_header_is_written_and_empty_when_unknown() {
    let own = [(HeaderName::from_static("remote-user"), Fact::User)];
    let headers = Headers::new(&own);
    let mut map = HeaderMap::new();
    map.insert("remote-user", HeaderValue::from_static("admin"));
    map.append("x-menshen-user", HeaderValue::from_static("admin"));
    map.append("x-menshen-user", HeaderValue::from_static("root"));
    headers.write(None, None, &mut map);
    let names = [
        "x-menshen-subject",
        "x-menshen-user",
        "x-menshen-name",
        "x-menshen-email",
        "x-menshen-groups",
        "x-menshen-corp",
        "x-menshen-assertion",
        "remote-user",
    ];
    for name in names {
        let values: Vec<_> = map.get_all(name).iter().collect();
        assert_eq!(values, [""], "{name}");
        assert!(headers.is_managed(name));
    }
    headers.write(
        Some(&Values::new(&identity("张三", &[]), None)),
        None,
        &mut map,
    );
    assert_eq!(map["remote-user"], "ZhangSan");
    assert_eq!(map["x-menshen-email"], "");
    assert_eq!(map.len(), names.len());
}

proptest! {
    /// Whatever a department is called, the list has as many members as before, and each is readable.
    #[test]
    fn s_045_a_list_never_gains_a_member(name in "\\PC{0,12}", level in "[\\PC\\x00-\\x1f,;/]{1,12}") {
        let values = Values::new(&identity(&name, &[&[level.as_str()], &[level.as_str(), level.as_str()]]), None);
        let groups = text(&values, Fact::Groups);
        prop_assert_eq!(groups.split(',').count(), 5);
        prop_assert_eq!(decode(&text(&values, Fact::Name)), name);
    }
}

#[test]
fn a_list_that_is_too_long_is_cut_between_groups() {
    let level = "部".repeat(30);
    let path: Vec<&str> = vec![level.as_str(); 3];
    let departments: Vec<&[&str]> = vec![path.as_slice(); 40];
    let values = Values::new(&identity("x", &departments), None);
    let groups = text(&values, Fact::Groups);
    assert!(groups.len() <= super::LONGEST);
    assert!(groups.starts_with("department:1,department:2,"));
    let is_whole =
        |group: &str| decode(group).starts_with("department:") || decode(group).ends_with(&level);
    assert!(groups.split(',').all(is_whole), "{groups}");
    assert!(values.length() > 0);
}
