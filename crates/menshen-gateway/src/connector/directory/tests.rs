use wecom_sdk::{Department, DepartmentId, DepartmentNode, Tag, TagId, UserId};

use super::{TagIndex, Tree, Unknown, read};
use crate::jobs::Jobs;

fn tree(rows: &[(u32, Option<&str>, u32)]) -> Tree {
    let department = |(id, name, parent): &(u32, Option<&str>, u32)| {
        let parent = (*parent != 0).then_some(DepartmentId(*parent));
        let mut department = Department::new(DepartmentNode::new(DepartmentId(*id), parent, 0));
        department.name = name.map(str::to_owned);
        department
    };
    Tree::from_list(rows.iter().map(department).collect())
}

fn seed() -> Tree {
    tree(&[
        (1, Some("总部"), 0),
        (2, Some("研发部"), 1),
        (4, Some("平台组"), 2),
        (3, Some("财务部"), 1),
    ])
}

fn ids(numbers: &[u32]) -> Vec<DepartmentId> {
    numbers.iter().copied().map(DepartmentId).collect()
}

#[test]
fn paths_go_from_the_root_down() {
    assert_eq!(seed().path(DepartmentId(4)), ["总部", "研发部", "平台组"]);
    assert_eq!(seed().path(DepartmentId(1)), ["总部"]);
    assert_eq!(seed().upward(DepartmentId(4)), ids(&[4, 2, 1]));
}

#[test]
fn s_106_what_cannot_be_resolved_has_no_path() {
    assert!(seed().path(DepartmentId(99)).is_empty());
    // The parent is outside the visible range: the path begins where sight begins.
    let part = tree(&[(4, Some("平台组"), 2)]);
    assert_eq!(part.path(DepartmentId(4)), ["平台组"]);
    let nameless = tree(&[(1, None, 0), (2, Some("研发部"), 1)]);
    assert_eq!(nameless.path(DepartmentId(2)), ["研发部"]);
}

#[test]
fn s_106_a_circle_of_departments_ends() {
    let circle = tree(&[(1, Some("a"), 2), (2, Some("b"), 1), (3, Some("c"), 3)]);
    assert_eq!(circle.upward(DepartmentId(1)), ids(&[1, 2]));
    assert_eq!(circle.upward(DepartmentId(3)), ids(&[3]));
}

#[test]
fn tags_come_directly_and_through_departments_above() {
    let tag = |members: &[&str], departments: &[u32]| {
        let members = members.iter().map(|id| UserId::parse(*id).unwrap());
        Tag::new(members.collect(), ids(departments))
    };
    let mut index = TagIndex::default();
    index.add(TagId(1), &tag(&["ZhangSan"], &[2]));
    index.add(TagId(2), &tag(&["lisi"], &[]));
    index.add(TagId(5), &tag(&[], &[1]));
    let of = |user, from| index.of(user, seed().upward(DepartmentId(from)).into_iter());
    assert_eq!(of("zhangsan", 4), [TagId(1), TagId(5)]);
    assert_eq!(of("lisi", 3), [TagId(2), TagId(5)]);
    assert_eq!(of("sunqi", 99), []);
}

#[tokio::test]
async fn s_106_a_tag_whose_reading_broke_off_is_unknown_and_not_absent() {
    let jobs = Jobs::new();
    let broken = jobs.spawn(async { panic!("planned by a test") });
    let outcome: Result<Tag, Unknown> = read(broken).await;
    assert!(matches!(outcome, Err(Unknown::BrokeOff)), "{outcome:?}");
}
